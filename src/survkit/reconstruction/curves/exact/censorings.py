"""Who is censored between the drops of a curve: how many are plausible, and when they leave."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.exact.follow_up import estimate_follow_up
from survkit.reconstruction.curves.exact.plateaus import Plateaus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Floats
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["cost_of_censorings", "patients_per_mark", "spread_censorings"]

_MISSING = 4.0
"""Cost of a mark that is nobody's."""
_UNMARKED = 2.5
"""Cost of patients censored without a mark: some programs leave it out where a curve drops."""
_EACH = 0.7
"""Cost of each of them."""
_MOST_COST = 12.0
_PER_MARK = (1.02, 20.0)


def patients_per_mark(arm: ObservedArm) -> float:
    """
    Return how many patients a censoring mark stands for, on average.

    Parameters
    ----------
    arm : ObservedArm
        A checked arm with marks; without a total of events, what its table tells is taken.

    Returns
    -------
    float
        1.02 to 20.

    Examples
    --------
    >>> from survkit.reconstruction.curves.observed import ObservedArm, ObservedCurve
    >>> curve = ObservedCurve(
    ...     time=np.array([2.0, 3.0]), survival=np.array([0.5, 0.5]), marks=np.array([0.5, 0.7])
    ... )
    >>> patients_per_mark(ObservedArm(n=7, curve=curve, events=3))
    2.0
    """
    marks = np.empty(0) if arm.curve.marks is None else arm.curve.marks
    events = arm.events
    if events is None:  # at most those who leave by the fall of the curve
        events = round(arm.n * (1.0 - float(arm.curve.survival.min())))
    return float(np.clip((arm.n - events) / max(marks.size, 1), *_PER_MARK))


@cache
def cost_of_censorings(censored: int, marks: int, per_mark: float) -> float:
    """
    Return how surprising a number of censored patients is where so many marks stand.

    A mark stands for one patient and, at random, for more: numbers of trials until a success.

    Parameters
    ----------
    censored : int
        Patients censored from one drop to the next.
    marks : int
        Marks there.
    per_mark : float
        Patients that a mark stands for on average, above 1.

    Returns
    -------
    float
        Minus the log of their probability against that of the likeliest number, about; at most 12.

    Examples
    --------
    >>> cost_of_censorings(3, 3, 1.1) < cost_of_censorings(4, 3, 1.1)
    True
    """
    if censored < marks:
        return min(_MISSING * (marks - censored), _MOST_COST)
    if marks == 0:
        return min(_UNMARKED + _EACH * censored, _MOST_COST) if censored else 0.0
    likeliest = marks + math.floor((marks - 1) * (per_mark - 1.0))
    cost = _log_weight(likeliest, marks, per_mark) - _log_weight(censored, marks, per_mark)
    return min(max(cost, 0.0), _MOST_COST)


def _log_weight(censored: int, marks: int, per_mark: float) -> float:
    """Return the log of a negative binomial weight, up to a constant."""
    return (
        math.lgamma(censored)
        - math.lgamma(censored - marks + 1)
        + (censored - marks) * math.log(1.0 - 1.0 / per_mark)
    )


def spread_censorings(
    arm: ObservedArm, times: Sequence[float], risk: Sequence[int], left: Sequence[int]
) -> Floats:
    """
    Place the censorings between the drops, so that numbers at risk hold.

    Parameters
    ----------
    arm : ObservedArm
        A checked arm, with its table, marks and end.
    times : sequence of float, length k
        Times of the drops.
    risk : sequence of int, length k
        Patients at risk at each drop.
    left : sequence of int, length k
        Patients left after each drop.

    Returns
    -------
    ndarray of float, shape (c,)
        Times of all censorings: on the marks, where there are any, else evenly between known
        numbers at risk. After the last of these patients leave as they did before it, and who is
        left then stays to the end of the curve.
    """
    plateaus = Plateaus(arm, estimate_follow_up(arm))
    knots = [0.0, *times]
    counts = [arm.n, *left]
    placed: list[Floats] = []
    for k, (start, count) in enumerate(zip(knots[:-1], counts[:-1], strict=True)):
        placed += plateaus.between((start, times[k]), count, risk[k])
    placed += plateaus.to_the_end(knots[-1], counts[-1], np.concatenate([*placed, np.empty(0)]))
    return np.concatenate([*placed, np.empty(0)])
