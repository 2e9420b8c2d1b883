"""Levels that are not in a file are left open, and the drops around them are followed."""

from __future__ import annotations

import numpy as np
import pytest

from survkit import reconstruct_curve
from survkit.digitized import DigitizedCurve, RiskTable
from survkit.reconstruction.curves.exact.drops import Drop
from survkit.reconstruction.curves.exact.open_levels import most_open, open_around

LEAVING = ((1, 1), (1.5, 0), (2, 1), (2.5, 0), (3, 1), (4, 1), (5, 1), (5.5, 0), (6, 1), (7, 1))
"""Time, and whether it is an event, of ten of twenty patients; the others stay to 10."""


def drawn(*, without: float | None = None) -> DigitizedCurve:
    level, left = 1.0, 20
    times, levels = [0.0], [1.0]
    for time, event in LEAVING:
        level *= 1 - event / left
        left -= 1
        if event and time != without:
            times.append(float(time))
            levels.append(level)
    return DigitizedCurve(
        times=(*times, 10.0), survival=(*levels, levels[-1]), taken="exact", precision=1e-8
    )


def table(*, after: bool) -> RiskTable:
    """Numbers at risk at 0, 4 and 7, of who has not left before it, or by it."""
    time = np.array([each for each, _ in LEAVING] + [10.0] * 10)
    counts = tuple(
        int((time > at).sum() if after else (time >= at).sum()) for at in (0.0, 4.0, 7.0)
    )
    return RiskTable(times=(0.0, 4.0, 7.0), counts=counts, lower=counts, upper=counts)


def test_a_level_that_is_missing_is_left_open_and_said() -> None:
    decoded = reconstruct_curve(drawn(without=2), n=20, events=7, risk_table=table(after=False))
    assert decoded.decoder == "exact"
    assert decoded.event.sum() == 7
    assert any("left open" in said for said in decoded.inconsistencies)


def test_a_whole_curve_needs_none() -> None:
    decoded = reconstruct_curve(drawn(), n=20, events=7, risk_table=table(after=False))
    assert decoded.decoder == "exact"
    assert decoded.inconsistencies == ()
    assert decoded.time[decoded.event].tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_numbers_after_who_leaves_at_that_time_are_understood() -> None:
    decoded = reconstruct_curve(drawn(), n=20, events=7, risk_table=table(after=True))
    assert decoded.decoder == "exact"
    assert "after who leaves at that time" in decoded.inconsistencies[0]
    assert decoded.time[decoded.event].tolist() == [1, 2, 3, 4, 5, 6, 7]


def drop(time: float) -> Drop:
    return Drop(time=time, survival=1 - time / 10, most=9, fewest=0, expected=9.0, slack=1.0)


@pytest.mark.parametrize("reached", [0, 1])
def test_the_proposal_that_is_followed_farthest_is_taken(reached: int) -> None:
    drops = [drop(1), drop(2), drop(3)]
    found = open_around(drops, 1, lambda _, start, stop: reached * (stop - start))
    assert (found is None) == (not reached)
    if found is not None:
        assert [each.open for each in found] == [True, False, False]
        assert found[0].survival == drops[1].survival


def test_few_levels_may_be_open() -> None:
    assert most_open([drop(1)] * 5) == 1
    assert most_open([drop(1)] * 100) == 15
