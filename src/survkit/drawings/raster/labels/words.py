"""Connected spots of ink put together to words, and words of digits read as numbers."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from survkit.drawings.raster.labels.glyphs import Likeness, recognise

if TYPE_CHECKING:
    from survkit.drawings.raster.ink import Grey

__all__ = ["NumberWord", "number_words"]

_POINT = 7
_NEIGHBOURS = np.ones((3, 3))
_MOST_SPOTS = 3000
_GAP = 0.42
_SURE = 0.5
_NUMBER = re.compile(r"(\d{1,3}(,\d{3})+|\d*\.?\d+)(%?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWord:
    """
    A word that was read as a number.

    Attributes
    ----------
    text : str
        Digits with `.`, `,` and `%` as read.
    value : float
        The number without its per cent sign.
    confidence : float
        That of the least certain digit, 0 to 1.
    left, top, right, bottom : float
        The box, in pixels from the upper left corner of the picture.
    """

    text: str
    value: float
    confidence: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Height of the box in pixels."""
        return self.bottom - self.top


def number_words(ink: Grey, threshold: float) -> list[NumberWord]:
    """
    Find every word that consists of digits.

    Parameters
    ----------
    ink : ndarray of float, shape (rows, columns)
        Difference from the paper, 0 to 1.
    threshold : float
        Difference from which a pixel belongs to a letter; paler spots still count as points.

    Returns
    -------
    list of NumberWord
        In no particular order.
    """
    groups, boxes = _words(ink, threshold)
    pieces = [_pieces(ink, boxes[group]) for group in groups]
    large = [box for word in pieces for box, small in word if not small]
    known = iter(recognise([_cut(ink, box) for box in large]))
    found = []
    for word in pieces:
        read = [(box, None if small else next(known)) for box, small in word]
        number = _number(read)
        if number is not None:
            found.append(number)
    return found


def _words(ink: Grey, threshold: float) -> tuple[list[npt.NDArray[np.intp]], npt.NDArray[np.int64]]:
    """Group spots that stand beside each other; boxes are rows of top, bottom, left, right."""
    boxes = _spots(ink, threshold)
    if not len(boxes):
        return [], boxes
    top, bottom, left, right = boxes.T.astype(np.float64)
    height = bottom - top
    tall = np.maximum(height[:, None], height[None, :])
    gap = left[None, :] - right[:, None]
    overlap = np.minimum(bottom[:, None], bottom[None, :]) - np.maximum(top[:, None], top[None, :])
    level = np.abs(bottom[:, None] - bottom[None, :]) <= 0.28 * tall + 0.6
    side_by_side = (gap <= _GAP * tall) & (left[None, :] >= left[:, None])
    small = height < 0.4 * tall
    alike = (
        (overlap >= 0.6 * tall) | (level & (small[:, :] | small.T)) | ((gap < 0) & (overlap > 0))
    )
    joined = side_by_side & alike & (gap > -1.2 * tall)
    _, names = _components(joined)
    order = np.argsort(names, kind="stable")
    cuts = np.flatnonzero(np.diff(names[order])) + 1
    return np.split(order, cuts), boxes


def _components(joined: npt.NDArray[np.bool_]) -> tuple[int, npt.NDArray[np.int32]]:
    count, names = connected_components(coo_array(joined), directed=False)
    return int(count), names


