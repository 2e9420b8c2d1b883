"""Numbers at risk, aligned with the time axis above them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.plot.style import LEGIBLE, SMALL, choose_looks, name_arm
from survkit.plot.targets import first_by_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from survkit.reproduction import AnalysisReproduction
    from survkit.trial import Analysis

__all__ = ["RiskRow", "count_at_risk", "printed_times", "risk_table_height", "write_risk_table"]

_LINE = 11.5
"""Height of a line of the table, in points."""

_LABEL_GAP = 16.0
"""Room between an arm's name and the axis, in points: half a number at time 0 stands in it."""

_MOST_COLUMNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """
    Numbers at risk of one arm.

    Parameters
    ----------
    arm : str
        Id of the arm.
    times : tuple of float
        Points in time, in the analysis' unit.
    counts : tuple of int
        Synthetic patients with a time of at least so much.
    printed : tuple of (str or None)
        The printed numbers, None where there is none.
    """

    arm: str
    times: tuple[float, ...]
    counts: tuple[int, ...]
    printed: tuple[str | None, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The counts, each with the printed number in brackets where that differs."""
        return tuple(
            f"{count}" if printed in {None, f"{count}"} else f"{count} [{printed}]"
            for count, printed in zip(self.counts, self.printed, strict=True)
        )


def printed_times(reproduction: AnalysisReproduction) -> tuple[float, ...]:
    """
    List the points in time for which numbers at risk are printed.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    tuple of float
        In the analysis' unit, rising; at most ten, evenly picked where there are more, and none
        where there are fewer than three, too few for an axis.
    """
    times = sorted({time for _, time in _printed(reproduction)})
    return tuple(times[:: -(-len(times) // _MOST_COLUMNS)]) if len(times) >= 3 else ()


def count_at_risk(
    reproduction: AnalysisReproduction, times: Sequence[float]
) -> tuple[RiskRow, ...]:
    """
    Count the synthetic patients at risk, per arm.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.
    times : sequence of float
        Points in time, in the analysis' unit.

    Returns
    -------
    tuple of RiskRow
        One per arm, in the order of their looks.
    """
    printed, ipd = _printed(reproduction), reproduction.reconstruction.ipd
    rows = []
    for arm in choose_looks(reproduction.analysis):
        own = ipd.loc[ipd["arm"] == arm, "time"].to_numpy()
        rows.append(
            RiskRow(
                arm=arm,
                times=tuple(times),
                counts=tuple(int((own >= time).sum()) for time in times),
                printed=tuple(printed.get((arm, time)) for time in times),
            )
        )
    return tuple(rows)


def _printed(reproduction: AnalysisReproduction) -> dict[tuple[str, float], str]:
    """Return the printed numbers at risk by arm and time; of several sources the first counts."""
    return {
        (key.subject, float(key.time)): str(comparison.figure.printed)
        for key, comparison in first_by_key(reproduction).items()
        if key.quantity == "at_risk" and key.time is not None
    }


def risk_table_height(reproduction: AnalysisReproduction) -> float:
    """
    Height that the numbers at risk need.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    float
        Inches.
    """
    names = [_fold(reproduction.analysis, arm.id) for arm in reproduction.analysis.arms]
    lines = 1 + sum(1 + name.count("\n") for name in names)
    return (lines * _LINE + len(names) * 1.5 + 2.0) / 72.0


def _fold(analysis: Analysis, arm_id: str) -> str:
    return textwrap.fill(name_arm(analysis, arm_id), 18)


def write_risk_table(
    axes: Axes, reproduction: AnalysisReproduction, times: Sequence[float], below: float
) -> float:
    """
    Write the numbers at risk under a Kaplan-Meier plot.

    Parameters
    ----------
    axes : Axes
        The plot, with time on its horizontal axis.
    reproduction : AnalysisReproduction
        A reproduced analysis.
    times : sequence of float
        The table's points in time, the ticks of the time axis.
    below : float
        Distance from the axis down to the table, in points.

    Returns
    -------
    float
        Distance from the axis down to the end of the table, in points.
    """
    looks = choose_looks(reproduction.analysis)
    rows = count_at_risk(reproduction, times)
    differs = any("[" in text for row in rows for text in row.texts)
    heading = "Number at risk" + (" [printed, where it differs]" if differs else "")
    _write(axes, heading, 0.0, below, left=0.0, weight="bold", ha="left")
    below += _LINE + 2.0
    for row in rows:
        name = _fold(reproduction.analysis, row.arm)
        colour = looks[row.arm].colour
        _write(axes, name, 0.0, below, left=_LABEL_GAP, ha="right", color=colour)
        for time, text in zip(row.times, row.texts, strict=True):
            _write(axes, text, time, below, ha="center", gid="at-risk")
        below += _LINE * (name.count("\n") + 1) + 1.5
    return below


def _write(
    axes: Axes, text: str, time: float, below: float, left: float = 0.0, **looks: str
) -> None:
    """Write a text under a point in time, or under the axis' left edge for time 0."""
    axes.annotate(
        text,
        xy=(time, 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(-left, -below),
        textcoords="offset points",
        va="top",
        size=LEGIBLE if looks.get("weight") else SMALL,
        annotation_clip=False,
        **looks,  # type: ignore[arg-type]
    )
