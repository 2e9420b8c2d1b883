"""Stage 2, whole patients: in which order an arm's patients leave, and who leaves by an event.

Patients are numbered in the order in which they leave, so that the one at position p has n - p
patients at risk, whatever the times. The Kaplan-Meier curve and its limits then depend on the order
alone; times only have to respect it, and to put a few positions into the windows that the printed
medians leave open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.kernels import Transform
    from survkit.reconstruction.population import ArmPopulation
    from survkit.reconstruction.targets import ArmTargets, Window

__all__ = ["Anchor", "History", "share_events", "write_history"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_TILTS = (0.0, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 4.0, -4.0, 8.0, -8.0)
"""By how much events are favoured late (or early), as log odds from first to last patient."""
_PHASES = (0.5, 0.3, 0.7, 0.1, 0.9)
"""Starting points of the systematic sample that picks the events."""
_ON_HALF = 1e-9


@dataclass(frozen=True, slots=True)
class Anchor:
    """
    A position that a printed time has a say in.

    Parameters
    ----------
    position : int
        The patient's place in the order of leaving.
    window : Window
        Where that patient's time must lie, in time units.
    """

    position: int
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """
    One arm's patients in the order of leaving.

    Parameters
    ----------
    event : ndarray of bool, shape (n,)
        Whether each patient leaves by an event.
    natural : ndarray of float, shape (n,)
        When the population would have them leave, ascending, in time units.
    anchors : tuple of Anchor
        Positions with a window for their time, ascending.
    faults : int
        Figures of the arm that no order of its patients was found for.
    """

    event: Flags
    natural: Floats
    faults: int
    anchors: tuple[Anchor, ...]


def share_events(
    arms: tuple[ArmTargets, ...], expected: list[float], total: int | None
) -> list[int]:
    """
    Whole events of each arm: as printed, else as expected, and adding up to a printed total.

    Parameters
    ----------
    arms : tuple of ArmTargets
        The arms.
    expected : list of float
        Expected events of the population, per arm.
    total : int or None
        Events over all arms, where printed.

    Returns
    -------
    list of int
        Events per arm, at most the arm's patients.
    """
    events = [
        arm.events if arm.events is not None else min(round(wanted, 6).__round__(), arm.n)
        for arm, wanted in zip(arms, expected, strict=True)
    ]
    free = [index for index, arm in enumerate(arms) if arm.events is None]
    missing = 0 if total is None else total - sum(events)
    while missing and free:
        step = 1 if missing > 0 else -1
        movable = [index for index in free if 0 <= events[index] + step <= arms[index].n]
        if not movable:
            break
        chosen = max(movable, key=lambda index: round(step * (expected[index] - events[index]), 6))
        events[chosen] += step
        missing -= step
    return events


def write_history(
    arm: ArmTargets, population: ArmPopulation, edges: Floats, events: int, transform: Transform
) -> History:
    """
    Order the patients of an arm and choose who has the event.

    Events are drawn systematically with the population's probabilities, tilted as little as
    possible so that the medians and limits printed as reached are reached, the others are not, and
    the curve does not rest on exactly one half.

    Parameters
    ----------
    arm : ArmTargets
        The arm's printed figures.
    population : ArmPopulation
        The arm's hazards.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    events : int
        Events of the arm.
    transform : {"log-log", "log", "plain"}
        Scale of the median's interval.

    Returns
    -------
    History
        Order, events and anchors; the candidate with the fewest faults where none is free of them.
    """
    natural = _natural_times(arm, population, edges)
    cell = np.clip(np.searchsorted(edges, natural, side="left") - 1, 0, edges.size - 2)
    odds = population.event_share[cell]
    candidates = (_anchor(arm, event, natural, transform) for event in _candidates(odds, events))
    best = next(candidates)
    for candidate in candidates:
        if best.faults == 0:
            break
        best = min(best, candidate, key=lambda history: history.faults)
    return best


def _natural_times(arm: ArmTargets, population: ArmPopulation, edges: Floats) -> Floats:
    """Return quantiles of the time of leaving, at the middle of each patient's share."""
    end = float(edges[-1]) if arm.end is None else min(arm.end.middle, float(edges[-1]))
    left_by_end = -math.expm1(-float(np.interp(end, edges, population.removal)))
    share = (np.arange(arm.n) + 0.5) / arm.n * left_by_end
    times = np.interp(-np.log1p(-share), population.removal, edges)
    times[-1] = end
    return times


