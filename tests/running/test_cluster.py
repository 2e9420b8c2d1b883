"""A cluster of Dask's: the same answers, in the same order, to the byte."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from distributed import LocalCluster

import survkit
from survkit.errors import SurvkitError
from survkit.running import map_in_order, on_cluster
from tests.cli.running import run
from tests.ensembles.example import small_trial

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = small_trial(max_follow_up=Decimal("24.0")).analyses[0]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(
        n_workers=1,
        processes=False,
        threads_per_worker=1,
        dashboard_address=None,
        protocol="tcp",
        host="127.0.0.1",
    ) as cluster:
        yield cluster.scheduler_address


def test_answers_come_in_order(scheduler: str) -> None:
    with on_cluster(scheduler):
        assert list(map_in_order(abs, [-3, 2, -1])) == [3, 2, 1]


def test_members_are_those_that_one_process_draws(scheduler: str) -> None:
    here = survkit.ensemble(SMALL, members=2, workers=1)
    with on_cluster(scheduler):
        there = survkit.ensemble(SMALL, members=2)
    assert there.patients.equals(here.patients)


def test_without_an_address_nothing_changes() -> None:
    with on_cluster(None):
        assert list(map_in_order(abs, [-3, 2], workers=1)) == [3, 2]


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:1"])
def test_a_scheduler_that_does_not_answer_is_said(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survkit.running._PATIENCE", 0.2)
    with (
        pytest.raises(SurvkitError, match="the address of a scheduler that answers"),
        on_cluster(address),
    ):
        pass


def test_a_cluster_has_its_own_workers() -> None:
    asked = ("envelope", "radiant-3", "-o", "nowhere", "--workers", "2")
    result = run(*asked, "--cluster", "tcp://127.0.0.1:1")
    assert result.exit_code == 2
    assert "--cluster must come without --workers" in result.stderr
