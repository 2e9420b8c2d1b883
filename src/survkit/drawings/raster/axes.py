"""Two axes per panel, calibrated: from a pixel to a time and a survival probability."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from survkit.drawings.raster.labels.progressions import Progression, progressions
from survkit.drawings.raster.labels.ticks import find_ticks
from survkit.drawings.raster.labels.words import number_words
from survkit.errors import DrawingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.drawings.raster.ink import Colours, Grey

__all__ = ["AxisPair", "PixelAxis", "calibrate_by_hand", "find_axes"]

_HAND_ERROR = 0.7
_LABEL_ERROR = 0.12
_MOST_PANELS = 6
_SMALL = 1100
_THRESHOLDS = (0.45, 0.22)


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelAxis:
    """
    A linear axis: value = origin + slope * pixel.

    Attributes
    ----------
    origin : float
        Value at the upper, or left, edge of the picture.
    slope : float
        Values per pixel; negative for an axis that grows upwards.
    values : ndarray of float, shape (labels,)
        The numbers printed at the axis.
    percent : bool
        Whether the values are per cent (0 to 100) rather than proportions or times.
    precision : float
        Standard error of a calibrated place, in pixels.
    calibrated_by : {"ticks", "labels", "hand"}
        Whether tick marks (or grid lines), the labels alone, or the user gave the places.
    remarks : tuple of str
        What was corrected or could not be read.
    """

    origin: float
    slope: float
    values: npt.NDArray[np.float64]
    percent: bool
    precision: float
    calibrated_by: Literal["ticks", "labels", "hand"]
    remarks: tuple[str, ...] = ()

    def value(self, pixel: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
        """Value at a place in pixels; the middle of the first pixel is 0.5."""
        return np.asarray(self.origin + self.slope * np.asarray(pixel, dtype=np.float64))

    def pixel(self, value: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
        """Place of a value, in pixels."""
        return np.asarray((np.asarray(value, dtype=np.float64) - self.origin) / self.slope)


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPair:
    """
    The axes of one panel.

    Attributes
    ----------
    time : PixelAxis
        The horizontal axis, in the unit that it is printed in.
    survival : PixelAxis
        The vertical axis, as printed: per cent or proportion.
    right : float
        Where the panel ends, in pixels.
    label_height : float
        Height of the digits at the axes, in pixels; 0 where they were not read.
    """

    time: PixelAxis
    survival: PixelAxis
    right: float
    label_height: float


def calibrate_by_hand(
    found: list[AxisPair],
    axis: Mapping[Literal["x", "y"], Sequence[tuple[float, float]]],
    rows: int,
    columns: int,
    scale: float,
) -> list[AxisPair]:
    """
    Put axes given by two points, pixels of the file and y upwards, in the place of those found.

    Raises DrawingError where an axis is neither given nor found, or several panels were found.
    """
    if len(found) > 1:
        message = f"axis: it must belong to the only panel of a picture, got {len(found)} panels"
        raise DrawingError(message)
    for name in ("x", "y"):
        if name not in axis and not found:
            message = f"axis {name}: it must be given where no labels can be read"
            raise DrawingError(message)
    time = _by_hand("x", axis["x"], 0.0, scale) if "x" in axis else found[0].time
    survival = _by_hand("y", axis["y"], float(rows), scale) if "y" in axis else found[0].survival
    last = float(time.pixel(float(time.values.max())))
    right = found[0].right if found and "x" not in axis else min(1.25 * last, columns)
    return [
        AxisPair(
            time=time,
            survival=survival,
            right=float(right),
            label_height=found[0].label_height if found else 0.0,
        )
    ]


def _by_hand(
    name: str, points: Sequence[tuple[float, float]], rows: float, scale: float
) -> PixelAxis:
    if len(points) != 2 or any(len(point) != 2 for point in points):
        message = f"axis {name}: it must have two points of place and value, got {points!r}"
        raise DrawingError(message)
    sign = -1.0 if rows else 1.0
    (first, low), (second, high) = ((rows + sign * place * scale, value) for place, value in points)
    if not (
        np.isfinite([first, second, low, high]).all() and (second - first) * (high - low) * sign > 0
    ):
        message = (
            f"axis {name}: its two points must grow together in place and value, got {points!r}"
        )
        raise DrawingError(message)
    slope = (high - low) / (second - first)
    return PixelAxis(
        origin=low - slope * first,
        slope=slope,
        values=np.array(sorted((low, high))),
        percent=name == "y" and max(low, high) > 1.5,
        precision=_HAND_ERROR,
        calibrated_by="hand",
    )


def find_axes(colours: Colours, ink: Grey) -> list[AxisPair]:
    """Find and calibrate the axes of every panel, from the upper left to the lower right."""
    best: list[tuple[Progression, Progression]] = []
    for threshold in _THRESHOLDS:
        pairs = _label_pairs(ink, threshold)
        if _label_count(pairs) > _label_count(best):
            best = pairs
    panels = [_calibrated(colours, row, column, best) for row, column in best]
    panels.sort(
        key=lambda pair: (round(float(pair.survival.pixel(0)) / 50), float(pair.time.pixel(0)))
    )
    return panels


def _label_count(pairs: list[tuple[Progression, Progression]]) -> int:
    return sum(len(row.values) + len(column.values) for row, column in pairs)


def _label_pairs(ink: Grey, threshold: float) -> list[tuple[Progression, Progression]]:
    """Find the labels of both axes of every panel, small print enlarged."""
    zoom = 2 if max(ink.shape) < _SMALL else 1
    large = _enlarged(ink) if zoom == 2 else ink
    upright = number_words(large, threshold)
    turned = number_words(np.ascontiguousarray(np.rot90(large, -1)), threshold)
    rows = [row for row in progressions(upright, upwards=False) if row.values[0] > -1e-9]
    columns = [c for c in progressions(upright, upwards=True) if _is_survival(c)]
    lying = [c for c in progressions(turned, upwards=False) if _is_survival(c)]
    columns += [_turned_back(c, large.shape[0]) for c in lying if len(c.values) > 3 or not columns]
    return [
        (row.scaled(1 / zoom), column.scaled(1 / zoom)) for row, column in _paired(rows, columns)
    ]


def _enlarged(ink: Grey) -> Grey:
    image = Image.fromarray((ink * 255).clip(0, 255).astype(np.uint8))
    twice = image.resize((2 * image.width, 2 * image.height), Image.Resampling.BICUBIC)
    return np.asarray(twice, dtype=np.float32) / np.float32(255)


def _turned_back(column: Progression, rows: int) -> Progression:
    """Take the places of a picture turned clockwise back to the upright one."""
    return replace(
        column,
        places=rows - column.places[::-1],
        values=column.values[::-1],
        words=column.words[::-1],
    )


def _is_survival(column: Progression) -> bool:
    top = float(column.values.max())
    return float(column.values.min()) >= 0 and (top <= 1.1 or 10 <= top <= 110)


def _paired(
    rows: list[Progression], columns: list[Progression]
) -> list[tuple[Progression, Progression]]:
    """Give each vertical axis the nearest row of labels below it and to its right."""
    offers = []
    for c, column in enumerate(columns):
        for r, row in enumerate(rows):
            below = row.near - column.places.max()
            aside = row.places[0] - column.far
            h = column.height
            if below < -0.6 * h or aside < -1.5 * h:
                continue
            span = float(np.ptp(column.places))
            if below > 0.7 * span + 3 * h or aside > 0.5 * float(np.ptp(row.places)) + 4 * h:
                continue
            count = len(row.values) + len(column.values)
            offers.append((below + aside - 6 * h * min(count, 12), c, r))
    pairs = []
    used_rows: set[int] = set()
    used_columns: set[int] = set()
    for _, c, r in sorted(offers):
        if c not in used_columns and r not in used_rows:
            used_columns.add(c)
            used_rows.add(r)
            pairs.append((rows[r], columns[c]))
    return pairs[:_MOST_PANELS]


def _calibrated(
    colours: Colours,
    row: Progression,
    column: Progression,
    pairs: list[tuple[Progression, Progression]],
) -> AxisPair:
    time = _axis(colours, row, row.near, "horizontal")
    turned = np.ascontiguousarray(colours.transpose(1, 0, 2)[::-1])
    survival = _axis(turned, column, turned.shape[0] - column.far, "vertical")
    last = float(row.places[-1])
    spacing = float(np.diff(row.places).max())
    right = min(last + 1.1 * spacing, colours.shape[1])
    for _other_row, other in pairs:
        if other is not column and other.near > last and _beside(other, column):
            right = min(right, other.near - column.height)
    return AxisPair(time=time, survival=survival, right=right, label_height=row.height)


def _beside(other: Progression, column: Progression) -> bool:
    return bool(
        other.places.min() < column.places.max() and other.places.max() > column.places.min()
    )


def _axis(colours: Colours, labels: Progression, edge: float, name: str) -> PixelAxis:
    """Fit a line through the tick marks, or through the labels where there are none."""
    remarks = [
        f"The {name} axis: the label {word.text!r} does not fit its neighbours and was left out."
        for word in labels.misread
    ]
    percent = name == "vertical" and (labels.percent or labels.values.max() > 1.5)
    ticks = find_ticks(colours, labels.places, edge - 0.5, labels.height)
    if ticks is not None:
        fit = _line(ticks.places, labels.values)
        if fit is not None:
            return PixelAxis(
                origin=fit[0],
                slope=fit[1],
                values=labels.values,
                percent=percent,
                precision=fit[2],
                calibrated_by="ticks",
                remarks=tuple(remarks),
            )
    remarks.append(
        f"The {name} axis: no tick marks found; it is calibrated by the middles of its labels."
    )
    slope, origin = np.polyfit(labels.places, labels.values, 1)
    return PixelAxis(
        origin=float(origin),
        slope=float(slope),
        values=labels.values,
        percent=percent,
        precision=_LABEL_ERROR * labels.height,
        calibrated_by="labels",
        remarks=tuple(remarks),
    )


def _line(
    places: npt.NDArray[np.float64], values: npt.NDArray[np.float64]
) -> tuple[float, float, float] | None:
    """Least squares without the marks that lie off by more than a pixel or so."""
    good = np.isfinite(places)
    for _ in range(len(places)):
        if good.sum() < 3:
            return None
        slope, origin = np.polyfit(places[good], values[good], 1)
        off = np.abs((values - origin) / slope - places)
        worst = float(off[good].max())
        if worst <= 0.8:
            error = float(np.sqrt(np.mean(np.square(off[good]))) / np.sqrt(good.sum()))
            return float(origin), float(slope), max(error, 0.03)
        good &= off < worst
    return None
