"""Kaplan-Meier curves of synthetic patients, with the printed figures as targets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from survkit.plot.header import header_height, write_header
from survkit.plot.margins import draw_key, mark_as_synthetic
from survkit.plot.risk_table import printed_times, risk_table_height, write_risk_table
from survkit.plot.style import GREY, LEGIBLE, Look, choose_looks, make_figure, styled
from survkit.plot.targets import Target, place_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from survkit.refit import Curve
    from survkit.reproduction import AnalysisReproduction

__all__ = ["choose_ticks", "kaplan_meier_height", "plot_kaplan_meier"]

_STEPS = {
    "day": (7, 14, 30, 60, 90, 180, 360),
    "week": (1, 2, 4, 8, 13, 26, 52),
    "month": (1, 2, 3, 6, 12, 24, 60),
    "year": (0.5, 1, 2, 5, 10),
}
"""Distances between ticks that readers of a time unit expect."""

_MOST_TICKS = 9
_TARGET_MARKERS = {
    ("quantile", "="): "D",
    ("quantile", "<"): "<",
    ("quantile", ">"): ">",
    ("survival", "="): "o",
    ("survival", "<"): "v",
    ("survival", ">"): "^",
}
_AXES_HEIGHT, _BELOW_TABLE = 2.9, 0.85
"""Height of the plot proper, and of what stands below the numbers at risk, in inches."""

_TABLE_BELOW = 38.0
"""Distance of the numbers at risk below the axes, in points: ticks and label stand between."""


def plot_kaplan_meier(reproduction: AnalysisReproduction, *, axes: Axes | None = None) -> Axes:
    """
    Plot the Kaplan-Meier curves of the synthetic patients against the printed figures.

    Steps with 95 % limits, censorings as ticks, medians as dotted lines and the numbers at risk are
    those of the synthetic patients. Diamonds are printed medians and quartiles, circles survival
    percentages, each with its printed interval: filled where the figure shaped the patients, hollow
    where it was kept out.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.
    axes : Axes or None
        Where to plot. Header, key and numbers at risk stand outside the axes; a figure with
        ``layout="constrained"`` makes room for them. By default a new figure is made, which is
        ``axes.figure`` of the result.

    Returns
    -------
    Axes
        What was drawn on: time in the analysis' unit, survival as a probability labelled in
        percent.
    """
    with styled():
        panel = (
            make_figure(7.6, kaplan_meier_height(reproduction)).add_subplot()
            if axes is None
            else axes
        )
        targets = tuple(place_targets(reproduction))
        end = _end_of_time(reproduction, targets)
        ticks = printed_times(reproduction) or choose_ticks(end, reproduction.analysis.time_unit)
        _draw_arms(panel, reproduction)
        _draw_targets(panel, targets, choose_looks(reproduction.analysis), end)
        _set_scales(panel, reproduction, end, ticks)
        write_header(panel, reproduction)
        below = write_risk_table(panel, reproduction, ticks, _TABLE_BELOW)
        below = draw_key(panel, _key(targets), below + 6.0)
        mark_as_synthetic(panel, below)
    return panel


def kaplan_meier_height(reproduction: AnalysisReproduction) -> float:
    """
    Height that a Kaplan-Meier plot needs with all that stands above and below.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    float
        Inches.
    """
    around = header_height(reproduction) + risk_table_height(reproduction)
    return _AXES_HEIGHT + around + _BELOW_TABLE + _TABLE_BELOW / 72.0


def choose_ticks(end: float, unit: str) -> tuple[float, ...]:
    """
    Choose round points in time for an axis.

    Parameters
    ----------
    end : float
        End of the axis, in the unit.
    unit : {"day", "week", "month", "year"}
        Time unit.

    Returns
    -------
    tuple of float
        At most nine ticks from 0, as far apart as readers of the unit expect.

    Examples
    --------
    >>> choose_ticks(30.4, "month")
    (0.0, 6.0, 12.0, 18.0, 24.0, 30.0)
    """
    steps = _STEPS[unit]
    if end < 2 * steps[0]:
        step = 10.0 ** math.floor(math.log10(end / 2.0))
    else:
        step = next((step for step in steps if end / step < _MOST_TICKS), steps[-1])
    while end / step >= _MOST_TICKS:
        step *= 2
    return tuple(float(step * count) for count in range(math.floor(end / step) + 1))


def _end_of_time(reproduction: AnalysisReproduction, targets: Sequence[Target]) -> float:
    """Return the last time that is to be seen, a patient's or a printed one."""
    times = [float(reproduction.reconstruction.ipd["time"].max())]
    times += [target.time for target in targets]
    times += [target.upper for target in targets if target.kind == "quantile" and target.upper]
    return max(time for time in times if math.isfinite(time)) or 1.0


def _draw_arms(axes: Axes, reproduction: AnalysisReproduction) -> None:
    """Draw curve, limits, censorings and median of every arm."""
    ipd = reproduction.reconstruction.ipd
    for arm, look in choose_looks(reproduction.analysis).items():
        curve = reproduction.refit.curves[arm]
        _draw_curve(axes, arm, curve, look)
        _draw_censorings(axes, arm, ipd[ipd["arm"] == arm], curve, look)
        if math.isfinite(curve.median):
            axes.plot(
                [0.0, curve.median, curve.median],
                [0.5, 0.5, 0.0],
                color=look.colour,
                linewidth=0.9,
                linestyle=(0, (1.0, 2.0)),
                zorder=1.5,
                gid=f"median:{arm}",
            )


