"""Figures by other programs, in styles of their own: the patients of lifelines come back."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from lifelines.datasets import load_leukemia

from survkit.drawings import digitize_panel, read_drawing
from survkit.kernels import survival_steps, tabulate_arm
from survkit.reconstruction.curves import reconstruct_curve

_DRAWN_BY_R = Path(__file__).parent / "drawn_by_r"
_ARMS = ("6-MP", "Placebo")
_WEEKS = np.arange(0.0, 36.0, 5.0)


def _patients(number: int) -> tuple[np.ndarray, np.ndarray]:
    frame = load_leukemia()
    arm = frame[frame["Rx"] == number]
    return arm["t"].to_numpy(float), arm["status"].to_numpy(bool)


def _assert_patients(path: Path, names: tuple[str, str] = _ARMS) -> None:
    (panel,) = read_drawing(path)
    # R writes hyphens of a PDF as minus signs
    assert [curve.arm.replace("−", "-") for curve in panel.curves] == list(names)
    for number, drawn in enumerate(digitize_panel(panel)):
        decoded = reconstruct_curve(drawn.curve, risk_table=drawn.risk_table)
        true = tabulate_arm(*_patients(number))
        found = tabulate_arm(decoded.time, decoded.event)
        assert decoded.decoder == "exact"
        assert found.time == pytest.approx(true.time, abs=0.02)
        assert found.events.tolist() == true.events.tolist()
        assert found.at_risk.tolist() == true.at_risk.tolist()


def test_base_r_with_dashes_per_cent_and_ticks_inside() -> None:
    _assert_patients(_DRAWN_BY_R / "dashes.svg")


def test_base_r_with_a_grid_and_medians_in_the_legend() -> None:
    names = ("6-MP (median 23 weeks)", "Placebo (median 8 weeks)")
    _assert_patients(_DRAWN_BY_R / "grid.pdf", names)


_STYLES = {
    "grey panel, coloured table": ("ggplot", ("#F8766D", "#00BFC4"), ("-", "-"), {}),
    "no ticks, grid alone": ("seaborn-v0_8-darkgrid", ("C0", "C3"), ("-", "-"), {}),
    "dark paper": ("dark_background", ("C1", "C2"), ("-", "-"), {}),
    "black and dashed": ("default", ("k", "k"), ("-", "--"), {"xtick.direction": "in"}),
    "letters as outlines": ("default", ("b", "r"), ("-", "-"), {"svg.fonttype": "path"}),
    "minor ticks": ("default", ("b", "r"), ("-", ":"), {"xtick.minor.visible": True}),
}


@pytest.mark.parametrize("style", _STYLES)
def test_matplotlib_in_many_styles(style: str, tmp_path: Path) -> None:
    theme, colours, dashes, settings = _STYLES[style]
    path = tmp_path / "figure.svg"
    with plt.style.context(theme), mpl.rc_context({"svg.fonttype": "none", **settings}):
        figure, axes = plt.subplots(figsize=(6, 5))
        for number, name in enumerate(_ARMS):
            _draw(axes, number, name, colours[number], dashes[number])
        axes.set(xlabel="Weeks", ylabel="Probability", ylim=(-0.02, 1.02), xticks=_WEEKS)
        axes.legend(loc="upper right")
        axes.text(0, -0.3, "Number at risk", transform=axes.get_xaxis_transform())
        figure.savefig(path, bbox_inches="tight")
        plt.close(figure)
    _assert_patients(path)


def _draw(axes: plt.Axes, number: int, name: str, colour: str, dash: str) -> None:
    """Draw one arm with its marks and its row of the table."""
    time, event = _patients(number)
    table = tabulate_arm(time, event)
    x = np.concatenate(([0.0], table.time, [time.max()]))
    y = np.concatenate(([1.0], survival_steps(table)))
    y = np.append(y, y[-1])
    axes.step(x, y, where="post", color=colour, linestyle=dash, label=name)
    censored = np.unique(time[~event])
    at = y[np.searchsorted(x, censored, side="right") - 1]
    axes.plot(censored, at, "|", color=colour, markersize=7)
    below = -0.37 - 0.07 * number
    placed = {"transform": axes.get_xaxis_transform(), "color": colour, "fontsize": 8}
    axes.text(-3, below, name, ha="right", **placed)
    for week in _WEEKS:
        axes.text(week, below, f"{np.count_nonzero(time >= week)}", ha="center", **placed)
