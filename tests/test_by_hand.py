"""Closed forms: what a pencil gives for a few patients, through the kernels and through refit."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from survkit.kernels import (
    EventTable,
    TwoArmTable,
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
from tests.refit.documents import make_analysis, two_arms
from tests.tolerances import EXACT

if TYPE_CHECKING:
    from survkit.trial import Analysis

Z = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


def near(expected: object) -> object:
    return pytest.approx(expected, rel=EXACT, abs=EXACT)


def refitted(analysis: Analysis, ipd: pd.DataFrame) -> dict[str, float]:
    """The referee's estimates by figure."""
    estimates = refit_ipd(ipd, analysis).estimates
    pairs = zip(analysis.figures, estimates, strict=True)
    return {str(figure.key): estimate.value for figure, estimate in pairs}


# ---------------------------------------------------------------- six patients, Cox
#
# The example of the validation vignette of R's survival package. With r the hazard ratio, the
# experimental arm (x = 1) over the reference, the risk sets are
#
#   time 1   three patients of each arm       one event, experimental   r / (3 r + 3)
#   time 6   one experimental, three others   two events, one per arm   r / tied risk sets
#   time 9   the last patient                 one event, reference      1

SIX_TIMES = [9.0, 1.0, 1.0, 6.0, 6.0, 8.0]
SIX_EVENTS = [1, 1, 0, 1, 1, 0]
SIX_EXPERIMENTAL = [0, 1, 1, 1, 0, 0]


@pytest.fixture
def six() -> TwoArmTable:
    return tabulate_two_arms(SIX_TIMES, SIX_EVENTS, SIX_EXPERIMENTAL)


@pytest.fixture
def six_ipd() -> pd.DataFrame:
    arm = np.where(np.array(SIX_EXPERIMENTAL) == 1, "experimental", "reference")
    return pd.DataFrame({"time": SIX_TIMES, "event": SIX_EVENTS, "arm": arm})


def efron_by_hand() -> tuple[float, float, float]:
    """
    Coefficient, information and log-likelihood by Efron.

    The tied events at time 6 have the risk sets r + 3 and, with half of both gone, (r + 5) / 2. The
    score 2 - r / (r + 1) - r / (r + 3) - r / (r + 5) is zero where r^3 - 23 r - 30 is, a cubic
    without square, solved by the cosine of a third of an angle.
    """
    angle = math.acos(45.0 / 23.0 * math.sqrt(3.0 / 23.0))
    r = 2.0 * math.sqrt(23.0 / 3.0) * math.cos(angle / 3.0)
    assert r**3 - 23.0 * r - 30.0 == pytest.approx(0.0, abs=1e-12)
    information = sum(k * r / (r + k) ** 2 for k in (1.0, 3.0, 5.0))
    likelihood = r**2 / (3.0 * r + 3.0) / (r + 3.0) / ((r + 5.0) / 2.0)
    return math.log(r), information, math.log(likelihood)


def breslow_by_hand() -> tuple[float, float, float]:
    """
    Coefficient, information and log-likelihood by Breslow.

    Both tied events have the risk set r + 3. The score 2 - r / (r + 1) - 2 r / (r + 3) is zero
    where r^2 - 3 r - 6 is.
    """
    r = (3.0 + math.sqrt(33.0)) / 2.0
    information = r / (r + 1.0) ** 2 + 2.0 * 3.0 * r / (r + 3.0) ** 2
    likelihood = r**2 / (3.0 * r + 3.0) / (r + 3.0) ** 2
    return math.log(r), information, math.log(likelihood)


def test_the_algebra_gives_the_published_efron_values() -> None:
    assert efron_by_hand() == near((1.676857486, 0.612631896, -3.358974840))


def test_six_patients_by_efron(six: TwoArmTable) -> None:
    coefficient, information, log_likelihood = efron_by_hand()
    fit = fit_two_arm_cox(six, ties="efron")
    assert fit.log_hazard_ratio == near(coefficient)
    assert fit.standard_error**-2 == near(information)
    assert fit.log_likelihood == near(log_likelihood)


def test_six_patients_by_breslow(six: TwoArmTable) -> None:
    coefficient, information, log_likelihood = breslow_by_hand()
    fit = fit_two_arm_cox(six, ties="breslow")
    assert fit.log_hazard_ratio == near(coefficient)
    assert fit.standard_error**-2 == near(information)
    assert fit.log_likelihood == near(log_likelihood)


