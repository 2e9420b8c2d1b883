"""Units of work: the same answers in the same order, wherever they are worked on."""

from __future__ import annotations

import math
import os
import signal
from typing import TYPE_CHECKING

import joblib
import pytest

from survkit.errors import SurvkitError
from survkit.running import map_in_order
from tests.running.work import name_thread, place_and_threads, refuse, wait_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("workers", [1, 2, None])
def test_answers_come_in_the_order_of_the_units(workers: int | None) -> None:
    units = list(range(20, 0, -1))
    answers = map_in_order(math.factorial, units, workers=workers)
    assert list(answers) == [math.factorial(unit) for unit in units]


@pytest.mark.parametrize("units", [[], [3]])
def test_no_process_is_started_for_less_than_two_units(units: list[int]) -> None:
    places = [place for place, _ in map_in_order(place_and_threads, units)]
    assert places == [os.getpid()] * len(units)


def test_one_after_the_other_only_what_is_asked_for_is_done() -> None:
    answers = map_in_order(refuse, [0, 1], workers=1)
    assert next(answers) == 0


def test_side_by_side_is_in_other_processes_with_one_thread_each() -> None:
    found = list(map_in_order(place_and_threads, range(4), workers=2))
    assert os.getpid() not in {place for place, _ in found}
    assert {threads for _, threads in found} == {"1"}


def test_the_first_answer_does_not_wait_for_the_second(tmp_path: Path) -> None:
    there, later = tmp_path / "there", tmp_path / "later"
    there.touch()
    answers = map_in_order(wait_for, [there, later], workers=2)
    assert next(answers) == "there"
    later.touch()
    assert next(answers) == "later"


def test_what_goes_wrong_elsewhere_is_said_here() -> None:
    with pytest.raises(SurvkitError, match="the unit must not be 1"):
        list(map_in_order(refuse, [0, 1, 2], workers=2))


def test_work_that_nobody_waits_for_ends_without_a_word(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    answers = map_in_order(wait_for, [there, *(tmp_path / f"never-{n}" for n in range(3))])
    assert next(answers) == "there"
    answers.close()


def test_the_engine_can_be_named_from_outside() -> None:
    with joblib.parallel_config(backend="threading", n_jobs=2):
        answers = map_in_order(name_thread, range(3))
    assert all(name != "MainThread" for name in answers)


def test_this_process_stays_as_it_was() -> None:
    before = dict(os.environ), signal.getsignal(signal.SIGINT)
    assert list(map_in_order(abs, [-1, -2], workers=2)) == [1, 2]
    assert (dict(os.environ), signal.getsignal(signal.SIGINT)) == before
    if os.name != "nt":
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
