"""Runs of events that share a time: the arm's curve does not see them, the log-rank test does."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.kernels import fit_two_arms, greenwood_variance, survival_at, tabulate_arm
from survkit.reconstruction.placement.timeline import tie
from tests.reconstruction.timelines import patients


@pytest.mark.parametrize("size", [2, 5, 25])
def test_ties_keep_the_order_and_join_events_only(size: int) -> None:
    arm, _ = patients(2)
    tied = tie(arm, size, 1.0)
    assert np.all(np.diff(tied.ticks) >= 0)
    assert tied.tied.any()
    assert tied.event[tied.tied].all()
    _, counts = np.unique(tied.ticks, return_counts=True)
    assert counts.max() <= size


def test_the_share_of_runs_goes_from_none_to_all() -> None:
    arm, _ = patients(2)
    counts = [int(tie(arm, 3, share).tied.sum()) for share in (0.0, 0.3, 0.6, 1.0)]
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[-1] > counts[1] > 0


def test_no_tie_crosses_a_bounded_patient() -> None:
    arm, _ = patients(2, held=True)
    assert not tie(arm, 25, 1.0).tied.any()


def test_curve_and_variance_after_a_run_do_not_see_its_ties() -> None:
    arm, _ = patients(4)
    tied = tie(arm, 4, 1.0)
    tables = [tabulate_arm(own.ticks, own.event) for own in (arm, tied)]
    after = np.flatnonzero(~arm.event)
    curves = [
        survival_at(table, own.ticks[after]) for table, own in zip(tables, (arm, tied), strict=True)
    ]
    np.testing.assert_allclose(curves[0], curves[1], atol=1e-12)
    ends = [greenwood_variance(table)[-1] for table in tables]
    assert ends[0] == pytest.approx(ends[1], abs=1e-12)


@pytest.mark.parametrize("index", [0, 1])
def test_ties_move_the_log_rank_statistic_in_the_direction_of_their_arm(index: int) -> None:
    arms = patients(6)
    tied = list(arms)
    tied[index] = tie(arms[index], 4, 1.0)
    before, after = (fit_two_arms(both[0].patients, both[1].patients) for both in (arms, tied))
    raised = after.log_rank.difference - before.log_rank.difference
    assert raised > 0.0 if index == 0 else raised < 0.0
