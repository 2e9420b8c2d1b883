"""Where attempts begin and end: orders on a clock, and what a calibration of them came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.reconstruction.calibration.aims import Aims
from survkit.reconstruction.placement.anchoring import pin_events
from survkit.reconstruction.placement.knots import set_knots
from survkit.reconstruction.placement.precision import choose_clock
from survkit.reconstruction.placement.timeline import Timeline, begin
from survkit.reconstruction.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.arrays import Codes
    from survkit.reconstruction.calibration.calibrate import Calibration
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.placement.clock import Clock
    from survkit.reconstruction.solution import Task

__all__ = ["Start", "take_closest"]

_BEFORE_CONTRASTS = 1e3
"""Weight of the arms' own faults: no more knots can mend them, and contrasts come second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Orders of all arms on a clock, before anybody is moved."""

    clock: Clock
    aims: Aims
    end: float
    histories: tuple[History, ...]  # as ordered
    pinned: tuple[History, ...]  # with events where sub-groups need them
    codes: tuple[Codes | None, ...]  # each arm's strata

    @classmethod
    def of(cls, task: Task, histories: Sequence[History], end: float) -> Start:
        """Choose the clock and pin events."""
        return cls(
            clock=choose_clock(task.constraints, end, histories),
            aims=Aims.of(task.constraints),
            end=end,
            histories=tuple(histories),
            pinned=tuple(pin_events(*pair) for pair in zip(histories, task.windows, strict=True)),
            codes=tuple(task.codes),
        )

    def arms(self, free_knots: int) -> tuple[Timeline, ...]:
        """Lay knots: so many per arm beside those with a printed time."""
        laid = [set_knots(one, self.clock, free_knots, self.end) for one in self.pinned]
        return tuple(
            begin(index, self.clock, knots, history, codes)
            for index, (knots, history, codes) in enumerate(
                zip(laid, self.pinned, self.codes, strict=True)
            )
        )

    def solution(self, found: Calibration) -> Solution:
        """Write down what a calibration came to."""
        faults = sum(history.faults for history in self.histories)
        return Solution(
            arms=tuple(arm.patients for arm in found.arms),
            clock=self.clock,
            end=self.end,
            loss=_BEFORE_CONTRASTS * faults + found.loss,
            histories=self.histories,
        )


def take_closest(attempts: Iterator[Solution]) -> Solution:
    """Go through attempts until one meets all; keep the one with the smallest loss."""
    best = next(attempts)
    while best.loss > 0.0 and (solution := next(attempts, None)) is not None:
        best = min(best, solution, key=lambda solution: solution.loss)
    return best
