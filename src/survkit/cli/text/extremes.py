"""What ``survkit extremes`` says: what it will cost, and how far it got."""

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
    from survkit.ensembles import Draws
    from survkit.trial import Analysis

__all__ = ["cost_text", "extremes_text"]

_COLUMNS = ("quantity", "at", "lowest found", "likeliest", "highest found")
_SLOWER, _AT_LEAST = 100.0, 12.0
"""How much longer the search for patients takes where there are none, about; seconds at least."""


def cost_text(draws: Draws, ends: int, seconds: float, workers: int | None) -> str:
    """Say what a run will cost at most, about, from what the likeliest data set did."""
    side_by_side = max(min(ends, workers or os.cpu_count() or 1), 1)
    each = max(_SLOWER * seconds, _AT_LEAST)
    return (
        f"{draws.analysis.id}: {plural(ends, 'end')} to seek on {plural(side_by_side, 'core')}, "
        f"up to 7 data sets each: about {each * ends / side_by_side:.0f} s, perhaps more\n"
    )


def extremes_text(analysis: Analysis, found: pd.DataFrame, folder: Path, screen: Screen) -> str:
    """Set the ends in a table."""
    rows: list[list[Cell] | Line] = [
        [Cell(name, "faint", right=name != "quantity") for name in _COLUMNS]
    ]
    for subject, group in found.groupby("subject", sort=False):
        rows.append(Line(str(subject), "strong"))
        rows += [_row(one) for one in group.to_dict("records")]
    what = (
        f"Synthetic patients who print every input figure of {analysis.id} reach each of these "
        "ends. They were found; others may go farther. Neither a confidence interval nor a band "
        "that holds a share of anything."
    )
    lines = [*table(rows, screen), "", *paragraph(what, screen)]
    lines += paragraph(f"{folder}: extremes.csv, and a data set for each end", screen)
    return "\n".join([*lines, ""])


def _row(one: Mapping[Hashable, Any]) -> list[Cell]:
    quantity = QUANTITIES[str(one["quantity"])]
    label = quantity.label + (", %" if quantity.unit == "percent" else "")
    numbers = [one[name] for name in ("lower", "likeliest", "upper")]
    time = one["time"]
    return [
        Cell("  " + label),
        Cell("" if math.isnan(time) else f"{time:g}", right=True),
        *(Cell(f"{number:.3g}", right=True) for number in numbers),
    ]
