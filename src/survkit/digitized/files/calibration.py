"""From pixels to data: the axes of a figure, as clicked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Floats


__all__ = ["Axes", "Scales", "axes_through_pairs", "axes_through_points"]

_FLAT = 1e-9
"""Smallest determinant, relative to the sizes of the figure, of axes that span a plane."""


@dataclass(frozen=True, slots=True)
class Scales:
    """
    Whether the axes are logarithmic.

    Parameters
    ----------
    log_x, log_y : bool
        True where the axis shows decimal logarithms.
    """

    log_x: bool = False
    log_y: bool = False

    def flatten(self, x: float, y: float) -> tuple[float, float]:
        """
        Return data as they lie on the paper.

        Parameters
        ----------
        x, y : float
            A point in the units of the axes.

        Returns
        -------
        tuple of float
            With decimal logarithms where an axis is logarithmic.

        Raises
        ------
        ValueError
            If a logarithmic axis has a point that is not positive.
        """
        return (math.log10(x) if self.log_x else x, math.log10(y) if self.log_y else y)


@dataclass(frozen=True, slots=True)
class Axes:
    """
    The affine map from pixels to data.

    Parameters
    ----------
    matrix : ndarray of float, shape (2, 3)
        Takes (pixel x, pixel y, 1) to data as they lie on the paper.
    scales : Scales
        Which of the two are logarithms.
    """

    matrix: Floats
    scales: Scales

    def read(self, pixels: Sequence[tuple[float, float]]) -> tuple[tuple[float, ...], ...]:
        """
        Return the data of some pixels.

        Parameters
        ----------
        pixels : sequence of tuple of float, length k
            Positions in the picture.

        Returns
        -------
        tuple of tuple of float
            The k times and the k values.
        """
        points = np.column_stack([np.asarray(pixels, dtype=float), np.ones(len(pixels))])
        with np.errstate(all="ignore"):
            x, y = self.matrix @ points.T
            x = 10.0**x if self.scales.log_x else x
            y = 10.0**y if self.scales.log_y else y
        return tuple(x.tolist()), tuple(y.tolist())


def axes_through_pairs(
    pixels: Sequence[tuple[float, float]], ends: Sequence[float], scales: Scales
) -> Axes | None:
    """
    Calibrate by two points on each axis, whose other coordinate is not known.

    A pixel p is x1 + a (x2 - x1) with p = P1 + a (P2 - P1) + b (P4 - P3), where P1, P2 lie on the
    axis of times and P3, P4 on that of values; likewise for the values from P3.

    Parameters
    ----------
    pixels : sequence of tuple of float, length 4
        Two points on the axis of times, two on that of values.
    ends : sequence of float, length 4
        Times of the first two, values of the last two.
    scales : Scales
        Which axes are logarithmic.

    Returns
    -------
    Axes or None
        None if the points do not span a plane, or a logarithmic axis is not positive.
    """
    try:
        flat = [scales.flatten(x, y) for x, y in zip(ends[:2], ends[2:], strict=True)]
    except ValueError:
        return None
    corners = np.asarray(pixels, dtype=float)
    along_x, along_y = corners[1] - corners[0], corners[3] - corners[2]
    basis = np.column_stack([along_x, along_y])
    sizes = np.linalg.norm(along_x) * np.linalg.norm(along_y)
    if not np.isfinite(sizes) or abs(np.linalg.det(basis)) <= _FLAT * sizes or sizes == 0.0:
        return None
    inverse = np.linalg.inv(basis)
    rows = []
    for axis, origin in ((0, corners[0]), (1, corners[2])):
        start, end = flat[0][axis], flat[1][axis]
        slope = inverse[axis] * (end - start)
        rows.append([*slope, start - slope @ origin])
    return _finite(np.asarray(rows), scales)


def axes_through_points(
    pixels: Sequence[tuple[float, float]], data: Sequence[tuple[float, float]], scales: Scales
) -> Axes | None:
    """
    Calibrate by three points or more, of which both coordinates are known.

    Parameters
    ----------
    pixels : sequence of tuple of float, length k
        Positions in the picture.
    data : sequence of tuple of float, length k
        The same points in the units of the axes.
    scales : Scales
        Which axes are logarithmic.

    Returns
    -------
    Axes or None
        The least squares solution; None if the points do not span a plane.
    """
    try:
        flat = np.asarray([scales.flatten(x, y) for x, y in data])
    except ValueError:
        return None
    points = np.column_stack([np.asarray(pixels, dtype=float), np.ones(len(pixels))])
    if len(points) < 3 or not (np.isfinite(points).all() and np.isfinite(flat).all()):
        return None
    try:
        solution, _, rank, _ = np.linalg.lstsq(points, flat, rcond=_FLAT)
    except np.linalg.LinAlgError:
        return None
    return _finite(solution.T, scales) if rank == 3 else None


def _finite(matrix: Floats, scales: Scales) -> Axes | None:
    return Axes(matrix, scales) if np.isfinite(matrix).all() else None
