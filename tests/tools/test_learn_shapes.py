"""Learning shapes: known hazards come back, twice the same, and folds share no publication."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from survkit.reconstruction.population.shapes import describe_trial
from tools.learn_shapes import Taught, learn, learn_by_fold, learn_shapes


def constant_hazards(number: int) -> Taught:
    """A trial of constant hazards, median 10 and 20 months, cut off after 15 to 40 months."""
    quantiles = (np.arange(150) + 0.5) / 150
    spread = np.random.default_rng(number).permutation(quantiles)
    followed = 15.0 + 25.0 * spread
    times = [median * -np.log2(1.0 - quantiles) for median in (10.0, 20.0)]
    return Taught(
        name=f"PUBLICATION{number // 2}_{number}",
        endpoint="OS",
        times=(np.minimum(times[0], followed), np.minimum(times[1], followed)),
        events=((times[0] <= followed).astype(float), (times[1] <= followed).astype(float)),
        medians=(10.0, 20.0) if number % 4 else (math.inf, math.inf),
        last_reached=0.0 if number % 4 else 32.0,
        log_ratio=math.log(0.5),
        months=1.0,
    )


SETS = [constant_hazards(number) for number in range(16)]


def test_constant_hazards_come_back() -> None:
    shapes = learn_shapes(SETS)
    trial = describe_trial("OS", log_follow_up=math.log(40.0 / math.sqrt(200.0)))
    hazards = np.exp(shapes.reached.middle.mean_at(np.array([0.3, 0.6, 0.9, 1.3]), trial))
    assert hazards == pytest.approx(math.log(2.0), rel=0.1)
    apart = shapes.reached.apart.mean_at(np.array([0.4, 0.8]), trial)
    assert apart == pytest.approx(0.0, abs=0.1)


def seen_at_visits(one: Taught) -> Taught:
    """Let events be seen at the end of a month, as visits or records gather them."""
    return replace(one, times=(np.ceil(one.times[0]), np.ceil(one.times[1])))


def test_events_that_come_in_clumps_are_told_from_those_one_by_one() -> None:
    one_by_one = learn_shapes(SETS).reached.clumping
    gathered = learn_shapes([seen_at_visits(one) for one in SETS]).reached.clumping
    assert one_by_one == 1.0
    assert gathered > 1.2


def test_follow_up_ends_as_long_after_the_last_reached_as_in_the_trials_taught() -> None:
    ends = [math.log(max(one.ends) / one.last_reached) for one in SETS if one.last_reached]
    expected = (sum(ends) + 0.25) / (len(ends) + 1)  # one trial's weight before any data
    assert learn_shapes(SETS).after_last_reached == pytest.approx(expected)


@pytest.mark.slow
def test_the_same_trials_teach_the_same() -> None:
    assert learn(SETS).document == learn(list(SETS)).document


def test_folds_share_no_publication() -> None:
    parts = [{one.publication for one in apart} for apart, _ in learn_by_fold(SETS)]
    assert len(set().union(*parts)) == sum(map(len, parts)) == 8
