"""Tick marks and grid lines beside the labels of an axis, to a fraction of a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from survkit.drawings.raster.ink import Colours, Grey

__all__ = ["Ticks", "find_ticks"]

_CLEAR = 0.1
_REACH = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """
    Marks on an axis that runs along the columns of an array.

    Attributes
    ----------
    places : ndarray of float, shape (labels,)
        Middle of each mark, in pixels; NaN where none was found.
    first, last : int
        Rows between which the marks were seen.
    """

    places: npt.NDArray[np.float64]
    first: int
    last: int


def find_ticks(
    colours: Colours, labels: npt.NDArray[np.float64], edge: float, height: float
) -> Ticks | None:
    """
    Look for marks between the labels and the panel, and for grid lines beyond.

    Parameters
    ----------
    colours : ndarray of float, shape (rows, columns, 3)
        The picture, turned so that the axis is horizontal and the panel lies above the labels.
    labels : ndarray of float, shape (labels,)
        Middle of each label, in pixels, increasing.
    edge : float
        Upper edge of the labels, in pixels.
    height : float
        Height of their digits, in pixels.

    Returns
    -------
    Ticks or None
        None where no row of the picture has marks at the labels and nowhere between.
    """
    spacing = float(np.diff(labels).min())
    stop = max(0, int(edge))
    start = max(0, int(edge - _REACH * height))
    left = max(0, int(labels[0] - spacing / 2))
    right = min(colours.shape[1], int(labels[-1] + spacing / 2) + 1)
    if stop - start < 2 or right - left < 8:
        return None
    relief = _relief(colours[start:stop, left:right])
    window = max(2.0, min(0.45 * height, 0.2 * spacing))
    score = _row_scores(relief, labels - left, window, spacing)
    rows = _band(score)
    if rows is None:
        return None
    profile = np.asarray(relief[rows[0] : rows[1]].mean(axis=0), dtype=np.float64)
    places = _centres(profile, labels - left, window) + left
    if np.isfinite(places).sum() < max(3, 0.5 * len(labels)):
        return None
    return Ticks(places=places, first=start + rows[0], last=start + rows[1])


def _relief(strip: Colours) -> Grey:
    """Differ from the median of the row: a line along the axis vanishes, marks across it stay."""
    middle = np.median(strip, axis=1, keepdims=True)
    relief: Grey = np.abs(strip - middle).max(axis=2)
    return relief


def _row_scores(
    relief: Grey, labels: npt.NDArray[np.float64], window: float, spacing: float
) -> npt.NDArray[np.float64]:
    """Compare each row at the labels with a quarter of their distance aside."""
    at = np.stack([_strongest(relief, place, window) for place in labels])
    aside = np.stack(
        [
            _strongest(relief, place + side * spacing / 4, min(window, spacing / 10))
            for place in labels[:-1]
            for side in (1, 3)
        ]
    )
    share: npt.NDArray[np.float64] = (at > _CLEAR).mean(axis=0) - (aside > _CLEAR / 2).mean(axis=0)
    return share * np.median(at, axis=0) ** 0.25


def _strongest(relief: Grey, place: float, window: float) -> npt.NDArray[np.float32]:
    lower = int(np.clip(round(place - window - 0.5), 0, relief.shape[1] - 1))
    upper = int(np.clip(round(place + window + 0.5), lower + 1, relief.shape[1]))
    strongest: npt.NDArray[np.float32] = relief[:, lower:upper].max(axis=1)
    return strongest


def _band(score: npt.NDArray[np.float64]) -> tuple[int, int] | None:
    """Rows around the best score, the one nearest to the labels among equals."""
    if score.max() < 0.25:
        return None
    good = score >= 0.85 * score.max()
    last = int(np.flatnonzero(good)[-1])
    first = last
    while first > 0 and good[first - 1]:
        first -= 1
    if last - first >= 3:  # the ends of marks are pale
        first, last = first + 1, last - 1
    return first, last + 1


def _centres(
    profile: npt.NDArray[np.float64], labels: npt.NDArray[np.float64], window: float
) -> npt.NDArray[np.float64]:
    """Centre of gravity of the mark at each label."""
    centres = np.full(len(labels), np.nan)
    for k, place in enumerate(labels):
        lower = int(np.clip(round(place - window - 0.5), 0, len(profile) - 1))
        upper = int(np.clip(round(place + window + 0.5), lower + 1, len(profile)))
        peak = lower + int(profile[lower:upper].argmax())
        if profile[peak] < _CLEAR / 2:
            continue
        first = last = peak
        while first > 0 and peak - first < 6 and profile[first - 1] > 0.08 * profile[peak]:
            first -= 1
        while (
            last + 1 < len(profile) and last - peak < 6 and profile[last + 1] > 0.08 * profile[peak]
        ):
            last += 1
        weights = profile[first : last + 1]
        centres[k] = float(weights @ (np.arange(first, last + 1) + 0.5) / weights.sum())
    return centres