def test_six_patients_through_the_referee(six_ipd: pd.DataFrame) -> None:
    coefficient, information, _ = efron_by_hand()
    half = Z / math.sqrt(information)
    found = refitted(two_arms(n=3, p_value={"test": "wald"}), six_ipd)
    contrast = "experimental vs reference"
    assert math.log(found[f"{contrast}: hazard ratio"]) == near(coefficient)
    assert math.log(found[f"{contrast}: hazard ratio, lower limit"]) == near(coefficient - half)
    assert math.log(found[f"{contrast}: hazard ratio, upper limit"]) == near(coefficient + half)
    p_value = math.erfc(coefficient * math.sqrt(information / 2.0))
    assert found[f"{contrast}: p-value"] == near(p_value)


def test_the_wald_limits_of_a_fit(six: TwoArmTable) -> None:
    coefficient, information, _ = efron_by_hand()
    lower, upper = fit_two_arm_cox(six).limits(Z)
    assert math.log(lower) == near(coefficient - Z / math.sqrt(information))
    assert math.log(upper) == near(coefficient + Z / math.sqrt(information))


# ---------------------------------------------------------------- six patients, log-rank
#
#   time   at risk  events   expected        variance
#   1      3 of 6   1        1/2             1/4
#   6      1 of 4   2        2 x 1/4 = 1/2   2 x 1/4 x 3/4 x (4 - 2) / (4 - 1) = 1/4
#   9      0 of 1   1        0               0
#
# Two events observed, one expected, variance one half: z is the root of 2, p is erfc(1).


def test_log_rank_of_six_patients(six: TwoArmTable) -> None:
    test = two_arm_log_rank(six)
    assert test.difference == near(1.0)
    assert test.variance == near(0.5)
    assert test.z == near(math.sqrt(2.0))
    assert test.p_value == near(math.erfc(1.0))


@pytest.mark.parametrize(
    ("sided", "expected"), [(2, math.erfc(1.0)), (1, 1.0 - math.erfc(1.0) / 2.0)]
)
def test_log_rank_of_six_patients_through_the_referee(
    six_ipd: pd.DataFrame, sided: int, expected: float
) -> None:
    found = refitted(two_arms(n=3, p_value={"sided": sided}), six_ipd)
    assert found["experimental vs reference: p-value"] == near(expected)


# ---------------------------------------------------------------- eight patients, Kaplan-Meier
#
#   time   at risk   events   censored   survival             Greenwood's sum
#   1      8         1        0          7/8                  1/56
#   2      7         1        1          7/8 x 6/7 = 3/4      1/56 + 1/42 = 1/24
#   3      5         2        0          3/4 x 3/5 = 9/20     1/24 + 2/15 = 7/40
#   5      3         0        1
#   8      2         1        1          9/20 x 1/2 = 9/40    7/40 + 1/2 = 27/40

EIGHT_TIMES = [3.0, 8.0, 1.0, 2.0, 5.0, 3.0, 2.0, 8.0]
EIGHT_EVENTS = [1, 0, 1, 0, 0, 1, 1, 1]


@pytest.fixture
def eight() -> EventTable:
    return tabulate_arm(EIGHT_TIMES, EIGHT_EVENTS)


def test_the_table_of_eight_patients(eight: EventTable) -> None:
    assert eight.time.tolist() == [1.0, 2.0, 3.0, 8.0]
    assert eight.events.tolist() == [1, 1, 2, 1]
    assert eight.at_risk.tolist() == [8, 7, 5, 2]


def test_kaplan_meier_with_ties(eight: EventTable) -> None:
    assert survival_steps(eight) == near(np.array([7 / 8, 3 / 4, 9 / 20, 9 / 40]))
    times = [0.0, 1.0, 1.999, 2.0, 7.999, 8.0, 100.0]
    expected = np.array([1.0, 7 / 8, 7 / 8, 3 / 4, 9 / 20, 9 / 40, 9 / 40])
    assert survival_at(eight, times) == near(expected)


def test_greenwood_with_ties(eight: EventTable) -> None:
    assert greenwood_variance(eight) == near(np.array([1 / 56, 1 / 24, 7 / 40, 27 / 40]))


def test_limits_on_three_scales(eight: EventTable) -> None:
    survival, root = 9 / 20, math.sqrt(7 / 40)
    on_scale = math.log(-math.log(survival))
    spread = Z * root / -math.log(survival)
    expected = {
        "log-log": [math.exp(-math.exp(on_scale + side * spread)) for side in (1, -1)],
        "log": [math.exp(math.log(survival) - Z * root), 1.0],  # 1.0217 is cut off at one
        "plain": [survival - Z * survival * root, survival + Z * survival * root],
    }
    for transform, limits in expected.items():
        lower, upper = survival_limits(eight, z=Z, transform=transform)
        assert [lower[2], upper[2]] == near(limits)


