"""Event tables: at each event time, how many had the event and how many were at risk.

Kaplan-Meier, log-rank and the two-arm Cox model need nothing else of the patients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from survkit.arrays import Counts, Flags, Floats

__all__ = ["EventTable", "TwoArmTable", "tabulate_arm", "tabulate_two_arms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTable:
    """One arm's event times."""

    time: Floats  # shape (k,); distinct event times, ascending
    events: Counts  # shape (k,); events at each time
    at_risk: Counts  # shape (k,); patients with a time at or after each event time


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoArmTable:
    """The event times of two arms together."""

    time: Floats  # shape (k,); distinct event times of either arm, ascending
    # shape (2, k); events at each time; row 0 the reference arm, row 1 the experimental arm
    events: Counts
    at_risk: Counts  # shape (2, k); patients at risk at each time, in the same rows


def _times(values: ArrayLike) -> Floats:
    """Return follow-up times as an array, or refuse them."""
    time = np.asarray(values, dtype=np.float64)
    if time.ndim != 1 or not np.all(np.isfinite(time)) or np.any(time < 0):
        msg = "time must be one-dimensional, finite and not negative"
        raise ValueError(msg)
    return time


def _flags(values: ArrayLike, name: str, time: Floats) -> Flags:
    """Return one flag per patient as an array, or refuse them: 1 and 2 are no flags."""
    given = np.asarray(values)
    if given.shape != time.shape:
        msg = f"{name} must be as long as time, got shapes {given.shape} and {time.shape}"
        raise ValueError(msg)
    if given.dtype != np.bool_ and not np.all((given == 0) | (given == 1)):
        msg = f"{name} must hold nothing but true and false, or 1 and 0"
        raise ValueError(msg)
    return given.astype(np.bool_)


def tabulate_arm(time: ArrayLike, event: ArrayLike) -> EventTable:
    """
    Tabulate the events of one arm.

    Parameters
    ----------
    time : array-like of float, shape (n,)
        Follow-up times, in any unit, in any order.
    event : array-like of bool, shape (n,)
        True for an event at that time, False for a censored patient.

    Returns
    -------
    EventTable
        One row per distinct event time.

    Raises
    ------
    ValueError
        If the arrays differ in length, a time is negative or not finite, or a flag is neither
        true nor false.

    Examples
    --------
    >>> table = tabulate_arm([2.0, 1.0, 2.0, 3.0], [1, 1, 0, 0])
    >>> table.time, table.events, table.at_risk
    (array([1., 2.]), array([1, 1]), array([4, 3]))
    """
    times = _times(time)
    had_event = _flags(event, "event", times)
    distinct, events = np.unique(times[had_event], return_counts=True)
    at_risk = times.size - np.searchsorted(np.sort(times), distinct, side="left")
    return EventTable(time=distinct, events=events, at_risk=at_risk)


def tabulate_two_arms(time: ArrayLike, event: ArrayLike, experimental: ArrayLike) -> TwoArmTable:
    """
    Tabulate the events of two arms at the event times of both.

    Parameters
    ----------
    time : array-like of float, shape (n,)
        Follow-up times, in any unit, in any order.
    event : array-like of bool, shape (n,)
        True for an event, False for a censored patient.
    experimental : array-like of bool, shape (n,)
        True for the experimental arm, False for the reference arm.

    Returns
    -------
    TwoArmTable
        One column per distinct event time.

    Raises
    ------
    ValueError
        If the arrays differ in length, a time is negative or not finite, or a flag is neither
        true nor false.
    """
    times = _times(time)
    had_event = _flags(event, "event", times)
    in_experimental = _flags(experimental, "experimental", times)
    event_times = np.sort(times[had_event])
    distinct = event_times[np.concatenate(([True], np.diff(event_times) > 0))[: event_times.size]]
    events = np.empty((2, distinct.size), dtype=np.int64)
    at_risk = np.empty((2, distinct.size), dtype=np.int64)
    for row, members in enumerate((~in_experimental, in_experimental)):
        arm_times = np.sort(times[members])
        arm_events = np.sort(times[members & had_event])
        at_risk[row] = arm_times.size - np.searchsorted(arm_times, distinct, side="left")
        until = np.searchsorted(arm_events, distinct, side="right")
        events[row] = np.diff(until, prepend=0)
    return TwoArmTable(time=distinct, events=events, at_risk=at_risk)
