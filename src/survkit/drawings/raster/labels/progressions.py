"""Rows and columns of numbers that grow evenly with their place: the labels of an axis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from survkit.drawings.raster.labels.words import NumberWord

__all__ = ["Progression", "progressions"]

_FEWEST = 3
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """
    Labels whose numbers are linear in their places.

    Attributes
    ----------
    places : ndarray of float, shape (labels,)
        Middle of each label along the axis, in pixels, increasing.
    values : ndarray of float, shape (labels,)
        The numbers, with the decimals that make them even.
    words : tuple of NumberWord
        The labels, in the same order.
    misread : tuple of NumberWord
        Words that stand among them and do not fit.
    near, far : float
        Extent of the labels across the axis, in pixels.
    height : float
        Median height of the digits, in pixels.
    """

    places: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]
    words: tuple[NumberWord, ...]
    misread: tuple[NumberWord, ...]
    near: float
    far: float
    height: float

    @property
    def percent(self) -> bool:
        """Whether a per cent sign was read."""
        return sum("%" in word.text for word in self.words) > len(self.words) / 2

    def scaled(self, factor: float) -> Progression:
        """Take all places to a picture of another size."""
        return replace(
            self,
            places=self.places * factor,
            near=self.near * factor,
            far=self.far * factor,
            height=self.height * factor,
        )


def progressions(words: list[NumberWord], *, upwards: bool) -> list[Progression]:
    """
    Find the labels of axes, those with most labels first.

    Parameters
    ----------
    words : list of NumberWord
        The numbers of the picture.
    upwards : bool
        True for columns whose numbers grow upwards, False for rows growing to the right.

    Returns
    -------
    list of Progression
        No word stands in two of them.
    """
    free = list(words)
    found = []
    while (best := _best(free, upwards=upwards)) is not None:
        found.append(best)
        taken = {id(word) for word in (*best.words, *best.misread)}
        free = [word for word in free if id(word) not in taken]
    return found


def _best(words: list[NumberWord], *, upwards: bool) -> Progression | None:
    best: tuple[float, Progression] | None = None
    seen: set[frozenset[int]] = set()
    for seed in words:
        line = _aligned(words, seed, upwards=upwards)
        key = frozenset(id(word) for word in line)
        if key in seen or len(line) < _FEWEST:
            continue
        seen.add(key)
        fitted = _fit(line, upwards=upwards)
        if fitted is not None and (best is None or fitted[0] > best[0]):
            best = fitted
    return None if best is None else best[1]


def _aligned(words: list[NumberWord], seed: NumberWord, *, upwards: bool) -> list[NumberWord]:
    """Words on one line with a seed, of about its height."""
    room = 0.4 * seed.height + 1
    alike = [w for w in words if 0.7 < w.height / seed.height < 1.4]
    if upwards:
        line = [
            w
            for w in alike
            if min(
                abs(w.right - seed.right),
                abs(w.left - seed.left),
                abs(w.left + w.right - seed.left - seed.right) / 2,
            )
            <= room
        ]
    else:
        line = [w for w in alike if abs(w.bottom - seed.bottom) <= room]
    line.sort(key=lambda w: _place(w, upwards=upwards))
    return line[:_MOST_WORDS]


def _place(word: NumberWord, *, upwards: bool) -> float:
    return (word.top + word.bottom) / 2 if upwards else (word.left + word.right) / 2


def _fit(line: list[NumberWord], *, upwards: bool) -> tuple[float, Progression] | None:
    """Let every pair propose a scale; the one that most words agree with wins."""
    places = np.array([_place(word, upwards=upwards) for word in line])
    weights = np.array([word.confidence for word in line])
    room = 0.35 * float(np.median([word.height for word in line])) + 1.0
    best: tuple[float, npt.NDArray[np.bool_], npt.NDArray[np.float64]] | None = None
    for values in _readings(line):
        for fits in _proposals(places, values, room, upwards=upwards):
            score = float(weights[fits].sum())
            if best is None or score > best[0] + 1e-9:
                best = (score, fits, values)
    if best is None or best[1].sum() < _FEWEST:
        return None
    return _judged(line, places, best[2], best[1])


def _proposals(
    places: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    room: float,
    *,
    upwards: bool,
) -> list[npt.NDArray[np.bool_]]:
    sign = -1.0 if upwards else 1.0
    proposals = []
    for i, j in combinations(range(len(places)), 2):
        if values[i] == values[j]:
            continue
        slope = (places[j] - places[i]) / (values[j] - values[i])
        if sign * slope <= 0:
            continue
        off = np.abs(places[i] + slope * (values - values[i]) - places)
        fits = off <= room
        chosen = np.sort(places[fits])
        if len(chosen) >= _FEWEST and np.diff(chosen).min() > 2 * room:
            proposals.append(fits)
    return proposals


def _judged(
    line: list[NumberWord],
    places: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    fits: npt.NDArray[np.bool_],
) -> tuple[float, Progression] | None:
    """Refuse what only a minority of the words on the line supports."""
    inside = (places >= places[fits].min()) & (places <= places[fits].max())
    misread = [word for word, rest in zip(line, inside & ~fits, strict=True) if rest]
    count = int(fits.sum())
    if count < len(misread) or (count == _FEWEST and misread):
        return None
    chosen = [word for word, fit in zip(line, fits, strict=True) if fit]
    across = (
        [(w.left, w.right) for w in chosen] if places[0] == _place(line[0], upwards=True) else None
    )
    edges = across or [(w.top, w.bottom) for w in chosen]
    steps = np.diff(values[fits])
    even = float(np.isclose(np.abs(steps), np.median(np.abs(steps)), rtol=1e-6).mean())
    progression = Progression(
        places=places[fits],
        values=values[fits],
        words=tuple(chosen),
        misread=tuple(misread),
        near=min(edge[0] for edge in edges),
        far=max(edge[1] for edge in edges),
        height=float(np.median([word.height for word in chosen])),
    )
    return count * (0.5 + 0.5 * even) - 0.5 * len(misread), progression


def _readings(line: list[NumberWord]) -> list[npt.NDArray[np.float64]]:
    """Values as read, and with decimal points that small print has lost."""
    read = np.array([word.value for word in line])
    readings = [read]
    digits = ["".join(c for c in word.text if c.isdigit()) for word in line]
    if any(len(text) > 1 and text[0] == "0" for text in digits):
        for decimals in (1, 2, 3):
            scaled = np.array([float(text or 0) for text in digits]) / 10.0**decimals
            single = np.array([len(text) == 1 for text in digits])
            readings.append(np.where(single, read, scaled))
    return readings
