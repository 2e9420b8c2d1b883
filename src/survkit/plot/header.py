"""What stands above a Kaplan-Meier plot: the arms and the figures they are held against."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from survkit.comparison import Comparison, Verdict
from survkit.plot.margins import measure_width, points_from
from survkit.plot.ratios import join_limits, pair_ratios
from survkit.plot.style import GREY, INK, SMALL, Look, choose_looks, describe_analysis, name_arm
from survkit.plot.targets import first_by_key
from survkit.quantity import FigureKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from survkit.reproduction import AnalysisReproduction

__all__ = ["header_height", "write_header"]

_ABOVE, _LINE, _SWATCH, _GAP = 10.0, 12.5, 34.0, 16.0
"""Distance from the axes, line height, room for a line sample and between columns, in points."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table above the plot; a look gives it a sample of the arm's line."""

    label: str
    events: str
    printed: str
    refitted: str
    look: Look | None = None


def write_header(axes: Axes, reproduction: AnalysisReproduction) -> None:
    """
    Write above a plot what the analysis is, its arms, medians, hazard ratios and verdicts.

    Parameters
    ----------
    axes : Axes
        The plot.
    reproduction : AnalysisReproduction
        A reproduced analysis.
    """
    height = _ABOVE + _write_rows(axes, _list_rows(reproduction))
    _write(axes, _count_verdicts(reproduction), 0.0, height, GREY, "verdicts")
    axes.set_title(
        describe_analysis(reproduction.analysis),
        loc="left",
        size=11.0,
        weight="bold",
        pad=height + _LINE + 3.0,
    )


def header_height(reproduction: AnalysisReproduction) -> float:
    """
    Height that the header needs.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    float
        Inches.
    """
    lines = sum(1 + _fold(row).count("\n") for row in _list_rows(reproduction))
    lines += describe_analysis(reproduction.analysis).count("\n") + 1
    return (_ABOVE + (lines + 2) * _LINE) / 72.0


def _list_rows(reproduction: AnalysisReproduction) -> list[_Row]:
    """Return the rows of the table, its headings first."""
    headings = _Row("", "events / n", "printed", "refitted")
    return [headings, *_arm_rows(reproduction), *_ratio_rows(reproduction)]


def _fold(row: _Row) -> str:
    return textwrap.fill(row.label, 34)


def _arm_rows(reproduction: AnalysisReproduction) -> list[_Row]:
    """Return a row per arm: patients, events and medians."""
    analysis, found = reproduction.analysis, first_by_key(reproduction)
    ipd, curves = reproduction.reconstruction.ipd, reproduction.refit.curves
    rows = []
    for arm, look in choose_looks(analysis).items():
        event = ipd.loc[ipd["arm"] == arm, "event"]
        median = FigureKey("median", arm)
        triple = map(found.get, (median, *median.limits))
        known = [comparison for comparison in triple if comparison is not None]
        rows.append(
            _Row(
                label=f"{name_arm(analysis, arm)}: median",
                events=f"{int(event.sum())} / {len(event)}",
                printed=join_limits([str(one.figure.printed) for one in known]) or "–",
                refitted=join_limits([one.rendered for one in known])
                or _unprinted(curves[arm].median),
                look=look,
            )
        )
    return rows


def _unprinted(median: float) -> str:
    """Return a median that no publication gives the digits for."""
    return f"{median:.1f}" if math.isfinite(median) else "not reached"


def _ratio_rows(reproduction: AnalysisReproduction) -> list[_Row]:
    """Return a row per contrast with a printed hazard ratio."""
    analysis = reproduction.analysis
    rows = []
    for pair in pair_ratios(reproduction):
        sides = (pair.contrast.experimental, pair.contrast.reference)
        whose = " vs ".join(name_arm(analysis, arm) for arm in sides)
        label = f"HR {whose}" if len(analysis.contrasts) > 1 else "hazard ratio"
        label += f" ({pair.level:g} % CI)" if "(" in pair.printed.text else ""
        rows.append(_Row(label, "", pair.printed.text, pair.refitted.text))
    return rows


def _write_rows(axes: Axes, rows: Sequence[_Row]) -> float:
    """Write the table from its last row upwards and return its height in points."""
    labels = [_fold(row) for row in rows]
    columns = [labels] + [[getattr(row, name) for row in rows] for name in _Row.__slots__[1:4]]
    starts = [_SWATCH]
    for column in columns:
        starts.append(starts[-1] + _GAP + max(measure_width(text, SMALL) for text in column))
    height = 0.0
    for place, row in reversed(list(enumerate(rows))):
        if row.look is not None:
            _sample(axes, row.look, _ABOVE + height + 3.2)
        for column, start in zip(columns, starts, strict=False):
            colour = INK if place else GREY
            _write(axes, column[place], start, _ABOVE + height, colour, "header")
        height += _LINE * (1 + labels[place].count("\n"))
    return height


def _sample(axes: Axes, look: Look, height: float) -> None:
    """Draw a sample of an arm's line."""
    line = Line2D(
        [0.0, _SWATCH - 8.0],
        [height, height],
        color=look.colour,
        linewidth=1.6,
        linestyle=look.line_style,
        transform=points_from(axes, 0.0, 1.0),
        clip_on=False,
        gid="sample",
    )
    axes.add_artist(line)


def _write(axes: Axes, text: str, start: float, height: float, colour: str, gid: str) -> None:
    axes.text(
        start,
        height,
        text,
        transform=points_from(axes, 0.0, 1.0),
        size=SMALL,
        color=colour,
        linespacing=1.15,
        gid=gid,
    )


def _count_verdicts(reproduction: AnalysisReproduction) -> str:
    groups = (("inputs", reproduction.inputs), ("checks", reproduction.checks))
    counts = (f"{_count(group)} {label}" for label, group in groups if group)
    return " and ".join(counts) + " reproduced"


def _count(comparisons: Sequence[Comparison]) -> str:
    good = sum(comparison.verdict is Verdict.REPRODUCED for comparison in comparisons)
    return f"{good} of {len(comparisons)}"
