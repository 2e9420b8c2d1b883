"""What must hold for every data set, tried on random ones with ties and without."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survkit.kernels import (
    CoxFit,
    EventTable,
    Ties,
    Transform,
    fit_two_arm_cox,
    greenwood_variance,
    quantile_interval,
    quantile_time,
    restricted_mean,
    survival_at,
    survival_limits,
    survival_steps,
    tabulate_arm,
    tabulate_two_arms,
    two_arm_log_rank,
)
from survkit.refit import refit_ipd
from tests.refit.documents import two_arms
from tests.tolerances import EXACT

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

Z = 1.959963984540054
BOTH_TIES: tuple[Ties, ...] = ("efron", "breslow")
TRANSFORMS: tuple[Transform, ...] = ("log-log", "log", "plain")


@dataclass(frozen=True)
class Patients:
    """Two arms of patients."""

    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    experimental: NDArray[np.bool_]

    def arm(self, *, experimental: bool) -> EventTable:
        """The event table of one arm."""
        members = self.experimental == experimental
        return tabulate_arm(self.time[members], self.event[members])

    def cox(self, ties: Ties = "efron") -> CoxFit:
        """The Cox model of the arm."""
        table = tabulate_two_arms(self.time, self.event, self.experimental)
        return fit_two_arm_cox(table, ties=ties)

    def z(self) -> float:
        """The log-rank statistic."""
        return two_arm_log_rank(tabulate_two_arms(self.time, self.event, self.experimental)).z

    @property
    def everybody(self) -> EventTable:
        """The event table of both arms pooled."""
        return tabulate_arm(self.time, self.event)


@st.composite
def patients(draw: st.DrawFn, *, ties: bool = True, censored: bool = True) -> Patients:
    """Two to forty patients; with ties their times are few, without each has its own."""
    n = draw(st.integers(2, 40))
    size = {"min_size": n, "max_size": n}
    if ties:
        time = draw(st.lists(st.integers(0, 12), **size))
    else:
        time = draw(st.permutations(range(1, n + 1)))
    event = draw(st.lists(st.booleans(), **size)) if censored else [True] * n
    experimental = draw(st.lists(st.booleans(), **size))
    return Patients(np.array(time) / 4.0, np.array(event), np.array(experimental))


def near(expected: object) -> object:
    return pytest.approx(expected, rel=EXACT, abs=EXACT, nan_ok=True)


# ---------------------------------------------------------------- two arms


@pytest.mark.parametrize("ties", BOTH_TIES)
@given(own=patients())
def test_swapping_the_arms_turns_the_ratio_over(own: Patients, ties: Ties) -> None:
    swapped = replace(own, experimental=~own.experimental)
    here, there = own.cox(ties), swapped.cox(ties)
    assert there.log_hazard_ratio == near(-here.log_hazard_ratio)
    assert there.standard_error == near(here.standard_error)
    assert swapped.z() == near(-own.z())
    if math.isfinite(here.log_hazard_ratio):
        lower, upper = here.limits(Z)
        assert there.limits(Z) == near((1.0 / upper, 1.0 / lower))


@pytest.mark.parametrize("ties", BOTH_TIES)
@given(own=patients())
def test_only_the_order_of_times_matters_to_two_arms(own: Patients, ties: Ties) -> None:
    for changed in (30.4375 * own.time, own.time**2, np.expm1(own.time)):
        other = replace(own, time=changed)
        assert other.cox(ties).log_hazard_ratio == near(own.cox(ties).log_hazard_ratio)
        assert other.cox(ties).standard_error == near(own.cox(ties).standard_error)
        assert other.z() == near(own.z())


@given(patients(ties=False))
def test_without_ties_efron_is_breslow(own: Patients) -> None:
    efron, breslow = own.cox("efron"), own.cox("breslow")
    assert efron.log_hazard_ratio == near(breslow.log_hazard_ratio)
    assert efron.standard_error == near(breslow.standard_error)
    assert efron.log_likelihood == near(breslow.log_likelihood)


@given(patients())
def test_log_rank_and_cox_point_the_same_way(own: Patients) -> None:
    # Observed minus expected is Breslow's score at a ratio of one, and the likelihood is concave.
    assume(math.isfinite(own.z()))
    assume(abs(own.z()) > 1e-6)
    assert math.copysign(1.0, own.cox("breslow").log_hazard_ratio) == math.copysign(1.0, own.z())


@pytest.mark.parametrize("ties", BOTH_TIES)
@given(own=patients())
def test_the_standard_error_is_at_least_two_over_the_root_of_the_events(
    own: Patients, ties: Ties
) -> None:
    error = own.cox(ties).standard_error
    assume(math.isfinite(error))
    assert error >= 2.0 / math.sqrt(own.event.sum()) - EXACT


@given(patients(), st.integers(2, 5))
def test_more_of_the_same_patients_only_narrows_the_interval(own: Patients, times: int) -> None:
    many = Patients(*(np.tile(column, times) for column in vars(own).values()))
    here, there = own.cox("breslow"), many.cox("breslow")
    assert there.log_hazard_ratio == near(here.log_hazard_ratio)
    assert there.standard_error == near(here.standard_error / math.sqrt(times))


@given(patients(), st.integers(1, 9))
def test_who_leaves_before_the_first_event_says_nothing(own: Patients, more: int) -> None:
    own = replace(own, time=own.time + 1.0)
    longer = Patients(
        np.append(own.time, np.full(more, 0.5)),
        np.append(own.event, np.zeros(more, dtype=bool)),
        np.append(own.experimental, np.ones(more, dtype=bool)),
    )
    assert longer.cox().log_hazard_ratio == near(own.cox().log_hazard_ratio)
    assert longer.z() == near(own.z())


@given(patients(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(own: Patients, source: random.Random) -> None:
    order = list(range(own.time.size))
    source.shuffle(order)
    shuffled = Patients(*(column[order] for column in vars(own).values()))
    one, other = (
        tabulate_two_arms(them.time, them.event, them.experimental) for them in (own, shuffled)
    )
    for column in ("time", "events", "at_risk"):
        assert np.array_equal(getattr(one, column), getattr(other, column))


@given(patients())
def test_both_arms_add_up_to_everybody(own: Patients) -> None:
    together = tabulate_two_arms(own.time, own.event, own.experimental)
    assert np.array_equal(together.time, own.everybody.time)
    assert np.array_equal(together.events.sum(axis=0), own.everybody.events)
    assert np.array_equal(together.at_risk.sum(axis=0), own.everybody.at_risk)


# ---------------------------------------------------------------- one arm


@given(patients(censored=False))
def test_without_censoring_the_curve_is_one_minus_the_share_that_had_the_event(
    own: Patients,
) -> None:
    at = np.unique(np.append(own.time, [0.0, 0.1, 99.0]))
    share = np.array([(own.time <= moment).mean() for moment in at])
    assert survival_at(own.everybody, at) == near(1.0 - share)


@given(patients(censored=False))
def test_without_censoring_greenwood_is_binomial(own: Patients) -> None:
    survival = survival_steps(own.everybody)[:-1]
    variance = survival**2 * greenwood_variance(own.everybody)[:-1]
    assert variance == near(survival * (1.0 - survival) / own.time.size)


@given(patients(censored=False))
def test_without_censoring_the_restricted_mean_is_the_mean(own: Patients) -> None:
    found = restricted_mean(own.everybody, float(own.time.max()) + 1.0)
    assert found.mean == near(own.time.mean())
    assert found.standard_error == near(own.time.std() / math.sqrt(own.time.size))


@given(patients(), st.sampled_from([365.25, 12.0, 1 / 30.4375]))
def test_a_new_unit_scales_the_times_and_nothing_else(own: Patients, factor: float) -> None:
    table = own.everybody
    scaled = tabulate_arm(factor * own.time, own.event)
    assert survival_steps(scaled) == near(survival_steps(table))
    assert quantile_time(scaled, 0.5) == near(factor * quantile_time(table, 0.5))
    here, there = quantile_interval(table, 0.5, z=Z), quantile_interval(scaled, 0.5, z=Z)
    assert (there.lower, there.upper) == near((factor * here.lower, factor * here.upper))
    short, long = restricted_mean(table, 2.0), restricted_mean(scaled, 2.0 * factor)
    assert long.mean == near(factor * short.mean)
    assert long.standard_error == near(factor * short.standard_error)


@given(patients())
def test_events_so_far_are_at_most_what_the_curve_has_lost(own: Patients) -> None:
    lost = own.time.size * (1.0 - survival_steps(own.everybody))
    assert np.all(own.everybody.events.cumsum() <= lost + EXACT)


@given(patients())
def test_numbers_at_risk_fall_at_least_as_fast_as_the_curve(own: Patients) -> None:
    table = own.everybody
    assume(table.time.size > 0)
    before = np.append(1.0, survival_steps(table)[:-1])
    ratio = table.at_risk / before
    assert np.all(np.diff(ratio) <= EXACT * ratio[0])


@pytest.mark.parametrize("transform", TRANSFORMS)
@given(own=patients())
def test_the_limits_enclose_the_curve(own: Patients, transform: Transform) -> None:
    survival = survival_steps(own.everybody)
    lower, upper = survival_limits(own.everybody, z=Z, transform=transform)
    alive = survival > 0.0
    assert np.all((lower >= 0.0)[alive] & (lower <= survival)[alive])
    assert np.all((upper <= 1.0)[alive] & (upper >= survival)[alive])
    assert np.all(np.isnan(lower[~alive]) & np.isnan(upper[~alive]))


@pytest.mark.parametrize("transform", TRANSFORMS)
@given(own=patients())
def test_the_interval_of_the_median_contains_it(own: Patients, transform: Transform) -> None:
    median = quantile_time(own.everybody, 0.5)
    interval = quantile_interval(own.everybody, 0.5, z=Z, transform=transform)
    # A curve that jumps to zero at its median has no limits there; the lower one is then unknown.
    if survival_at(own.everybody, [median])[0] > 0.0:
        assert interval.lower <= median <= interval.upper


@given(patients(), st.floats(0.1, 2.0), st.floats(0.1, 2.0))
def test_a_higher_confidence_level_widens_every_interval(
    own: Patients, one: float, more: float
) -> None:
    near_limits, far_limits = (
        quantile_interval(own.everybody, 0.5, z=z) for z in (one, one + more)
    )
    assert far_limits.lower <= near_limits.lower
    assert far_limits.upper >= near_limits.upper
    inner, outer = own.cox().limits(one), own.cox().limits(one + more)
    assume(math.isfinite(own.cox().standard_error))
    assert outer[0] < inner[0] < inner[1] < outer[1]


@given(patients(), st.floats(0.25, 4.0))
def test_the_restricted_mean_grows_with_its_horizon_and_stays_below(
    own: Patients, horizon: float
) -> None:
    shorter, longer = (restricted_mean(own.everybody, h).mean for h in (horizon, horizon + 0.5))
    assert 0.0 <= shorter <= horizon * (1.0 + EXACT)
    assert shorter - EXACT <= longer <= shorter + 0.5 + EXACT


# ---------------------------------------------------------------- the referee


def estimates(own: Patients) -> list[float]:
    """The referee's n, median and limits of the reference and the other arm, ratio and limits."""
    arm = np.where(own.experimental, "experimental", "reference")
    ipd = pd.DataFrame({"time": own.time, "event": own.event.astype(int), "arm": arm})
    return [estimate.value for estimate in refit_ipd(ipd, two_arms()).estimates][:-1]


@pytest.mark.slow
@settings(max_examples=10)
@given(patients())
def test_the_referee_turns_the_ratio_over_as_well(own: Patients) -> None:
    assume(0 < own.experimental.sum() < own.time.size)
    here = estimates(own)
    there = estimates(replace(own, experimental=~own.experimental))
    assert here[:4] == near(there[4:8])
    assert here[4:8] == near(there[:4])
    with np.errstate(divide="ignore"):  # a ratio of zero turns into an infinite one
        ratio, lower, upper = 1.0 / np.array(there[8:])
    assert here[8:] == near([ratio, upper, lower])


@pytest.mark.slow
@settings(max_examples=10)
@given(patients())
def test_the_referee_does_not_care_for_the_unit(own: Patients) -> None:
    assume(0 < own.experimental.sum() < own.time.size)
    unit = 30.4375
    here, there = estimates(own), estimates(replace(own, time=unit * own.time))
    scale = np.array([1.0, unit, unit, unit] * 2 + [1.0] * 3)
    assert there == near(scale * np.array(here))
