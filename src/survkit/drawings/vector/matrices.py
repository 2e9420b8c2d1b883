"""Affine maps of SVG: `transform` attributes and what they do to points."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats

__all__ = ["IDENTITY", "Matrix", "moved", "numbers", "parse_transform", "scale_of", "times"]

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: x' = a x + c y + e, y' = b x + d y + f."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_STEP = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]{0,400})\)")


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, in order."""
    return [float(number) for number in _NUMBER.findall(text)]


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that does what `inner` does and then what `outer` does."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def moved(points: Floats, matrix: Matrix) -> Floats:
    """Apply a matrix to points, shape (n, 2)."""
    a, b, c, d, e, f = matrix
    x, y = points[:, 0], points[:, 1]
    # hostile numbers may leave the range of floats; what lies that far is left out by the caller
    with np.errstate(over="ignore", invalid="ignore"):
        return np.column_stack([a * x + c * y + e, b * x + d * y + f])


def scale_of(matrix: Matrix) -> float:
    """Return the factor by which a matrix lengthens, on the geometric average."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def parse_transform(text: str) -> Matrix:
    """Return the matrix of a `transform` attribute; what is not understood moves nothing."""
    matrix = IDENTITY
    for name, inside in _STEP.findall(text):
        matrix = times(_step(name, numbers(inside)), matrix)
    return matrix


def _step(name: str, values: list[float]) -> Matrix:
    if name == "matrix" and len(values) == 6:
        return (values[0], values[1], values[2], values[3], values[4], values[5])
    if not values:
        return IDENTITY
    first, second = values[0], values[1] if len(values) > 1 else None
    if name == "translate":
        return (1.0, 0.0, 0.0, 1.0, first, second or 0.0)
    if name == "scale":
        return (first, 0.0, 0.0, first if second is None else second, 0.0, 0.0)
    return _turn(name, math.radians(first % 360), values)


def _turn(name: str, angle: float, values: list[float]) -> Matrix:
    """Return the matrix of a rotation or of a skew."""
    if name == "rotate":
        x, y = (values[1], values[2]) if len(values) == 3 else (0.0, 0.0)
        cosine, sine = math.cos(angle), math.sin(angle)
        return (cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y)
    if name == "skewX":
        return (1.0, 0.0, math.tan(angle), 1.0, 0.0, 0.0)
    return (1.0, math.tan(angle), 0.0, 1.0, 0.0, 0.0) if name == "skewY" else IDENTITY
