"""The Aalen-Johansen estimate: how many have left by each of several causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.kernels.event_table import tabulate_arm
from survkit.kernels.kaplan_meier import survival_steps

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["incidence_at"]

Floats = NDArray[np.float64]


def incidence_at(time: ArrayLike, event: ArrayLike, cause: int, times: ArrayLike) -> Floats:
    r"""
    Cumulative incidence of a cause among others.

    :math:`F_k(t) = \sum_{t_i \le t} S(t_i-) \, d_{ki} / r_i`, with `S` the Kaplan-Meier curve of
    events of any cause; 1 - KM of events of cause `k` alone lies above it, as it lets those who
    left by another cause go on.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Times of the patients.
    event : array_like of int, shape (n,)
        0 where censored, else the number of the cause.
    cause : int
        The cause, 1 or more.
    times : array_like of float, shape (k,)
        Where to evaluate, in the same unit.

    Returns
    -------
    ndarray of float, shape (k,)
        Probability of an event of the cause by each of the times, that time included.

    References
    ----------
    .. [1] Aalen, O. O. and Johansen, S., Scand J Statist 5 (1978), 141-150.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4], [1, 2, 0, 1]
    >>> incidence_at(time, event, 1, [1, 2, 4]).tolist()
    [0.25, 0.25, 0.75]
    >>> incidence_at(time, event, 2, [1, 2, 4]).tolist()
    [0.0, 0.25, 0.25]
    """
    codes = np.asarray(event)
    table = tabulate_arm(time, codes > 0)
    before = np.concatenate(([1.0], survival_steps(table)))[:-1]
    of_cause = np.asarray(time, dtype=np.float64)[codes == cause]
    events = np.bincount(np.searchsorted(table.time, of_cause), minlength=table.time.size)
    summed = np.concatenate(([0.0], np.cumsum(before * events / table.at_risk)))
    return summed[np.searchsorted(table.time, np.asarray(times, dtype=np.float64), side="right")]
