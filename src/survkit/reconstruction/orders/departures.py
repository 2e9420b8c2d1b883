"""When patients of an arm leave: how many by when, and each of them, as the population has it.

Between two printed percentages the curve is known at both ends, and events stand where that of the
population has fallen as far: how many were censored on the way is known less well. Where the number
at risk is printed it is known, and all who leave are spread as the population leaves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import sums_before
from survkit.kernels import single_event_terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Flags, Floats
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.population.population import ArmPopulation

__all__ = ["expected_left", "most_left", "natural_times", "times_along_population"]


def _shares_removed(
    arm: ArmConstraints, population: ArmPopulation, cuts: tuple[Cut, ...]
) -> tuple[float, list[float]]:
    """Return which share of the population has left by the end, and by each cut."""
    edges, removed = population.edges, -np.expm1(-population.removal)
    by_end = float(np.interp(arm.end_before(population.end), edges, removed))
    return by_end, [min(float(np.interp(cut.time, edges, removed)), by_end) for cut in cuts]


def expected_left(
    arm: ArmConstraints, population: ArmPopulation, cuts: tuple[Cut, ...]
) -> tuple[int, ...]:
    """Count the patients who have left at each cut: as printed, else as the population has it."""
    by_end, by_cut = _shares_removed(arm, population, cuts)
    left: list[int] = []
    for index, (cut, share) in enumerate(zip(cuts, by_cut, strict=True)):
        # who is left in the end leaves then, and not in proportion before a guide
        expected = arm.n * share / (1.0 if cut.guide else by_end)
        wanted = round(expected, 6).__round__() if cut.left is None else cut.left
        known = [later.left for later in cuts[index:] if later.left is not None]
        before = [gone + cut.guide for gone in left[-1:]]  # a guide tells two quantiles apart
        left.append(min([max([wanted, *before]), most_left(arm, population.end, cut), *known]))
    return tuple(left)


def most_left(arm: ArmConstraints, end: float, cut: Cut) -> int:
    """
    Say how many may have left at a cut: all only where follow-up may end by then.

    Parameters
    ----------
    arm : ArmConstraints
        The arm's printed figures.
    end : float
        End of follow-up of all arms, in time units.
    cut : Cut
        The cut.

    Returns
    -------
    int
        Patients.
    """
    ends = end if arm.end is None else arm.end.lower
    return arm.n if cut.left is not None or ends <= cut.time else arm.n - 1


def natural_times(
    arm: ArmConstraints, population: ArmPopulation, cuts: tuple[Cut, ...], left: tuple[int, ...]
) -> Floats:
    """
    Give every position the population's time, with so many leaving before each cut.

    Parameters
    ----------
    arm : ArmConstraints
        The arm's printed figures.
    population : ArmPopulation
        The arm's hazards.
    cuts : tuple of Cut
        What is asked at points in time.
    left : tuple of int
        Patients who leave before each cut.

    Returns
    -------
    ndarray of float, shape (n,)
        Times, ascending, in time units.
    """
    n = arm.n
    by_end, by_cut = _shares_removed(arm, population, cuts)
    shares = np.interp(
        (np.arange(n) + 0.5) / n,
        np.concatenate(([0.0], np.array(left) / n, [1.0])),
        np.concatenate(([0.0], by_cut, [by_end])),
    )
    with np.errstate(divide="ignore"):  # of very few patients nobody may be left in the end
        removal = -np.log1p(-shares)
    natural: Floats = np.interp(removal, population.removal, population.edges)
    if not left or left[-1] < n:
        natural[-1] = arm.end_before(population.end)
    return natural


def times_along_population(
    arm: ArmConstraints,
    population: ArmPopulation,
    cuts: tuple[Cut, ...],
    event: Flags,
    left: tuple[int, ...],
    on_time: tuple[int, ...],
) -> Floats:
    """
    Give every position of an order its time: where a percentage is printed, events by the curve.

    `event` tells who leaves by one, `on_time` how many events fall on a cut; see `natural_times`.
    """
    times = natural_times(arm, population, cuts, left)
    for stretch in _stretches_of_curve(arm.n, cuts, left, on_time):
        _lay_along(times, population, event, stretch)
    return times


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Positions, and time, from one printed number to the next; after the last one to the end."""

    positions: slice
    since: float
    until: float  # infinite after the last one


def _stretches_of_curve(
    n: int, cuts: tuple[Cut, ...], left: tuple[int, ...], on_time: tuple[int, ...]
) -> Iterator[_Stretch]:
    """Yield the stretches to percentages without a number at risk, and what follows the last."""
    begin, since, is_curve = 0, 0.0, False
    for cut, before, tied in zip(cuts, left, on_time, strict=True):
        if cut.guide or not math.isfinite(cut.time) or not (cut.printed or cut.left is not None):
            continue
        is_curve = cut.left is None
        if is_curve:
            yield _Stretch(slice(begin, before), since, cut.time)
        begin, since = before + tied, cut.time
    if is_curve:
        yield _Stretch(slice(begin, n), since, math.inf)


def _lay_along(times: Floats, population: ArmPopulation, event: Flags, stretch: _Stretch) -> None:
    """Lay the events of a stretch along the population's curve, and the censored between them."""
    edges, hazard = population.edges, population.hazard
    gone = -np.expm1(-population.removal)
    positions = np.arange(event.size)[stretch.positions]
    steps = single_event_terms(event.size - positions.astype(np.float64))[0]
    is_event = event[stretch.positions]
    fallen = sums_before(steps * is_event)
    at_events = (0.5 * (fallen[1:] + fallen[:-1]))[is_event]
    until = min(stretch.until, population.end)
    start, stop = np.interp([stretch.since, until], edges, hazard)
    if not at_events.size or start >= stop:
        return
    if math.isfinite(stretch.until):
        share = at_events / fallen[-1]
    else:  # no later than the last event would leave with all others, and need not reach the end
        latest = np.interp(times[positions[is_event][-1]], edges, hazard)
        share = at_events / (stop - start) * min(1.0, (latest - start) / at_events[-1])
    events = np.interp(start + share * (stop - start), hazard, edges)
    known = np.interp(np.concatenate(([stretch.since], events, [until])), edges, gone)
    at = np.concatenate(([positions[0] - 0.5], positions[is_event], [positions[-1] + 0.5]))
    times[positions] = np.interp(np.interp(positions, at, known), gone, edges)
