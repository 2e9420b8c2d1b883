"""Units of work: in their order one by one, on all cores, or on a cluster; and kept answers."""

from __future__ import annotations

import os
import signal
import warnings
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, TypeVar

from joblib import Memory, Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky.backend import resource_tracker as resource_tracker_of_loky
from joblib.parallel import get_active_backend

from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path

__all__ = ["keep_answers", "map_in_order", "on_cluster"]

Unit = TypeVar("Unit")
Answer = TypeVar("Answer")

_PATIENCE = 10
"""Seconds in which the scheduler of a cluster must answer."""


def map_in_order(
    work: Callable[[Unit], Answer], units: Sequence[Unit], *, workers: int | None = None
) -> Iterator[Answer]:
    """
    Do the same work on many units.

    Parameters
    ----------
    work : callable
        A function of a module, from a unit to its answer. Like units and answers it must be fit to
        travel between processes, and must depend on nothing but the unit, so that the answers are
        the same wherever they are made.
    units : sequence
        The units, such as trials.
    workers : int, optional
        How many units are worked on at a time: 1 for one after the other in this process, each when
        its answer is asked for. Left out, as many as there are cores, each a process with one
        thread for linear algebra; or the engine, such as a cluster's, that a
        ``joblib.parallel_config`` around the call names.

    Returns
    -------
    iterator
        The answers in the order of the units, each as soon as it is there. What `work` raises is
        raised as soon as it is known. That, KeyboardInterrupt, and dropping the iterator end what
        is being worked on.

    Examples
    --------
    >>> list(map_in_order(abs, [-2, 1], workers=1))
    [2, 1]
    """
    if workers == 1 or len(units) < 2:
        return map(work, units)
    engine = _engine(len(units), workers)
    with _quiet_start():
        answers = engine(delayed(work)(unit) for unit in units)
    return _until_dropped(answers)


def keep_answers(
    work: Callable[..., Answer], folder: Path, *, beside: Sequence[str]
) -> Callable[..., Answer]:
    """
    Keep the answers of some work in a folder, for this run and for others.

    Parameters
    ----------
    work : callable
        A function of a module. An answer that is there is not worked out again.
    folder : pathlib.Path
        The folder. What is in it is loaded as Python objects: it must be trusted as code is.
    beside : sequence of str
        Arguments that the answer does not hang on once the others are known.

    Returns
    -------
    callable
        The same, with what it remembers. What cannot be loaded is worked out again.

    Raises
    ------
    SurvkitError
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: the cache must be a folder that can be written, got {error.strerror}"
        raise SurvkitError(msg) from error
    kept = Memory(folder, verbose=0).cache(work, ignore=list(beside))

    def answer(*args: object) -> Answer:
        """Return what is kept, or do the work."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib tells of what it cannot load, or not write
            found: Answer = kept(*args)
        return found

    return answer


@contextmanager
def on_cluster(address: str | None) -> Iterator[None]:
    """
    Let the units of all maps within be worked on by a cluster of Dask's.

    Parameters
    ----------
    address : str or None
        Address of its scheduler, such as ``"tcp://10.0.0.5:8786"``; None to work here. Its workers
        must have this version of survkit, and one thread each.

    Yields
    ------
    None
        Maps that are asked for no number of workers go to the cluster. A worker that is lost costs
        what it was doing, which another one does.

    Raises
    ------
    SurvkitError
        If the extra ``cluster`` is not installed, or if no scheduler answers.
    """
    if address is None:
        yield
        return
    try:
        from distributed import Client
    except ModuleNotFoundError:
        msg = "a cluster must be spoken to by distributed: pip install 'survkit[cluster]'"
        raise SurvkitError(msg) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        msg = f"the cluster must be the address of a scheduler that answers, got {address!r}"
        raise SurvkitError(msg) from error
    with client, parallel_config(backend="dask", client=client):
        yield


def _engine(units: int, workers: int | None) -> Parallel:
    """Choose who works: the engine that the caller names to joblib, or processes here."""
    named, _ = get_active_backend()
    if workers is None and type(named).__name__ != "LokyBackend":
        return Parallel(return_as="generator")
    number = min(units, workers or cpu_count())
    with parallel_config(backend="loky", inner_max_num_threads=1, initializer=_ignore_ctrl_c):
        return Parallel(n_jobs=number, return_as="generator", max_nbytes=None)


@contextmanager
def _quiet_start() -> Iterator[None]:
    """
    Start processes that have nothing to say, even where this one ends before its time.

    Those that clean up behind all others do not warn of what they find to do, and Ctrl-C is kept
    from the workers, which would answer with their tracebacks; it waits for this process.
    """
    ignored = os.environ.get("PYTHONWARNINGS")
    silence = "ignore:resource_tracker:UserWarning"
    os.environ["PYTHONWARNINGS"] = f"{ignored},{silence}" if ignored else silence
    try:
        if os.name == "nt":
            yield
        else:
            with _ctrl_c_blocked():
                yield
    finally:
        if ignored is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = ignored


@contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """Block Ctrl-C; processes that start now inherit it, from their first instant on."""
    for tracker in (resource_tracker, resource_tracker_of_loky):
        tracker.ensure_running()  # to start one later would unblock
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)


def _until_dropped(answers: Generator[Answer, None, None]) -> Iterator[Answer]:
    """Pass answers on; end the work without a word once nobody waits for the rest."""
    try:
        for answer in answers:  # noqa: UP028 - would close them before the warning is caught
            yield answer
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib counts the answers that nobody took
            answers.close()


def _ignore_ctrl_c() -> None:
    """Leave an interruption to the process that was asked, also where nothing is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
