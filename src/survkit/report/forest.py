"""The forest plot as a drawing for a page: printed above refitted hazard ratios."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.plot import arrange_rows, choose_limits, choose_ratio_ticks, name_sides
from survkit.report.canvas import Axis, Tick, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.plot import ForestRow, Ratio
    from survkit.reproduction import AnalysisReproduction

__all__ = ["ForestDrawing", "ForestLine", "Interval", "draw_forest"]

_LEFT, _RIGHT, _LINE, _LETTERS = 6.0, 236.0, 13.0, 52
"""Ends of the axis, height of a line of text and letters in it; a drawing is 360 units wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """
    A hazard ratio with its limits.

    Parameters
    ----------
    place : str
        Where the ratio is; empty where it is no number.
    height : str
        Where its line is.
    path : str
        Path of its interval; empty where there is none.
    text : str
        Its digits.
    """

    place: str
    height: str
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestLine:
    """
    One row: a name, and the two ratios below it.

    Parameters
    ----------
    indent : str
        Where the name begins.
    names : tuple of Tick
        Lines of the name, each with its height.
    printed, refitted : Interval or None
        The ratios; None for a heading.
    role : str
        Role of the printed ratio.
    verdict : str
        The worst verdict among ratio and limits.
    """

    indent: str
    names: tuple[Tick, ...]
    printed: Interval | None
    refitted: Interval | None
    role: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestDrawing:
    """
    A forest plot.

    Parameters
    ----------
    height : str
        Height of the drawing, in user units; its width is 360.
    foot : str
        Height of the axis.
    no_effect : str
        Where the hazard ratio is 1.
    ticks : tuple of Tick
        Marks of the axis.
    sides : tuple of (str, str)
        What a ratio below and above 1 means.
    lines : tuple of ForestLine
        The rows.
    """

    height: str
    foot: str
    no_effect: str
    ticks: tuple[Tick, ...]
    sides: tuple[str, str]
    lines: tuple[ForestLine, ...]


def draw_forest(results: Sequence[AnalysisReproduction]) -> ForestDrawing | None:
    """
    Draw printed hazard ratios against refitted ones, experimental over reference.

    Parameters
    ----------
    results : sequence of AnalysisReproduction
        Reproduced analyses of one trial.

    Returns
    -------
    ForestDrawing or None
        Paths and texts, 360 units wide; None where no hazard ratio is printed.
    """
    rows = arrange_rows(results)
    pairs = [row.pair for row in rows if row.pair is not None]
    if not pairs:
        return None
    low, high = choose_limits(pairs)
    axis = Axis(low, high, _LEFT, _RIGHT, logarithmic=True)
    lines, height = [], 0.0
    for row in rows:
        line, height = _line(row, axis, height)
        lines.append(line)
    foot = height + 8.0
    return ForestDrawing(
        height=number(foot + 46.0),
        foot=number(foot),
        no_effect=axis.at(1.0),
        ticks=axis.ticks(choose_ratio_ticks(low, high)),
        sides=name_sides(results),
        lines=tuple(lines),
    )


def _line(row: ForestRow, axis: Axis, height: float) -> tuple[ForestLine, float]:
    """Draw a row that begins at a height; return it with the height where the next one begins."""
    width = _LETTERS - 2 * row.depth
    names = []
    for text in textwrap.wrap(" ".join(row.label.split()), width):
        height += _LINE
        names.append(Tick(number(height), text))
    printed = refitted = None
    if row.pair is not None:
        printed = _interval(row.pair.printed, axis, height + 0.75 * _LINE)
        refitted = _interval(row.pair.refitted, axis, height + 1.7 * _LINE)
        height += 2.2 * _LINE
    line = ForestLine(
        indent=number(_LEFT + 10.0 * row.depth),
        names=tuple(names),
        printed=printed,
        refitted=refitted,
        role=row.pair.role.partition(" ")[0] if row.pair else "",
        verdict=str(row.pair.verdict) if row.pair else "",
    )
    return line, height + 4.0


def _interval(ratio: Ratio, axis: Axis, height: float) -> Interval:
    """Draw a ratio and its limits; what is no number is not drawn."""
    y = number(height)
    known = not (math.isnan(ratio.lower) or math.isnan(ratio.upper))
    return Interval(
        place="" if math.isnan(ratio.value) else axis.at(ratio.value),
        height=y,
        path=f"M{axis.at(ratio.lower)} {y}H{axis.at(ratio.upper)}" if known else "",
        text=ratio.text,
    )