def _draw_curve(axes: Axes, arm: str, curve: Curve, look: Look) -> None:
    steps = curve.steps
    times = steps.index.to_numpy(dtype=float)
    axes.fill_between(
        times,
        steps["lower"].to_numpy(),
        steps["upper"].to_numpy(),
        step="post",
        color=look.colour,
        alpha=0.12,
        linewidth=0.0,
        zorder=1.0,
        gid=f"limits:{arm}",
    )
    axes.plot(
        times,
        steps["survival"].to_numpy(),
        color=look.colour,
        drawstyle="steps-post",
        linewidth=1.6,
        linestyle=look.line_style,
        zorder=2.5,
        gid=f"curve:{arm}",
    )


def _draw_censorings(
    axes: Axes, arm: str, patients: pd.DataFrame, curve: Curve, look: Look
) -> None:
    times = np.unique(patients.loc[patients["event"] == 0, "time"].to_numpy(dtype=float))
    rows = np.searchsorted(curve.steps.index.to_numpy(dtype=float), times, side="right") - 1
    axes.plot(
        times,
        curve.steps["survival"].to_numpy()[rows],
        color=look.colour,
        linestyle="none",
        marker="|",
        markersize=5.0,
        markeredgewidth=0.7,
        zorder=2.4,
        gid=f"censored:{arm}",
    )


def _draw_targets(
    axes: Axes, targets: Sequence[Target], looks: dict[str, Look], end: float
) -> None:
    """Draw the printed figures, with their printed intervals."""
    for target in targets:
        colour = looks[target.arm].colour
        _draw_interval(axes, target, colour, end)
        axes.plot(
            [target.time],
            [target.survival],
            linestyle="none",
            marker=_TARGET_MARKERS[target.kind, target.relation],
            markersize=6.5 if target.kind == "survival" else 6.0,
            markerfacecolor=colour if target.role == "input" else "white",
            markeredgecolor="white" if target.role == "input" else colour,
            markeredgewidth=0.8 if target.role == "input" else 1.4,
            clip_on=False,
            zorder=4.0,
            gid=f"target:{target.arm}:{target.kind}:{target.role}",
        )


def _draw_interval(axes: Axes, target: Target, colour: str, end: float) -> None:
    """Draw a printed interval; a limit that was not reached ends in an arrow."""
    if target.lower is None or target.upper is None or not math.isfinite(target.lower):
        return
    limits = [target.lower, min(target.upper, end)]
    fixed = [target.survival if target.kind == "quantile" else target.time] * 2
    across = target.kind == "quantile"
    ends = "|" if across else "_"
    axes.plot(
        limits if across else fixed,
        fixed if across else limits,
        color=colour,
        linewidth=1.1,
        marker=ends,
        markersize=7.0,
        markeredgewidth=1.1,
        zorder=3.5,
        gid=f"interval:{target.arm}:{target.kind}",
    )
    if math.isinf(target.upper):
        axes.plot([end], [target.survival], ">", color=colour, markersize=5.0, zorder=3.5)


def _set_scales(
    axes: Axes, reproduction: AnalysisReproduction, end: float, ticks: Sequence[float]
) -> None:
    analysis = reproduction.analysis
    axes.set_xlim(0.0, 1.02 * end)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], size=LEGIBLE)
    axes.set_xlabel(f"Time ({analysis.time_unit}s)", size=LEGIBLE, labelpad=4.0)
    axes.set_ylim(0.0, 1.03)
    axes.set_yticks(np.linspace(0.0, 1.0, 6))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=None))
    axes.set_ylabel(f"{analysis.endpoint} (%)", size=LEGIBLE)
    axes.tick_params(labelsize=LEGIBLE, length=3.5)
    axes.spines[["top", "right"]].set_visible(False)


def _key(targets: Sequence[Target]) -> Sequence[Artist]:
    """Return one neutral handle for every kind of mark that occurs."""
    handles: list[Artist] = []
    kinds = {(target.role, target.kind) for target in targets}
    shares = {target.survival for target in targets if target.kind == "quantile"}
    quantile = "median" if shares <= {0.5} else "median or quartile"
    for role, label in (("input", "used as input"), ("check", "kept out as check")):
        for kind, what in (("quantile", quantile), ("survival", "survival")):
            if (role, kind) in kinds:
                handles.append(
                    Line2D(
                        [],
                        [],
                        linestyle="none",
                        marker=_TARGET_MARKERS[kind, "="],
                        markersize=6.0,
                        color=GREY,
                        markerfacecolor=GREY if role == "input" else "white",
                        markeredgewidth=1.2,
                        label=f"printed {what}, {label}",
                    )
                )
    handles.append(Line2D([], [], linestyle=(0, (1.0, 2.0)), color=GREY, label="refitted median"))
    handles.append(Patch(color=GREY, alpha=0.25, linewidth=0.0, label="95 % limits"))
    handles.append(
        Line2D([], [], linestyle="none", marker="|", color=GREY, label="censored", markersize=6.0)
    )
    return handles
