"""What ``survkit envelope`` says: what it will cost, and between what the members lie."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

from survkit.cli.text.layout import Cell, Line, paragraph, table
from survkit.quantity import QUANTITIES
from survkit.wording import plural

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

    import pandas as pd

    from survkit.cli.terminal import Screen
    from survkit.ensembles import Draws, Ensemble

__all__ = ["closing_text", "cost_text"]

_COLUMNS = ("quantity", "at", "lower", "middle", "upper", "printed")


def cost_text(draws: Draws, members: int, seconds: float, workers: int | None) -> str:
    """Say what a run will cost, from what its first member did."""
    if members == 0:
        return "all members are there already\n"
    side_by_side = min(members, workers or os.cpu_count() or 1)
    expected = seconds * members / side_by_side
    return (
        f"{draws.analysis.id}: {plural(members, 'data set')} to draw, {seconds:.2g} s each on "
        f"{plural(side_by_side, 'core')}: about {max(expected, 1.0):.0f} s\n"
    )


def closing_text(drawn: Ensemble, folder: Path, level: float, screen: Screen) -> str:
    """Set the intervals in a table, with what they are above and where the files lie below."""
    members = len(drawn.members)
    share = f"{100.0 * level:g} %"
    what = (
        f"{members} synthetic data sets print every input figure of {drawn.analysis.id}. Between "
        f"lower and upper lie {share} of them, under the {drawn.prior} prior: no confidence "
        "interval of the trial."
    )
    lines = [*paragraph(what, screen), "", *table(_rows(drawn.intervals(level)), screen), ""]
    redrawn = drawn.redrawn
    if redrawn:
        again = f"{plural(redrawn, 'draw')} that missed a printed figure were repeated."
        lines += paragraph(again, screen)
    lines += paragraph(f"{folder}: members, bands.csv, intervals.csv, bands.png", screen)
    return "\n".join([*lines, ""])


def _rows(intervals: pd.DataFrame) -> list[list[Cell] | Line]:
    rows: list[list[Cell] | Line] = [
        [Cell(name, "faint", right=name != "quantity") for name in _COLUMNS]
    ]
    for subject, group in intervals.groupby("subject", sort=False):
        rows.append(Line(str(subject), "strong"))
        rows += [_row(one) for one in group.to_dict("records")]
    return rows


def _row(one: Mapping[Hashable, Any]) -> list[Cell]:
    quantity = QUANTITIES[str(one["quantity"])]
    percent = 100.0 if quantity.unit == "percent" else 1.0
    time = one["time"]
    numbers = [_number(percent * one[name]) for name in ("lower", "median", "upper")]
    label = quantity.label + (", %" if percent > 1.0 else "")
    return [
        Cell("  " + label),
        Cell("" if math.isnan(time) else f"{time:g}", right=True),
        *(Cell(number, right=True) for number in numbers),
        Cell(str(one["printed"]), right=True),
    ]


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    return "not reached" if math.isinf(value) else f"{value:.3g}"