def test_the_median_of_eight_patients_and_its_limits(eight: EventTable) -> None:
    # The lower limits of the curve are 0.387, 0.315, ...: at or below one half from time 1 on. The
    # upper ones are 0.981, 0.931, 0.751 and 0.602: never.
    assert quantile_time(eight, 0.5) == 3.0
    interval = quantile_interval(eight, 0.5, z=Z)
    assert (interval.lower, interval.upper) == (1.0, math.inf)


def test_eight_patients_through_the_referee() -> None:
    arm = {
        "id": "only",
        "n": 8,
        "events": 5,
        "median": {"value": Decimal("3.0"), "ci": [Decimal("1.0"), "not reached"]},
        "survival": [
            {"time": 3, "percent": 45, "ci": [11, 75]},
            {"time": Decimal("7.9"), "percent": 45},
        ],
        "at_risk": [{"time": 3, "n": 5}, {"time": 5, "n": 3}],
        "max_follow_up": 8,
    }
    ipd = pd.DataFrame({"time": EIGHT_TIMES, "event": EIGHT_EVENTS, "arm": "only"})
    spread = Z * math.sqrt(7 / 40) / -math.log(9 / 20)
    assert refitted(make_analysis([arm]), ipd) == near(
        {
            "only: patients": 8.0,
            "only: events": 5.0,
            "only: median": 3.0,
            "only: median, lower limit": 1.0,
            "only: median, upper limit": math.inf,
            "only: survival at 3": 45.0,
            "only: survival at 3, lower limit": 100.0 * (9 / 20) ** math.exp(spread),
            "only: survival at 3, upper limit": 100.0 * (9 / 20) ** math.exp(-spread),
            "only: survival at 7.9": 45.0,
            "only: at risk at 3": 5.0,
            "only: at risk at 5": 3.0,
            "only: maximum follow-up": 8.0,
        }
    )


# ---------------------------------------------------------------- a plateau at exactly one half


def test_a_plateau_at_one_half_has_its_median_at_the_left_end() -> None:
    # lifelines takes the left end, 2; R and SAS print the middle, 2.5.
    assert quantile_time(tabulate_arm([1, 2, 3, 4], [1, 1, 1, 1]), 0.5) == 2.0


@pytest.mark.parametrize("half", range(1, 60))
def test_a_plateau_at_one_half_whatever_the_rounding_of_the_product(half: int) -> None:
    # The running product 1 x (1 - 1/2n) x ... may end a rounding error above one half.
    times = np.arange(1.0, 2 * half + 1)
    assert quantile_time(tabulate_arm(times, np.ones(2 * half)), 0.5) == float(half)


def test_the_referee_takes_the_left_end_as_well() -> None:
    arm = {"id": "only", "n": 4, "median": Decimal("2.0")}
    ipd = pd.DataFrame({"time": [1.0, 2.0, 3.0, 4.0], "event": 1, "arm": "only"})
    assert refitted(make_analysis([arm]), ipd)["only: median"] == 2.0


# ---------------------------------------------------------------- restricted mean of two steps
#
# Three patients: events at 2 and 4, one censored at 6. The curve is 1, 2/3 from 2, 1/3 from 4.
# Up to 5 the area is 2 + 4/3 + 1/3 = 11/3. Ahead of the event at 2 lies 5/3 of it, ahead of the one
# at 4 lies 1/3, so that the variance is (5/3)^2 / (3 x 2) + (1/3)^2 / (2 x 1) = 14/27.


def test_restricted_mean_of_two_steps() -> None:
    found = restricted_mean(tabulate_arm([2, 4, 6], [1, 1, 0]), 5.0)
    assert found.mean == near(11 / 3)
    assert found.standard_error == near(math.sqrt(14 / 27))


def test_an_event_at_the_horizon_adds_neither_area_nor_variance() -> None:
    found = restricted_mean(tabulate_arm([2, 4, 6], [1, 1, 0]), 4.0)
    assert found.mean == near(2 + 4 / 3)
    assert found.standard_error == near(math.sqrt((4 / 3) ** 2 / 6))


def test_before_the_first_event_the_restricted_mean_is_the_horizon() -> None:
    found = restricted_mean(tabulate_arm([2, 4, 6], [1, 1, 0]), 1.5)
    assert (found.mean, found.standard_error) == (1.5, 0.0)
