"""What each figure is expected to be, given the others, in columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.cli.text.layout import Cell, Line, paragraph, table
from survkit.wording import describe_analysis, name_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.cli.terminal import Screen, Style
    from survkit.crossvalidation import CrossValidation, Prediction, Worth
    from survkit.trial import Analysis, Trial

__all__ = ["predictions_text", "worth_text"]

_COLUMNS = ("figure", "printed", "expected", "from", "to", "probability")
_SURPRISING = 0.01
"""Probability below which a row is marked."""


def predictions_text(
    trial: Trial, found: CrossValidation, screen: Screen, *, members: int | None = None
) -> str:
    """Set the predictions of one analysis in a table, the most surprising first."""
    by = "" if members is None else f", by {members} whole data sets for each"
    what = (
        f"Each figure as all others but its interval predict it under the {found.prior} prior{by}: "
        "nine of ten lie between from and to. The probability is that of being so far off, or "
        "farther. What is surprising may be true."
    )
    rows: list[list[Cell] | Line] = [
        [Cell(name, "faint", right=name != "figure") for name in _COLUMNS]
    ]
    rows += [_row(one, found.analysis.time_unit) for one in found.predictions]
    lines = [
        screen.paint(f"{trial.name}, {found.analysis.id}", "strong"),
        *paragraph(describe_analysis(found.analysis), screen),
        "",
        *table(rows, screen),
        "",
        *paragraph(what, screen),
        "",
    ]
    return "\n".join([*lines, ""])


def worth_text(analysis: Analysis, worth: Sequence[Worth], screen: Screen) -> str:
    """Set what each figure buys in a table: printed ones, then what to look for."""
    titles = ("figure", "bands without", "with", "bought")
    rows: list[list[Cell] | Line] = [
        [Cell(name, "faint", right=name != "figure") for name in titles]
    ]
    for printed, title in ((True, "printed"), (False, "if it were found")):
        chosen = [one for one in worth if one.printed is printed]
        rows += [Line(title, "strong")] if chosen else []
        rows += [_worth_row(one) for one in chosen]
    what = (
        f"Mean width of the 90 % bands of survival of {analysis.id}, in percentage points, without "
        "a figure and its interval, and with it; the population stage's, without making patients."
    )
    return "\n".join([*table(rows, screen), "", *paragraph(what, screen), "", ""])


def _worth_row(one: Worth) -> list[Cell]:
    name = f"  {one.key.subject} {one.key.label}".rstrip()
    numbers = (one.without, one.width, one.bought)
    return [Cell(name), *(Cell(f"{number:.1f}", right=True) for number in numbers)]


def _row(one: Prediction, unit: str) -> list[Cell]:
    style: Style = "fair" if one.probability < _SURPRISING else "plain"
    name = f"{one.figure.key.subject} {name_figure(one.figure, unit)}".strip()
    numbers = [_number(value, one) for value in (one.middle, one.lower, one.upper)]
    return [
        Cell(name),
        Cell(str(one.figure.printed), right=True),
        *(Cell(number, right=True) for number in numbers),
        Cell(f"{one.probability:.2g}", style, right=True),
    ]


def _number(value: float, one: Prediction) -> str:
    """Write a number about as precise as the printed one."""
    if math.isinf(value):
        return "not reached"
    unit = one.figure.key.definition.unit
    if unit == "probability":
        return f"{value:.2g}"
    decimals = max(one.figure.printed.decimals, 2 if unit == "ratio" else 0)
    return f"{value:.{decimals}f}"
