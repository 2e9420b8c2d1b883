"""Trials on their way: reproduced side by side where there are many, answered in their order."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Generic, TypeVar

from survkit.cli.terminal import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from survkit.reproduction import Reproduction
    from survkit.trial import Analysis, Trial

__all__ = ["Run"]

Finished = TypeVar("Finished")

_MANY = 16
"""Analyses from which on further processes save more time than they take to start."""


class Run(Generic[Finished]):
    """
    Trials on their way to their verdicts, for every command that needs them.

    Parameters
    ----------
    trials : sequence of Trial
        The trials, in the order in which they are answered.
    then : callable
        What is made of each reproduction, one at a time and in order.
    doing : str
        What `then` does, for the line of progress; empty where it does not take long.
    only : sequence of str
        Ids of the analyses that are asked for; all if empty.
    """

    def __init__(
        self,
        trials: Sequence[Trial],
        *,
        then: Callable[[Reproduction], Finished],
        doing: str,
        only: Sequence[str] = (),
    ) -> None:
        self._trials, self._only = trials, only
        self._then, self._doing = then, doing
        self._total = len(only) or sum(len(trial.analyses) for trial in trials)
        self._begun = 0
        self._progress = Progress()

    def reproduce(self) -> Iterator[Finished]:
        """
        Reproduce the trials.

        Yields
        ------
        object
            What `then` made of a trial, as soon as it is there; the line of progress is gone then.
        """
        self._progress.show("loading lifelines")
        workers = min(len(self._trials), os.cpu_count() or 1)
        many = workers > 1 and self._total >= _MANY
        try:
            for reproduction in self._side_by_side(workers) if many else self._in_turn():
                if self._doing:
                    self._progress.show(f"{reproduction.trial.id}: {self._doing}")
                finished = self._then(reproduction)
                self._progress.clear()
                yield finished
        finally:
            self._progress.clear()

    def _in_turn(self) -> Iterator[Reproduction]:
        """Reproduce one trial after the other."""
        from survkit.reproduction import reproduce

        for trial in self._trials:
            yield reproduce(trial, only=self._only, progress=self._announce(trial))

    def _side_by_side(self, workers: int) -> Iterator[Reproduction]:
        """Reproduce several trials at a time, each in a process of its own."""
        context = get_context("spawn")  # the same on every system, and safe beside threads
        with ProcessPoolExecutor(workers, context, initializer=_die_with_ctrl_c) as pool:
            coming = [pool.submit(_reproduce, trial) for trial in self._trials]
            for number, (trial, found) in enumerate(zip(self._trials, coming, strict=True), 1):
                place = f"trial {number} of {len(coming)}"
                self._progress.show(f"{trial.id}: reconstructing ({place})")
                yield found.result()

    def _announce(self, trial: Trial) -> Callable[[Analysis], None]:
        """Return the callback that tells which analysis is on its way."""

        def announce(analysis: Analysis) -> None:
            self._begun += 1
            place = f"{self._begun} of {self._total}"
            self._progress.show(f"{trial.id}, {analysis.id}: reconstructing ({place})")

        return announce


def _reproduce(trial: Trial) -> Reproduction:
    from survkit.reproduction import reproduce

    return reproduce(trial)


def _die_with_ctrl_c() -> None:
    """Leave what is said about an interruption to the process that was asked."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
