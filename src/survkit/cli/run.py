"""Trials on their way: reproduced one after the other, with the progress shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.cli.terminal import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from survkit.reproduction import Reproduction
    from survkit.trial import Analysis, Trial

__all__ = ["Run"]


class Run:
    """
    Trials on their way to their verdicts, for every command that needs them.

    Parameters
    ----------
    trials : sequence of Trial
        The trials, in the order in which they are reproduced.
    then : callable
        What is done with each reproduction before the next one is begun.
    doing : str
        What `then` does, for the line of progress; empty where it does not take long.
    """

    def __init__(
        self, trials: Sequence[Trial], *, then: Callable[[Reproduction], None], doing: str
    ) -> None:
        self._trials = trials
        self._then, self._doing = then, doing
        self._total = sum(len(trial.analyses) for trial in trials)
        self._begun = 0
        self._progress = Progress()

    def reproduce(self) -> Iterator[Reproduction]:
        """
        Reproduce one trial after the other.

        Yields
        ------
        Reproduction
            As soon as it is there; the line of progress is gone then.
        """
        self._progress.show("loading lifelines")
        try:
            for trial in self._trials:
                reproduction = self._reproduced(trial)
                self._progress.clear()
                yield reproduction
        finally:
            self._progress.clear()

    def _reproduced(self, trial: Trial) -> Reproduction:
        from survkit.reproduction import reproduce

        reproduction = reproduce(trial, progress=self._announce(trial))
        if self._doing:
            self._progress.show(f"{trial.id}: {self._doing}")
        self._then(reproduction)
        return reproduction

    def _announce(self, trial: Trial) -> Callable[[Analysis], None]:
        """Return the callback that tells which analysis is on its way."""

        def announce(analysis: Analysis) -> None:
            self._begun += 1
            place = f"{self._begun} of {self._total}"
            self._progress.show(f"{trial.id}, {analysis.id}: reconstructing ({place})")

        return announce
