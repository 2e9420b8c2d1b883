"""Attempts at the figures of an analysis, one after the other, and the one that comes closest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.calibration.calibrate import Calibration, calibrate, calibrate_with_ties
from survkit.reconstruction.orders.history import Anchor, History, share_events, write_history
from survkit.reconstruction.placement.knots import Clock, choose_clock, pin, pin_events, set_knots
from survkit.reconstruction.placement.timeline import begin
from survkit.reconstruction.population.fit import Population, fit_population
from survkit.reconstruction.visits import read_at_visits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.interval import Window
    from survkit.reconstruction.constraints.contrast import Side
    from survkit.reconstruction.constraints.strata import Strata
    from survkit.reconstruction.constraints.targets import Targets

__all__ = ["Solution", "move", "solve"]

Codes = NDArray[np.int64]

_STRETCHES = (1.0, 1.3, 0.8, 1.7)
"""Multiples of a follow-up that is not printed, tried until everything is met."""
_STRETCHES_AT_VISITS = 2
"""How many of them are tried where patients are assessed at visits, which takes longer."""
_EVENTS_BESIDE = (0, 1, -1, 2, -2, 4, -4)
"""Numbers of events beside the expected one that are tried where none is printed."""
_FREE_KNOTS = (10, 24)
"""Knots per arm without a printed time, tried for each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """
    What one attempt gave.

    Parameters
    ----------
    arms : tuple of Side
        Patients with times on a clock.
    clock : Clock
        The grid of times.
    end : float
        End of follow-up, in time units.
    loss : float
        How far figures are missed.
    histories : tuple of History
        The order of each arm, held to the analysis' own figures alone; none at visits.
    """

    arms: tuple[Side, ...]
    clock: Clock
    end: float
    loss: float
    histories: tuple[History, ...] = ()


def solve(targets: Targets, strata: Strata | None, windows: Sequence[Sequence[Window]]) -> Solution:
    """
    Try the attempts in turn and keep the one that comes closest.

    Parameters
    ----------
    targets : Targets
        The figures.
    strata : Strata or None
        The patients' strata, where their sizes are printed.
    windows : sequence of sequence of Window
        For each arm, where sub-groups need events.

    Returns
    -------
    Solution
        The attempt with the smallest loss.
    """
    return _closest(_attempts(targets, strata, windows))


def move(
    solution: Solution,
    targets: Targets,
    strata: Strata | None,
    anchors: Sequence[Sequence[Anchor]],
    windows: Sequence[Sequence[Window]],
) -> Solution:
    """
    Move the patients of a solution in time; the order of each arm stays.

    Parameters
    ----------
    solution : Solution
        The patients, who may be at any time.
    targets : Targets
        The figures.
    strata : Strata or None
        The patients' strata, where their sizes are printed.
    anchors : sequence of sequence of Anchor
        For each arm, patients and where they are to go, as far as they can.
    windows : sequence of sequence of Window
        For each arm, where sub-groups need events.

    Returns
    -------
    Solution
        The attempt that comes closest.
    """
    times = [solution.clock.times(side.ticks) for side in solution.arms]
    moving = [
        pin(replace(own, natural=now), held)
        for own, now, held in zip(solution.histories, times, anchors, strict=True)
    ]
    closest = _closest(_at_any_time(targets, moving, strata, windows, solution.end))
    return replace(closest, histories=solution.histories)


def _closest(attempts: Iterator[Solution]) -> Solution:
    best = next(attempts)
    while best.loss > 0.0 and (solution := next(attempts, None)) is not None:
        best = min(best, solution, key=lambda solution: solution.loss)
    return best


def _attempts(
    targets: Targets, strata: Strata | None, windows: Sequence[Sequence[Window]]
) -> Iterator[Solution]:
    """Yield solutions: each length of an unprinted follow-up, each with few and with many knots."""
    end_is_printed = any(arm.end is not None for arm in targets.arms)
    many = _STRETCHES_AT_VISITS if targets.schedule is not None else len(_STRETCHES)
    for stretch in _STRETCHES[: 1 if end_is_printed else many]:
        population = fit_population(targets, stretch=stretch)
        histories = _write_histories(targets, population)
        end = float(population.edges[-1])
        if targets.schedule is None:
            yield from _at_any_time(targets, histories, strata, windows, end)
        else:
            pinned = [pin_events(*pair) for pair in zip(histories, windows, strict=True)]
            codes = _codes(targets, strata)
            reading = read_at_visits(targets, targets.schedule, pinned, codes, end)
            yield Solution(arms=reading.arms, clock=reading.clock, end=end, loss=reading.loss)


def _write_histories(targets: Targets, population: Population) -> list[History]:
    """Order every arm's patients; where events are not printed, with others than expected, too."""
    expected = [arm.expected_events for arm in population.arms]
    counts = share_events(targets.arms, expected, targets.total_events)
    histories = []
    for arm, curve, count in zip(targets.arms, population.arms, counts, strict=True):
        free = arm.events is None and targets.total_events is None
        steps = _EVENTS_BESIDE if free else _EVENTS_BESIDE[:1]
        tries = (min(max(count + step, 0), arm.n) for step in steps)
        best = write_history(arm, curve, population.edges, next(tries))
        while best.faults > 0.0 and (events := next(tries, None)) is not None:
            found = write_history(arm, curve, population.edges, events)
            best = min(best, found, key=lambda history: history.faults)
        histories.append(best)
    return histories


def _codes(targets: Targets, strata: Strata | None) -> Sequence[Codes | None]:
    return strata.codes if strata is not None else tuple(None for _ in targets.arms)


def _at_any_time(
    targets: Targets,
    histories: Sequence[History],
    strata: Strata | None,
    windows: Sequence[Sequence[Window]],
    end: float,
) -> Iterator[Solution]:
    """Yield solutions with few and with many knots, then with ties."""
    clock = choose_clock(targets, end)
    faults = sum(history.faults for history in histories)
    pinned = [pin_events(*pair) for pair in zip(histories, windows, strict=True)]
    codes = _codes(targets, strata)
    untied = []

    def solution(found: Calibration) -> Solution:
        # faults of the arms before misses of the contrasts; no more knots can mend the former
        return Solution(
            arms=tuple(arm.side for arm in found.arms),
            clock=clock,
            end=end,
            loss=1e3 * faults + found.loss,
            histories=tuple(histories),
        )

    for free_knots in _FREE_KNOTS:
        arms = [
            begin(index, clock, set_knots(history, clock, free_knots), history, codes[index])
            for index, history in enumerate(pinned)
        ]
        untied.append(calibrate(targets, arms))
        yield solution(untied[-1])
    for found in untied:
        yield solution(calibrate_with_ties(targets, found))
