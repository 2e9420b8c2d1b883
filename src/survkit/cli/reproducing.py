"""Trials on their way to their verdicts: side by side where there are many, in their order."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from survkit.cli.terminal import Progress, write_remark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from survkit.reproduction import Reproduction
    from survkit.trial import Analysis, Trial

__all__ = ["announce_cost", "reproduce_trials", "said_aloud"]

Finished = TypeVar("Finished")

_LOGGER = "survkit"
"""Logger that tells callers in Python what the commands say themselves."""
_MANY = 16
"""Analyses from which on further processes save more time than they take to start."""


def announce_cost(analyses: Iterable[Analysis], *, explain: bool = False) -> frozenset[str]:
    """
    Say of each analysis whose search may take long what it may take, before it begins.

    What was said is returned; parents and sub-groups, who are searched for together, share it.
    """
    from survkit.reconstruction import foresee_cost

    costs = (foresee_cost(analysis, explain=explain) for analysis in analyses)
    sentences = dict.fromkeys(cost.sentence for cost in costs if cost.sentence)
    for sentence in sentences:
        write_remark(_with_way_out(sentence))
    return frozenset(sentences)


class _Aloud(logging.Handler):
    """Says what callers in Python are told of costs, unless it is known already."""

    def __init__(self, say: Callable[[str], None], known: frozenset[str]) -> None:
        super().__init__()
        self._say = say
        self._known = known

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, with the way out."""
        if record.getMessage() not in self._known:
            self._say(_with_way_out(record.getMessage()))


@contextmanager
def said_aloud(say: Callable[[str], None], known: frozenset[str] = frozenset()) -> Iterator[None]:
    """Say meanwhile what turns out to take long only when a search has begun."""
    logger, handler = logging.getLogger(_LOGGER), _Aloud(say, known)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _with_way_out(sentence: str) -> str:
    return f"{sentence}; Ctrl-C ends it"


def reproduce_trials(
    trials: Sequence[Trial],
    *,
    then: Callable[[Reproduction], Finished],
    doing: str,
    only: Sequence[str] = (),
    explain: bool = True,
    cache: Path | None = None,
) -> Iterator[Finished]:
    """
    Reproduce trials, and yield what `then` makes of each, in order and as soon as it is there.

    `doing` says what `then` does, for the line of progress, which is gone whenever something is
    yielded; it is empty where that takes no time. `only` are ids of analyses, all if empty.
    `explain` is whether slips and conflicts are sought where figures are missed; `cache` a folder
    that keeps what was found.
    """
    total = len(only) or sum(len(trial.analyses) for trial in trials)
    every = (analysis for trial in trials for analysis in trial.analyses)
    known = announce_cost((one for one in every if not only or one.id in only), explain=explain)
    progress = Progress(total)
    progress.show("loading lifelines")
    from survkit.reproduction import reproduce

    many = len(trials) > 1 and total >= _MANY
    run = partial(reproduce, only=only, explain=explain, cache=cache)
    coming = (
        _side_by_side(trials, partial(_in_worker, run, known), progress)
        if many
        else _in_turn(trials, run, total, progress)
    )
    done = 0
    try:
        with said_aloud(progress.remark, known):
            for reproduction in coming:
                done += len(reproduction.analyses)
                if doing:
                    progress.show(f"{reproduction.trial.id}: {doing}", done)
                finished = then(reproduction)
                progress.clear()
                yield finished
    finally:
        progress.clear()


def _in_turn(
    trials: Sequence[Trial], run: Callable[..., Reproduction], total: int, progress: Progress
) -> Iterator[Reproduction]:
    """Reproduce one trial after the other."""
    done = 0

    def announce(trial: Trial, analysis: Analysis) -> None:
        nonlocal done
        progress.show(f"{trial.id}, {analysis.id}: reconstructing ({done + 1} of {total})", done)
        done += 1

    for trial in trials:
        yield run(trial, progress=partial(announce, trial))


def _side_by_side(
    trials: Sequence[Trial], run: Callable[[Trial], Reproduction], progress: Progress
) -> Iterator[Reproduction]:
    """Reproduce several trials at a time, each in a process of its own."""
    from survkit.running import map_in_order

    answers = map_in_order(run, trials)
    done = 0
    for number, trial in enumerate(trials, 1):
        place = f"trial {number} of {len(trials)}"
        progress.show(f"{trial.id}: reconstructing ({place})", done)
        yield next(answers)
        done += len(trial.analyses)


def _in_worker(
    run: Callable[[Trial], Reproduction], known: frozenset[str], trial: Trial
) -> Reproduction:
    """Reproduce a trial in another process; the line of progress says enough in a terminal."""
    silent = sys.stderr is None or sys.stderr.isatty()
    with said_aloud(_say_nothing if silent else write_remark, known):
        return run(trial)


def _say_nothing(text: str) -> None:
    """Take what need not be said."""
