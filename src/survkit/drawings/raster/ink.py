"""How far each pixel stands out from the paper, and a picture set upright."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["Colours", "Grey", "contrast", "paper_colour", "skew", "turned"]

Grey: TypeAlias = npt.NDArray[np.float32]
"""One number per pixel, 0 to 1, shape (rows, columns)."""
Colours: TypeAlias = npt.NDArray[np.float32]
"""Red, green, blue per pixel, 0 to 1, shape (rows, columns, 3)."""

_WIDEST = 2.5
_STEEPEST_STEP = 0.05


def paper_colour(colours: Colours) -> npt.NDArray[np.float32]:
    """Most frequent colour, to 1/32, then the mean of the pixels that have it."""
    coarse = (colours.reshape(-1, 3) * 31.999).astype(np.int32)
    codes = (coarse[:, 0] << 10) | (coarse[:, 1] << 5) | coarse[:, 2]
    most = np.bincount(codes).argmax()
    mean: npt.NDArray[np.float32] = colours.reshape(-1, 3)[codes == most].mean(axis=0)
    return mean


def contrast(colours: Colours, paper: npt.NDArray[np.float32]) -> Grey:
    """Greatest difference from the paper over red, green and blue."""
    difference: Grey = np.abs(colours - paper).max(axis=2)
    return difference


def skew(ink: Grey) -> float:
    """
    Angle (degrees, anticlockwise) that a picture was turned by, 0 where it is upright.

    Sums along rows and columns are sharpest where lines run along them: the angle of the greatest
    sum of squared differences, refined by a parabola.
    """
    step = max(1, max(ink.shape) // 600)
    image = Image.fromarray((ink * 255).clip(0, 255).astype(np.uint8))
    if step > 1:
        image = image.reduce(step)
    angles = np.arange(-_WIDEST, _WIDEST + 0.01, 0.25)
    sharpness = np.array([_sharpness(image, angle) for angle in angles])
    coarse = float(angles[sharpness.argmax()])
    fine = np.arange(coarse - 0.25, coarse + 0.2501, _STEEPEST_STEP)
    sharp = np.array([_sharpness(image, angle) for angle in fine])
    best = int(sharp.argmax())
    if abs(fine[best]) < 1.5 * _STEEPEST_STEP or sharp[best] < 1.15 * _sharpness(image, 0.0):
        return 0.0
    if 0 < best < len(fine) - 1:
        left, middle, right = sharp[best - 1 : best + 2]
        return float(
            fine[best] + _STEEPEST_STEP * 0.5 * (left - right) / (left - 2 * middle + right)
        )
    return float(fine[best])


def turned(colours: Colours, angle: float, paper: npt.NDArray[np.float32]) -> Colours:
    """Turn a picture clockwise by an angle in degrees, filling with paper."""
    fill = tuple(round(255 * float(level)) for level in paper)
    image = Image.fromarray((colours * 255).round().astype(np.uint8))
    upright = image.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=fill)
    return np.asarray(upright, dtype=np.float32) / np.float32(255)


def _sharpness(image: Image.Image, angle: float) -> float:
    """Sum of squared differences of neighbouring row and column sums, after turning back."""
    back = image.rotate(-angle, Image.Resampling.BILINEAR) if angle else image
    grey = np.asarray(back, dtype=np.float32)
    rows, columns = grey.sum(axis=1), grey.sum(axis=0)
    return float(np.square(np.diff(rows)).sum() + np.square(np.diff(columns)).sum())
