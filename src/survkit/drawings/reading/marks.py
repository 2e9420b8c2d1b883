"""Which symbols are censoring marks, and of which curve."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.reading.staircases import Staircase, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.primitives import Box, Stroke
    from survkit.drawings.reading.symbols import Symbol

__all__ = ["Placed", "place_marks"]

CLOSE = 0.12
"""How far the middle of a mark may lie off its curve, in sizes of the mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """
    A mark on a curve.

    Parameters
    ----------
    x : float
        Where it lies along the time axis, in figure coordinates.
    y : float
        Height of the curve there.
    """

    x: float
    y: float


def place_marks(
    symbols: Sequence[Symbol],
    stairs: Sequence[Staircase],
    strokes: Sequence[Stroke],
    precision: float,
) -> list[list[Placed]]:
    """Return the marks on each curve, from left to right, one for each place."""
    found: list[list[Placed]] = [[] for _ in stairs]
    families: dict[object, list[Symbol]] = defaultdict(list)
    for symbol in symbols:
        families[symbol.family].append(symbol)
    keys = _key_lines(strokes, stairs)
    for family in families.values():
        members = [symbol for symbol in family if not _on_key(symbol, keys)]
        for symbol, number, height in _placed(members, stairs, precision):
            found[number].append(Placed(x=symbol.x, y=height))
    for number, stair in enumerate(stairs):
        heights = stair.height_at(np.array([x for x, _ in stair.spikes], dtype=float))
        spikes = zip(stair.spikes, heights, strict=True)
        found[number] += [Placed(x=x, y=float(height)) for (x, _), height in spikes]
    return [_distinct(marks, precision) for marks in found]


def _key_lines(strokes: Sequence[Stroke], stairs: Sequence[Staircase]) -> list[Box]:
    """Return the samples of lines in a legend: short, level, drawn like a curve."""
    keys = []
    for stroke in strokes:
        box = stroke.box
        if len(stroke.points) == 2 and box.width > 0 and box.height < 0.02 * box.width:
            drawn = stroke.colour
            if drawn and any(
                near(drawn, stair.style.colour) and stroke.width > 0.6 * stair.style.width
                for stair in stairs
            ):
                keys.append(box)
    return keys


def _on_key(symbol: Symbol, keys: list[Box]) -> bool:
    """Tell whether a symbol lies in the middle of a line that is longer than itself."""
    return any(
        key.width > 1.3 * symbol.size
        and abs(key.centre[0] - symbol.x) < 0.08 * key.width
        and abs(key.centre[1] - symbol.y) < 0.3 * symbol.size
        and key.width < 12 * symbol.size
        for key in keys
    )


def _placed(
    members: list[Symbol], stairs: Sequence[Staircase], precision: float
) -> list[tuple[Symbol, int, float]]:
    """Return which symbols of a family lie on a curve, on which, and at what height."""
    if not members:
        return []
    same = [n for n, stair in enumerate(stairs) if near(stair.style.colour, members[0].colour)]
    everywhere = list(range(len(stairs)))
    found = _placed_on(members, stairs, same, precision) if same else []
    if len(found) >= 0.8 * len(members) or len(same) == len(stairs):
        return found
    others = _placed_on(members, stairs, everywhere, precision)
    return others if len(others) > 1.2 * len(found) + 1 else found


def _placed_on(
    members: list[Symbol], stairs: Sequence[Staircase], candidates: list[int], precision: float
) -> list[tuple[Symbol, int, float]]:
    """Return the same where only some of the curves come into question."""
    offset = _offset(members, [stairs[number] for number in candidates], precision)
    if offset is None:
        return []
    choices = []
    for symbol in members:
        slack = (CLOSE if offset == 0 else CLOSE / 3) * symbol.size + 4 * precision
        options = []
        for number in candidates:
            off, height = _nearest(symbol, stairs[number], offset, precision)
            if off <= slack:
                options.append((off, number, height))
        choices.append((symbol, sorted(options)))
    placed = sum(bool(options) for _, options in choices)
    if members[0].letter and placed < 0.5 * len(members):
        return []
    return _decided(choices, precision)


