"""On which grid a file's coordinates lie: how far each may be off for the digits it is given to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["goes_along_the_axes", "half_grid"]

_DECIMALS = 5
_CAIRO = 256
"""Parts of a unit to which cairo rounds places, whatever digits it writes them with."""
_MOST = 0.5
"""Share of the numbers that lie on a decimal grid: curves do, marks beside them may not."""
_CAIRO_WRITES = 0.5e-3
"""Half a unit of the decimals that it writes at least."""
_NEARLY_ALL = 0.95
_LEVEL = 1e-6
_ALONG = 0.8


def goes_along_the_axes(points: Sequence[Sequence[float]]) -> bool:
    """Tell whether nearly all parts of a line are level or upright, as those of curves are."""
    if len(points) < 2:
        return False
    step = np.abs(np.diff(np.asarray([point[:2] for point in points], dtype=float), axis=0))
    along = step.min(axis=1) <= _LEVEL + 1e-6 * step.max(axis=1)
    return bool(along.mean() >= _ALONG)


def half_grid(values: Sequence[float], unit: float, finest: float) -> float:
    """
    Return half the grid on which most numbers of a file lie, on the page.

    Parameters
    ----------
    values : sequence of float
        Numbers as the file has them.
    unit : float
        Length of their unit on the page.
    finest : float
        What is returned where they have more digits than any grid tried, in units of the page.

    Returns
    -------
    float
        Half of the coarsest of 1, 0.1, … units or, if it is coarser, of cairo's grid.

    Examples
    --------
    >>> half_grid([1.25, 3.5, 2.75], unit=2.0, finest=1e-6)
    0.01
    >>> half_grid([1.395, 3.523, 2.754, 8.012], unit=1.0, finest=1e-6) * 512
    1.0
    """
    numbers = np.unique(np.asarray(values, dtype=float))
    if numbers.size == 0:
        return finest
    blur = 2e-7 * float(np.abs(numbers).max()) + 1e-9
    written = finest
    for decimals in range(_DECIMALS):
        off = np.abs(numbers - numbers.round(decimals))
        if np.mean(off <= blur) >= _MOST and 10.0**-decimals > 10 * blur:
            written = max(0.5 * 10.0**-decimals * unit, finest)
            break
    for scale in (unit, 1.0):  # on the page as cairo drew it, or moved and scaled since
        cairo = numbers * scale * _CAIRO
        off = np.abs(cairo - cairo.round())
        # a third of any numbers come as near as this: it takes nearly all of them
        near = off <= _CAIRO * (_CAIRO_WRITES + blur) * scale
        if written < 0.5 / _CAIRO * unit / scale and np.mean(near) >= _NEARLY_ALL:
            return 0.5 / _CAIRO * unit / scale
    return written
