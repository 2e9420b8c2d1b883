"""What figures at points in time ask of the order in which patients leave."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survkit.interval import ANYWHERE, Interval
from survkit.kernels import (
    confidence_limit,
    survival_at,
    survival_limits,
    tabulate_arm,
    two_sided_quantile,
)
from survkit.kernels.violation import CURVE
from survkit.reconstruction import reconstruct, reconstruct_analysis
from survkit.reconstruction.constraints.cut import Cut
from survkit.reconstruction.constraints.cuts import collect_cuts, guided_cuts
from survkit.reconstruction.constraints.read import read_constraints
from tests.reconstruction.documents import analysis, arm, digits
from tests.reconstruction.printing import MARKS, print_patients, random_patients

if TYPE_CHECKING:
    from survkit.trial import Analysis
    from tests.reconstruction.printing import Patients

Z = two_sided_quantile(95.0)


def with_curve(*points: dict[str, Any], **figures: Any) -> Analysis:
    at_risk = figures.pop("at_risk", [])
    stated = arm("all", 200, **figures) | {"survival": list(points), "at_risk": at_risk}
    return analysis(stated)


POINT = {"time": 6, "percent": Decimal("71.2"), "ci": [Decimal("63.9"), Decimal("77.3")]}


def test_cuts_gather_what_is_printed_for_a_time() -> None:
    asked = with_curve(POINT, at_risk=[{"time": 6, "n": 120}, {"time": 12, "n": 60}], median="11.0")
    first, second, last = collect_cuts(read_constraints(asked).arms[0])
    assert (first.time, first.left, first.printed) == (6.0, 80, True)
    assert first.survival.middle == pytest.approx(0.712)
    assert (second.time, second.left, second.printed) == (12.0, 140, False)
    assert second.survival.upper < 0.5  # the median lies before
    assert not math.isfinite(second.survival.lower)
    assert (last.time, last.left) == (math.inf, 200)  # and the curve has passed one half for good


def test_what_is_not_reached_is_asked_for_to_the_end() -> None:
    asked = with_curve(POINT, median="not reached", events=60)
    last = collect_cuts(read_constraints(asked).arms[0])[-1]
    assert last.left == 200
    assert last.survival.lower > 0.5


QUARTILES = {
    "lower_quartile": {"value": Decimal("4.1"), "ci": [Decimal("3.2"), Decimal("5.0")]},
    "median": {"value": Decimal("9.0"), "ci": [Decimal("6.9"), Decimal("12.0")]},
    "median_follow_up": {"value": Decimal("20.0")},
    "max_follow_up": Decimal("30.0"),
}


def test_guides_keep_quantiles_in_order() -> None:
    asked = read_constraints(analysis(arm("all", 200, 120) | QUARTILES)).arms[0]
    assert collect_cuts(asked) == ()
    guides = guided_cuts(asked)
    times = [cut.time for cut in guides]
    assert times == pytest.approx([3.65, 4.55, 5.95, 7.95, 10.5, 19.95, 20.05, math.inf], abs=1e-9)
    assert [cut.guide for cut in guides] == [True] * 7 + [False]
    between = guides[2]  # the upper limit has passed three quarters, the lower not yet one half
    assert (between.lower.lower, between.lower.upper) == pytest.approx((0.5, 0.75), abs=1e-5)
    assert (between.survival.lower, between.survival.upper) == pytest.approx((0.5, 0.75), abs=1e-5)
    assert between.upper.upper == pytest.approx(0.75, abs=1e-5)


def test_a_printed_percentage_needs_no_guides() -> None:
    asked = analysis(arm("all", 200, 120) | QUARTILES | {"survival": [POINT]})
    constraints = read_constraints(asked).arms[0]
    assert guided_cuts(constraints) == collect_cuts(constraints)


@pytest.mark.parametrize("transform", ["log-log", "log", "plain"])
def test_asked_sums_print_what_is_asked(transform: Any) -> None:
    asked = collect_cuts(read_constraints(with_curve(POINT)).arms[0])[0]
    limits = survival_limits_of(0.712, 0.00214, transform)
    windows = [Interval(round(limit, 3) - 0.0005, round(limit, 3) + 0.0005) for limit in limits]
    cut = replace(asked, lower=windows[0], upper=windows[1], transform=transform)
    (hazard, _), (variance, rounding) = cut.sums
    assert cut.missed(np.array([hazard]), np.array([variance]))[0] == 0.0
    assert abs(variance - 0.00214) < 2.0 * rounding < 0.0002


def survival_limits_of(survival: float, variance: float, transform: Any) -> list[float]:
    hazard, root = np.array([-math.log(survival)]), np.array([math.sqrt(variance)])
    return [float(confidence_limit(hazard, root, side, transform)[0]) for side in (-Z, Z)]


def test_where_the_curve_has_reached_zero_no_limit_is_missed() -> None:
    cut = replace(collect_cuts(read_constraints(with_curve(POINT)).arms[0])[0], survival=ANYWHERE)
    assert cut.missed(np.array([50.0]), np.array([50.0]))[0] == 0.0


def test_missing_grows_with_the_distance() -> None:
    cut = collect_cuts(read_constraints(with_curve(POINT)).arms[0])[0]
    hazard = -np.log(np.array([0.712, 0.715, 0.72]))
    missed = cut.missed(hazard, np.full(3, 0.00225))
    assert missed[0] < missed[1] < missed[2]


def test_events_at_exactly_a_printed_time_count_as_at_risk_and_lower_the_curve() -> None:
    # 100 of 100 at risk at 5, and yet 97 % are left after it: three events at 5.0 exactly
    asked = analysis(
        arm("all", 100, 60, "9.0")
        | {
            "at_risk": [{"time": 5, "n": 100}],
            "survival": [{"time": 5, "percent": Decimal("97.0")}],
        }
    )
    reconstruction = reconstruct_analysis(asked)
    assert reconstruction.met
    assert (reconstruction.ipd["time"] == 5.0).sum() == 3


@pytest.mark.parametrize(
    "points",
    [
        [POINT],
        [{"time": 6, "percent": Decimal("71.2")}],
        [POINT, {"time": 12, "percent": 48, "ci": [40, 56]}],
    ],
    ids=["with limits", "alone", "two of them"],
)
def test_percentages_hold_without_a_risk_table(points: list[dict[str, Any]]) -> None:
    reconstruction = reconstruct_analysis(with_curve(*points, events=110, end="30.0"))
    assert [str(m.figure.key) for m in reconstruction.matches if not m.met] == []


def test_figures_of_the_curve_leave_the_other_arm_alone() -> None:
    other = arm("other", 150, 90, "10.0")
    plain = analysis(arm("all", 200, 110, "11.0", end="30.0"), other)
    more = analysis(
        arm("all", 200, 110, "11.0", end="30.0") | {"survival": [POINT]},
        other,
    )
    others = [reconstruct(asked).query("arm == 'other'") for asked in (plain, more)]
    assert [other["event"].sum() for other in others] == [90, 90]


LOOSE = replace(CURVE, comfort=1.0 + 1e-6)
"""The whole of every rounding window, as binary floats have it."""
SEEDS = st.integers(0, 10_000)


def rests_on_half(patients: Patients) -> bool:
    """Tell whether a curve is level at one half at a time of a figure: it is taken for passed."""
    survival = survival_at(tabulate_arm(patients.time, patients.event), MARKS)
    return bool(np.isclose(survival, 0.5, rtol=0.0, atol=1e-6).any())


@settings(max_examples=30)
@given(seed=SEEDS, n=st.integers(30, 200), curve=st.booleans(), risk_table=st.booleans())
def test_the_patients_that_print_the_figures_meet_every_cut(
    seed: int, n: int, *, curve: bool, risk_table: bool
) -> None:
    patients = random_patients(seed, n)
    assume(not rests_on_half(patients))
    asked = print_patients("all", patients, curve=curve, risk_table=risk_table)
    constraints = read_constraints(analysis(asked)).arms[0]
    cuts = collect_cuts(constraints)
    assert list(cuts) == sorted(cuts, key=lambda cut: cut.time)
    assert bool(cuts) == (curve or risk_table)
    for cut in cuts:
        if cut.left is not None:
            gone = int((patients.time < cut.time).sum())
            assert cut.left == gone
        hazard, variance = patients.sums_at(cut.time)
        assert cut.missed(hazard, variance, LOOSE)[0] == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=30)
@given(seed=SEEDS)
def test_cuts_hold_every_printed_time_and_no_other(seed: int) -> None:
    asked = print_patients("all", random_patients(seed, 120))
    cuts = collect_cuts(read_constraints(analysis(asked)).arms[0])
    printed = {float(point["time"]) for point in asked["survival"] + asked["at_risk"]}
    assert {cut.time for cut in cuts} - {math.inf} == printed
    assert [cut.printed for cut in cuts] == [
        any(point["time"] == cut.time for point in asked["survival"]) for cut in cuts
    ]
    assert not any(cut.guide for cut in cuts)


@given(
    st.floats(0.01, 4.0),
    st.floats(1e-4, 0.05),
    st.sampled_from(["log-log", "log", "plain"]),
)
def test_a_cut_is_floors_and_ceilings(hazard: float, variance: float, transform: Any) -> None:
    above, below = Interval(0.5, math.inf), Interval(-math.inf, 0.5)
    cut = Cut(
        time=1.0, left=None, survival=above, lower=below, upper=above, z=Z, transform=transform
    )
    sums = np.array([hazard]), np.array([variance])
    parts = cut.floors.missed(*sums) + cut.ceilings.missed(*sums)
    assert cut.missed(*sums) == pytest.approx(parts)
    assert cut.asks
    assert not replace(cut, survival=ANYWHERE, lower=ANYWHERE, upper=ANYWHERE).asks


@given(st.floats(0.02, 0.98), st.floats(0.0, 0.6))
def test_a_curve_in_the_comfort_of_its_window_misses_nothing(share: float, place: float) -> None:
    half = 0.0005
    cut = Cut(
        time=1.0,
        left=None,
        survival=Interval(share - half, share + half),
        z=Z,
        transform="log",
        printed=True,
    )
    for sign in (-1.0, 1.0):
        hazard = np.array([-math.log(share + 2.0 * sign * place * half)])
        missed = cut.missed(hazard, np.array([0.001]))[0]
        wanted = max(0.0, 2.0 * place - CURVE.comfort) ** 2
        assert missed == pytest.approx(wanted, abs=1e-7)


@given(st.floats(0.05, 0.95), st.floats(0.02, 0.09), st.sampled_from(["log-log", "log", "plain"]))
def test_the_sums_behind_a_printed_curve_and_its_limits_print_it(
    share: float, root: float, transform: Any
) -> None:
    hazard = np.array([-math.log(share)])
    limits = [float(confidence_limit(hazard, np.array([root]), z, transform)[0]) for z in (-Z, Z)]
    assume(limits[0] > 0.001 and limits[1] < 0.999)
    windows = [Interval(value - 0.0005, value + 0.0005) for value in (share, *limits)]
    cut = Cut(
        time=1.0,
        left=None,
        survival=windows[0],
        lower=windows[1],
        upper=windows[2],
        z=Z,
        transform=transform,
        printed=True,
    )
    (middle, half), (variance, rounding) = cut.sums
    assert abs(middle - hazard[0]) <= half
    assert abs(variance - root**2) <= 1.01 * rounding
    assert cut.missed(np.array([middle]), np.array([variance]), LOOSE)[0] < 1e-6


def test_without_a_printed_curve_no_sums_are_asked_for() -> None:
    cut = Cut(time=1.0, left=3, survival=Interval(0.5, math.inf), z=Z, transform="log")
    assert [half for _, half in cut.sums] == [math.inf, math.inf]


def limited(percent: str, lower: str, upper: str, scale: str = "log-log", n: int = 336) -> Cut:
    entry = {"time": 6, "percent": digits(percent), "ci": [digits(lower), digits(upper)]}
    asked = analysis(arm("all", n) | {"survival": [entry]}, survival_interval=scale)
    return collect_cuts(read_constraints(asked).arms[0])[0]


def test_limits_of_another_scale_belong_to_no_curve() -> None:
    assert not limited("64", "56", "73").is_possible(336)
    assert limited("64", "56", "73", "plain").is_possible(336)


def test_limits_nearer_than_without_a_censoring_belong_to_no_curve() -> None:
    # 64 of 100 patients: 0.64 ± 1.96 · 0.048
    assert limited("64.0", "54.6", "73.4", "plain", 100).is_possible(100)
    assert not limited("64.0", "56.6", "71.4", "plain", 100).is_possible(100)


@given(st.integers(2, 60), st.data())
def test_limits_of_patients_are_possible(n: int, data: st.DataObject) -> None:
    events = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    table = tabulate_arm(np.arange(1.0, n + 1.0), events)
    scale = data.draw(st.sampled_from(("log-log", "log", "plain")))
    place = data.draw(st.integers(0, n - 1))
    curve = survival_at(table, [place + 1.0])[0]
    assume(0.01 < curve < 0.99)
    last = int(np.searchsorted(table.time, place + 1.0, side="right")) - 1
    lower, upper = (limit[last] for limit in survival_limits(table, z=1.96, transform=scale))
    texts = [f"{100.0 * max(value, 0.0):.1f}" for value in (curve, lower, upper)]
    assert limited(*texts, scale, n).is_possible(n)