def _candidates(share: Floats, events: int) -> Iterator[Flags]:
    """Yield systematic samples of so many events, from the likeliest to the most tilted."""
    late = (np.arange(share.size) + 0.5) / share.size - 0.5
    logit = np.log(share) - np.log1p(-share)
    for tilt in _TILTS:
        probability = _with_sum(logit + tilt * late, events)
        cumulative = np.round(np.concatenate(([0.0], np.cumsum(probability))), 9)
        for phase in _PHASES:
            yield np.diff(np.floor(cumulative + phase)) > 0


def _with_sum(logit: Floats, total: int) -> Floats:
    """Shift log odds by a constant so that the probabilities add up to a total."""
    if total in (0, logit.size):
        return np.full(logit.size, float(total > 0))
    low, high = -40.0 - logit.max(), 40.0 - logit.min()
    for _ in range(70):
        middle = 0.5 * (low + high)
        reached = float((1.0 / (1.0 + np.exp(-logit - middle))).sum())
        low, high = (middle, high) if reached < total else (low, middle)
    probability: Floats = 1.0 / (1.0 + np.exp(-logit - middle))
    probability *= total / probability.sum()
    return probability


def _anchor(arm: ArmTargets, event: Flags, natural: Floats, transform: Transform) -> History:
    """Find the positions at which the curve and its limits pass one half; count what is wrong."""
    n = event.size
    at_risk = n - np.flatnonzero(event)
    positions = n - at_risk
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        hazard = -np.cumsum(np.log1p(-1.0 / at_risk))
        root = np.sqrt(np.cumsum(1.0 / (at_risk * (at_risk - 1.0))))
        curves = {
            0: np.exp(-hazard),
            -1: _limit(hazard, root, -arm.z, transform),
            1: _limit(hazard, root, arm.z, transform),
        }
    faults = 0
    anchors: list[Anchor] = []
    for window, side in ((arm.median_lower, -1), (arm.median, 0), (arm.median_upper, 1)):
        if window is None:
            continue
        passing = np.flatnonzero(curves[side] <= 0.5 + _ON_HALF)
        faults += bool(passing.size) != window.reached
        if passing.size and window.reached:
            anchors.append(Anchor(int(positions[passing[0]]), window))
        if side == 0 and passing.size and abs(curves[0][passing[0]] - 0.5) < _ON_HALF:
            faults += 1
            if passing.size > 1 and window.reached:
                anchors.append(Anchor(int(positions[passing[1]]), window))
    if arm.end is not None:
        anchors.append(Anchor(n - 1, arm.end))
    anchors.sort(key=lambda anchor: (anchor.position, -anchor.window.lower))
    return History(
        event=event,
        natural=natural,
        anchors=tuple(anchors),
        faults=faults + _out_of_order(anchors),
    )


def _out_of_order(anchors: list[Anchor]) -> int:
    """Count the anchors that no rising times can all respect: a window wholly before another's."""
    earliest = np.maximum.accumulate([anchor.window.lower for anchor in anchors] or [0.0])
    latest = np.array([anchor.window.upper for anchor in anchors] or [0.0])
    return int(np.count_nonzero(latest <= earliest))


def _limit(hazard: Floats, root: Floats, z: float, transform: Transform) -> Floats:
    """Confidence limit of the curve after each event; the upper one for a positive quantile."""
    if transform == "log-log":
        exponent = -hazard * np.exp(-z * root / hazard)
    elif transform == "log":
        exponent = -hazard + z * root
    else:
        exponent = -hazard + np.log(np.maximum(1.0 + z * root, 0.0))
    limit: Floats = np.exp(exponent)
    return limit