def _offset(members: list[Symbol], stairs: list[Staircase], precision: float) -> float | None:
    """Return how far above the curve the middles of a family lie: 0, or what most agree on."""
    size = members[0].size
    near_by = [
        [
            symbol.y - height
            for stair in stairs
            for height in _heights(symbol, stair, precision)
            if abs(symbol.y - height) < 0.8 * size
        ]
        for symbol in members
    ]
    near_by = [offs for offs in near_by if offs]
    if not near_by:
        return None
    slack = CLOSE * size + 4 * precision
    centred = sum(min(abs(off) for off in offs) <= slack for offs in near_by)
    if centred >= 0.5 * len(near_by) and not members[0].letter:
        return 0.0
    every = np.sort(np.concatenate([np.array(offs) for offs in near_by]))
    tight = 0.03 * size + 2 * precision
    support = np.searchsorted(every, every + tight) - np.searchsorted(every, every - tight)
    agreed = every[np.abs(every - every[int(support.argmax())]) <= tight]
    if len(agreed) >= max(3, 0.5 * len(near_by)):
        return float(np.median(agreed))
    return 0.0 if centred else None


def _heights(symbol: Symbol, stair: Staircase, precision: float) -> list[float]:
    """Return the heights of a curve at a symbol: of all levels that touch its place."""
    reach = 3 * precision + 0.02 * symbol.size
    if not stair.x[0] - reach <= symbol.x <= stair.end + max(reach, 0.1 * symbol.size):
        return []
    first = max(int(np.searchsorted(stair.x, symbol.x - reach, side="right")) - 1, 0)
    last = max(int(np.searchsorted(stair.x, symbol.x + reach, side="right")) - 1, 0)
    return [float(height) for height in stair.y[first : last + 1]]


def _nearest(
    symbol: Symbol, stair: Staircase, offset: float, precision: float
) -> tuple[float, float]:
    heights = _heights(symbol, stair, precision)
    if not heights:
        return np.inf, 0.0
    height = min(heights, key=lambda height: abs(symbol.y - offset - height))
    return abs(symbol.y - offset - height), height


def _decided(
    choices: list[tuple[Symbol, list[tuple[float, int, float]]]], precision: float
) -> list[tuple[Symbol, int, float]]:
    """Give each symbol to a curve; where two fit, to that of its neighbours in the drawing."""
    close = 3 * precision + 1e-6
    sure: list[tuple[int, float, int]] = []  # place in the drawing, x, curve
    for place, (symbol, options) in enumerate(choices):
        if options and (len(options) == 1 or options[1][0] > options[0][0] + close):
            sure.append((place, symbol.x, options[0][1]))
    decided = []
    for place, (symbol, options) in enumerate(choices):
        if not options:
            continue
        best = options[0]
        equal = [option for option in options if option[0] <= best[0] + close]
        if len(equal) > 1 and sure:
            neighbour = _neighbour(sure, place, symbol.x)
            best = next((option for option in equal if option[1] == neighbour), best)
        decided.append((symbol, best[1], best[2]))
    return decided


def _neighbour(sure: list[tuple[int, float, int]], place: int, x: float) -> int:
    """Return the curve of the mark drawn before or after: marks are drawn from left to right."""
    before = [entry for entry in sure if entry[0] < place and entry[1] <= x]
    after = [entry for entry in sure if entry[0] > place and entry[1] >= x]
    nearest = [entries for entries in (before[-1:], after[:1]) if entries]
    if not nearest:
        return min(sure, key=lambda entry: abs(entry[0] - place))[2]
    return min((entries[0] for entries in nearest), key=lambda entry: abs(entry[0] - place))[2]


def _distinct(marks: list[Placed], precision: float) -> list[Placed]:
    kept: list[Placed] = []
    for mark in sorted(marks, key=lambda mark: (mark.x, -mark.y)):
        if not kept or mark.x - kept[-1].x > 1.2 * precision + 1e-6:
            kept.append(mark)
    return kept
