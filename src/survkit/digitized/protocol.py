"""How the points of a curve were taken, as far as they show it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Floats
    from survkit.digitized.curve import Taking

__all__ = ["detect_taking", "irregularities"]

_EVEN = 0.8
"""Share of equal steps from which on points count as evenly spaced."""
_FEET = 0.95
"""Share of falls from which on points count as clicks at drops."""


def detect_taking(times: Sequence[float], survival: Sequence[float]) -> Taking:
    """
    Tell how points were taken.

    Equal steps of time are evenly spaced. Points that fall from each to the next are clicks at feet
    of drops, as are stairs, whose neighbours share a time or a height. Whether points are exact,
    they do not show: it must be stated.

    Parameters
    ----------
    times : sequence of float, length k
        Times, ascending.
    survival : sequence of float, length k
        Survival probabilities.

    Returns
    -------
    {"clicks at feet of drops", "evenly spaced", "mixed"}
        "mixed" where nothing speaks for another one.
    """
    steps, falls = np.diff(np.asarray(times)), -np.diff(np.asarray(survival))
    if len(steps) < 4:
        return "mixed"
    if _are_stairs(steps, falls):
        return "clicks at feet of drops"
    apart = steps[steps > 0.0]
    if len(apart) >= 10:
        usual = float(np.median(apart))
        multiples = apart / usual
        equal = np.abs(multiples - np.round(multiples)) <= 0.05
        near = equal & (multiples < 3.5) & (multiples > 0.5)
        if near.mean() >= _EVEN:
            return "evenly spaced"
    return "clicks at feet of drops" if np.mean(falls > 0.0) >= _FEET else "mixed"


def _are_stairs(steps: Floats, falls: Floats) -> bool:
    """Tell whether points are the corners of a falling step function."""
    corners = float(np.mean((steps > 0.0) != (falls > 0.0)))
    return bool((falls >= 0.0).all() and (steps == 0.0).any() and corners >= _FEET)


def irregularities(times: Sequence[float], survival: Sequence[float]) -> tuple[str, ...]:
    """
    Say what a curve would not have without noise: rises, and no start at (0, 1).

    Parameters
    ----------
    times : sequence of float, length k
        Times, ascending.
    survival : sequence of float, length k
        Survival probabilities.

    Returns
    -------
    tuple of str
        A sentence each; nothing was changed.
    """
    remarks = []
    if times[0] > 0.005 * times[-1] or survival[0] < 0.98:
        remarks.append(f"no point at (0, 1): the first one is ({times[0]:.4g}, {survival[0]:.4g})")
    rises = [
        (after - before, time)
        for (before, after), time in zip(pairwise(survival), times[1:], strict=True)
        if after > before
    ]
    if rises:
        largest, time = max(rises)
        remarks.append(
            f"rises from one point to the next: {len(rises)}, the largest {largest:.2g} "
            f"at {time:.4g}; kept"
        )
    return tuple(remarks)
