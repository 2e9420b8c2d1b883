"""Counts: patients, events, numbers at risk, and how long an arm was followed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels.cells import EVENTS, LEAVING
from survkit.quantity import FigureKey
from survkit.reconstruction.constraints.residual import COUNT_SD, Residual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from survkit.kernels.cells import Cells
    from survkit.reconstruction.constraints.sample import ArmSample
    from survkit.trial import Figure

__all__ = [
    "MEASURES",
    "expect_at_risk",
    "expect_events",
    "expect_total_events",
    "read_at_risk",
    "read_count",
    "read_end",
]


def read_count(figures: Mapping[FigureKey, Figure], quantity: str, subject: str) -> int | None:
    """Return a printed number of patients, None where it is not printed."""
    figure = figures.get(FigureKey(quantity, subject))
    return None if figure is None else int(figure.printed.value)


def read_end(figures: Mapping[FigureKey, Figure], arm: str) -> Interval | None:
    """Return the rounding window of an arm's longest follow-up, None where it is not printed."""
    figure = figures.get(FigureKey("max_follow_up", arm))
    return None if figure is None else Interval.of(figure.printed)


def read_at_risk(figures: Mapping[FigureKey, Figure], arm: str) -> tuple[tuple[float, int], ...]:
    """Return times and numbers at risk, ascending."""
    found = [
        (key.instant, int(figure.printed.value))
        for key, figure in figures.items()
        if (key.quantity, key.subject) == ("at_risk", arm)
    ]
    return tuple(sorted(found))


def expect_events(arm: int, events: int | None, cells: Cells) -> Iterator[Residual]:
    """Yield the expected events of an arm against the printed ones."""
    if events is not None:
        yield _of_events(float(cells.events.sum()) - events, {arm: cells})


def expect_total_events(total: int | None, arms: Sequence[Cells]) -> Iterator[Residual]:
    """Yield the expected events of all arms against the printed ones."""
    if total is not None:
        expected = sum(float(cells.events.sum()) for cells in arms)
        yield _of_events(expected - total, dict(enumerate(arms)))


def _of_events(off: float, arms: Mapping[int, Cells]) -> Residual:
    gradients = {}
    for arm, cells in arms.items():
        gradients[arm] = cells.no_gradient()
        gradients[arm][EVENTS] = 1.0 / COUNT_SD
    return Residual(value=off / COUNT_SD, gradients=gradients)


def expect_at_risk(
    arm: int, at_risk: Sequence[tuple[float, int]], n: int, cells: Cells
) -> Iterator[Residual]:
    """Yield the expected numbers at risk of an arm of `n` patients against the printed ones."""
    leaving = np.cumsum(cells.leaving)
    for time, count in at_risk:
        if 0.0 < time < cells.edges[-1]:
            until = cells.until(time)
            expected = n * math.exp(-leaving[until - 1])
            gradient = cells.no_gradient()
            gradient[LEAVING, :until] = -expected / COUNT_SD
            yield Residual(value=(expected - count) / COUNT_SD, gradients={arm: gradient})


def _measure_rate(arm: ArmSample, _: Figure) -> float:
    """Return the events per 100 years of observation."""
    years = float(arm.time.sum()) / arm.year
    return 100.0 * float(arm.event.sum()) / years if years > 0.0 else math.nan


MEASURES: dict[str, Callable[[ArmSample, Figure], float]] = {
    "n": lambda arm, _: float(arm.time.size),
    "events": lambda arm, _: float(arm.event.sum()),
    "at_risk": lambda arm, figure: float((arm.time >= figure.key.instant).sum()),
    "max_follow_up": lambda arm, _: float(arm.time.max()),
    "event_rate": _measure_rate,
}
"""How each quantity is computed from patients."""