def _spots(ink: Grey, threshold: float) -> npt.NDArray[np.int64]:
    """Boxes of the spots that may be digits, points or commas."""
    labels, _ = ndimage.label(ink > threshold, structure=_NEIGHBOURS)
    found = ndimage.find_objects(labels) + _faint_points(ink, threshold)
    boxes = np.array(
        [(s[0].start, s[0].stop, s[1].start, s[1].stop) for s in found], dtype=np.int64
    ).reshape(-1, 4)
    height, width = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    tallest = max(14, ink.shape[0] // 14)
    boxes = boxes[
        (height <= tallest) & (width <= 3 * tallest) & (width <= 6 * np.maximum(height, 4))
    ]
    few = len(boxes) <= _MOST_SPOTS  # more are noise, or a photograph: nothing of it is a label
    return np.asarray(boxes if few else boxes[:0], dtype=np.int64)


def _faint_points(ink: Grey, threshold: float) -> list[tuple[slice, ...]]:
    """Spots of few pale pixels: decimal points of small print."""
    labels, _ = ndimage.label(ink > 0.4 * threshold, structure=_NEIGHBOURS)
    return [
        place
        for place in ndimage.find_objects(labels)
        if max(side.stop - side.start for side in place) <= _POINT and ink[place].max() <= threshold
    ]


def _pieces(ink: Grey, boxes: npt.NDArray[np.int64]) -> list[tuple[npt.NDArray[np.int64], bool]]:
    """Boxes of a word from left to right, each with whether it is a point or comma."""
    height = int((boxes[:, 1] - boxes[:, 0]).max())
    if height < 5 or len(boxes) > 12:
        return []
    merged = _merged(boxes)
    pieces: list[tuple[npt.NDArray[np.int64], bool]] = []
    for k, box in enumerate(merged):
        tall, wide = box[1] - box[0], box[3] - box[2]
        if tall < 0.42 * height:
            pieces.append((box, True))
        elif 1.02 * tall < wide < 3.2 * tall and not (
            k == len(merged) - 1 > 0 and _is_percent(ink, box)
        ):
            pieces.extend((part, False) for part in _split(ink, box))
        else:
            pieces.append((box, False))
    return pieces


def _merged(boxes: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Join spots that stand above each other, as those of a per cent sign do."""
    merged: list[npt.NDArray[np.int64]] = []
    for box in boxes[np.argsort(boxes[:, 2])]:
        if merged:
            last = merged[-1]
            common = min(last[3], box[3]) - max(last[2], box[2])
            if common > 0.25 * min(last[3] - last[2], box[3] - box[2]):
                merged[-1] = np.array(
                    [
                        min(last[0], box[0]),
                        max(last[1], box[1]),
                        min(last[2], box[2]),
                        max(last[3], box[3]),
                    ]
                )
                continue
        merged.append(box)
    return merged


def _is_percent(ink: Grey, box: npt.NDArray[np.int64]) -> bool:
    whole = recognise([_cut(ink, box)])[0]
    return whole.character == "%" and whole.confidence > 0.7


def _split(ink: Grey, box: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Cut digits that touch each other where there is least ink; a per cent sign stays whole."""
    tall, wide = box[1] - box[0], box[3] - box[2]
    count = max(2, round(wide / (0.66 * tall)))
    columns = ink[box[0] : box[1], box[2] : box[3]].sum(axis=0)
    edges = [0]
    for k in range(1, count):
        centre = k * wide / count
        lower = max(edges[-1] + 2, round(centre - 0.18 * tall))
        upper = min(wide - 2, round(centre + 0.18 * tall) + 1)
        if upper <= lower:
            return [box]
        edges.append(lower + int(columns[lower:upper].argmin()))
    edges.append(int(wide))
    return [
        np.array([box[0], box[1], box[2] + a, box[2] + b]) for a, b in itertools.pairwise(edges)
    ]


def _cut(ink: Grey, box: npt.NDArray[np.int64]) -> Grey:
    return ink[box[0] : box[1], box[2] : box[3]]


def _number(read: list[tuple[npt.NDArray[np.int64], Likeness | None]]) -> NumberWord | None:
    """Put characters together, None where they are no number."""
    digits = [(box, likeness) for box, likeness in read if likeness is not None]
    if not digits:
        return None
    confidence = min(likeness.confidence for _, likeness in digits)
    text = "".join(
        _point(box, digits[0][0]) if likeness is None else likeness.character
        for box, likeness in read
    )
    match = _NUMBER.fullmatch(text.strip("?"))
    if confidence < _SURE or match is None:
        return None
    boxes = np.stack([box for box, _ in read])
    heights = np.stack([box for box, _ in digits])
    return NumberWord(
        text=text,
        value=float(match[1].replace(",", "")),
        confidence=float(min(confidence, 1.0)),
        left=float(boxes[:, 2].min()),
        right=float(boxes[:, 3].max()),
        top=float(heights[:, 0].min()),
        bottom=float(heights[:, 1].max()),
    )


def _point(box: npt.NDArray[np.int64], digit: npt.NDArray[np.int64]) -> str:
    """Tell a point from a comma, and either from other small spots."""
    tall = digit[1] - digit[0]
    if box[1] < digit[1] - 0.3 * tall:
        return "-"
    return "," if box[1] > digit[1] + 0.1 * tall else "."
