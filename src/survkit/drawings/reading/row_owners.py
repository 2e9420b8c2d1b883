"""Which curve a row of numbers at risk belongs to."""

from __future__ import annotations

import itertools
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from survkit.arrays import Floats
from survkit.drawings.reading.staircases import Staircase, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.reading.legends import Key, Name
    from survkit.drawings.reading.risk_tables import Row

__all__ = ["Steps", "own_rows"]

Steps = tuple[Floats, Floats]
"""Times and survival of a curve."""

_COUNTS = re.compile(r"(?i)\(?\s*n\s*=\s*([\d,]+)\s*\)?|\(\s*(?:\d[\d,]*\s*/\s*)?(\d[\d,]*)\s*\)")


def own_rows(
    rows: Sequence[Row],
    times: Sequence[float],
    stairs: Sequence[Staircase],
    names: Sequence[Name],
    keys: Sequence[Key],
    steps: Sequence[Steps],
) -> list[int | None]:
    """
    Return the curve of every row, or None.

    Labels count most, then colours and samples of lines, then whether the curve's drops are whole
    patients of the row's numbers at risk.
    """
    if not rows or not stairs:
        return [None] * len(rows)
    score = np.zeros((len(rows), len(stairs)))
    for r, row in enumerate(rows):
        for c, stair in enumerate(stairs):
            score[r, c] = (
                4 * _alike(row, names[c])
                + 2 * _same_look(row, stair, stairs, keys)
                + 3 * _whole(row, times, steps[c])
            )
    taken = dict(zip(*(side.tolist() for side in linear_sum_assignment(-score)), strict=True))
    return [taken.get(number) for number in range(len(rows))]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9+]", "", _COUNTS.sub("", text).lower())


def _alike(row: Row, name: Name) -> float:
    """Return how alike label and name are: 2 for the same words, 0 for nothing in common."""
    if row.label is None or not name.text:
        return 0.0
    label, curve = _plain(row.label.text), _plain(name.text)
    if not label or not curve:
        return 0.0
    if label == curve:
        return 2.0
    ratio = SequenceMatcher(None, label, curve, autojunk=False).ratio()
    return 0.8 * ratio if ratio > 0.5 or label in curve or curve in label else 0.0


def _same_look(
    row: Row, stair: Staircase, stairs: Sequence[Staircase], keys: Sequence[Key]
) -> float:
    """Return 1 where a row is set in a curve's colour, or has a sample of its line."""
    colour = row.colour
    if max(colour) - min(colour) >= 30 and near(colour, stair.style.colour, 24):
        return 1.0
    high = row.box.height
    beside = [
        key
        for key in keys
        if abs(key.box.centre[1] - row.box.centre[1]) < 0.9 * high
        and key.box.right < row.box.left + high
    ]
    for key in beside:
        same = near(key.style.colour, stair.style.colour, 24)
        rivals = sum(near(key.style.colour, other.style.colour, 24) for other in stairs)
        if same and (rivals == 1 or (not key.filled and key.style.same_dash(stair.style))):
            return 1.0
    return 0.0


def _whole(row: Row, times: Sequence[float], steps: Steps) -> float:
    """
    Return the share of steps that a whole number of patients explains, less what chance gives.

    A step from S to S' of d patients among r at risk has 1 - S'/S = d/r, and r lies between the
    numbers printed before and after it.
    """
    time, survival = steps
    columns = sorted(row.counts)
    explained = []
    for first, second in itertools.pairwise(columns):
        before, after = row.counts[first], row.counts[second]
        inside = np.flatnonzero((time > times[first]) & (time <= times[second]))
        inside = inside[inside > 0][:40]
        if before < after or before > 100_000:
            return -0.5
        for step in inside:
            if survival[step - 1] <= 0:
                continue
            share = 1 - survival[step] / survival[step - 1]
            explained.append(_explained(float(share), before, after))
        left = survival[inside[-1]] / survival[inside[0] - 1] if len(inside) else 1.0
        if after > before * left + 1:
            explained += [-1.0] * 5
    return float(np.mean(explained)) if explained else 0.0


def _explained(share: float, before: int, after: int) -> float:
    """Return 1 less what chance gives where some d and r fit a step, else -1."""
    if share <= 0:
        return 0.0
    fewest, most = max(after, 1), before
    low, high = share * fewest, share * most
    slack = 0.02 + 3e-5 * most / max(share * most, 1e-9) * share
    candidates = np.floor(high + slack) - np.ceil(low - slack)
    if high - low >= 1:
        return 0.0
    return 1 - (high - low) if candidates >= 0 else -1.0
