"""Figures that a search for likely orders misses although patients print them: known patients."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from survkit.reconstruction.patients import reconstruct_analysis
from survkit.reconstruction.record.measurement import measure_figures
from tests.reconstruction.documents import analysis, arm, contrast, digits
from tests.reconstruction.printing import Patients, random_patients
from tests.reconstruction.reprinting import missed_figures, print_like


def draw(
    seed: int, n: int, scale: float, ends: tuple[float, float], places: int = 2
) -> tuple[np.ndarray, np.ndarray]:
    """Draw exponential times, cut off by ends of follow-up that are spread evenly."""
    generator = np.random.default_rng(seed)
    until_event, until_end = generator.exponential(scale, n), generator.uniform(*ends, n)
    times = np.maximum(np.round(np.minimum(until_event, until_end), places), 10.0**-places)
    return times, until_event <= until_end


def known(seed: int, n: int, scale: float, ends: tuple[float, float], places: int = 2) -> Patients:
    """Return one arm's patients, in the order of leaving."""
    times, events = draw(seed, n, scale, ends, places)
    order = np.lexsort((~events, times))
    return Patients(time=times[order], event=events[order])


def percentages(times: tuple[str, ...], like: str) -> dict[str, Any]:
    """State percentages with limits, with the decimals of one of them."""
    limits = {"lower": digits(like), "upper": digits(like)}
    return {
        "survival": [
            {"time": Decimal(time), "percent": digits(like), "ci": dict(limits)} for time in times
        ]
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("like", ["50", "50.0"])
def test_plain_limits_of_an_arm_that_is_hardly_censored_are_met(seed: int, like: str) -> None:
    stated = arm("all", 300) | percentages(("3", "6", "12"), like)
    patients = known(seed, 300, 14.0, (11.5, 24.0))
    printed = print_like(analysis(stated, survival_interval="plain"), [patients])
    assert missed_figures(printed) == []


@pytest.mark.parametrize("seed", [4, 5])
def test_limits_of_an_arm_that_is_much_censored_are_met(seed: int) -> None:
    stated = arm("all", 230, 113) | percentages(("3", "18", "24", "48"), "50")
    patients = known(seed, 230, 55.0, (6.0, 70.0))
    printed = print_like(analysis(stated, survival_interval="plain"), [patients])
    assert missed_figures(printed) == []


def test_rows_in_days_with_an_event_on_the_day_itself_are_met() -> None:
    days = ("365", "730", "1095", "1825")
    at_risk = {"at_risk": [{"time": Decimal(day), "n": 1} for day in days]}
    both = [arm(name, 250, 100) | percentages(days, "50.0") | at_risk for name in ("old", "new")]
    patients = [known(seed, 250, 2300.0, (1700.0, 3000.0), 0) for seed in (6, 7)]
    patients[0].time[np.argmax(patients[0].time >= 365)] = 365.0
    patients[0].event[np.argmax(patients[0].time >= 365)] = True
    compared = contrast("0.90", ("0.70", "1.20"))
    printed = print_like(analysis(*both, compared, time_unit="day"), patients)
    assert missed_figures(printed) == []


def test_a_restricted_mean_may_be_finer_than_any_gap_of_patients() -> None:
    mean = {"rmst": [{"time": Decimal(900), "value": Decimal("1.0000")}]}
    both = [arm("old", 130, 100) | mean, arm("new", 90, 60) | mean]
    patients = [known(8, 130, 350.0, (600.0, 1100.0), 0), known(9, 90, 500.0, (600.0, 1100.0), 0)]
    printed = print_like(analysis(*both, time_unit="day"), patients)
    assert missed_figures(printed) == []


def test_a_fine_difference_of_restricted_means_leaves_the_ratio_as_printed() -> None:
    limits = {"lower": Decimal("1.0000"), "upper": Decimal("1.0000")}
    apart = {"rmst_difference": [{"time": Decimal(24), "value": Decimal("1.0000"), "ci": limits}]}
    compared = contrast("0.700", ("0.500", "1.000")) | apart
    both = [arm(name, 150, 90, "15.0", ("12.0", "19.0"), "59.0") for name in ("old", "new")]
    patients = [random_patients(10, 150), random_patients(11, 150, 28.0)]
    printed = print_like(analysis(*both, compared), patients)
    assert missed_figures(printed) == []


def test_strata_may_differ_in_hazard() -> None:
    generator = np.random.default_rng(12)
    sizes = {"old": (40, 40), "new": (44, 36)}
    times: list[Any] = []
    events: list[Any] = []
    strata: list[Any] = []
    for scale, of_arm in zip((1.0, 1.3), sizes.values(), strict=True):
        stratum = np.repeat([0, 1], of_arm)
        until = scale * np.where(stratum == 0, 4.0, 30.0) * generator.exponential(size=80)
        times.append(np.round(np.minimum(until, 60.0), 2) + 0.01)
        events.append(until <= 60.0)
        strata.append(stratum)
    printed = stratified_analysis(sizes, ("1", "1", "1"))
    figures = printed.figures
    values = dict(
        zip(figures, measure_figures(printed, times, events, figures, strata), strict=True)
    )
    ratio = [f"{value:.2f}" for figure, value in values.items() if "ratio" in figure.key.quantity]
    printed = stratified_analysis(sizes, (ratio[0], ratio[1], ratio[2]))
    made = reconstruct_analysis(printed)
    assert made.met


def stratified_analysis(sizes: dict[str, tuple[int, int]], ratio: tuple[str, str, str]) -> Any:
    """State two arms, the sizes of two strata, and a stratified ratio."""
    levels = [
        {"id": level, "per_arm": {name: counts[place] for name, counts in sizes.items()}}
        for place, level in enumerate(("poor", "good"))
    ]
    return analysis(
        *(arm(name, sum(counts)) for name, counts in sizes.items()),
        contrast(ratio[0], (ratio[1], ratio[2])),
        stratified_by=["risk"],
        stratification=[{"factor": "risk", "levels": levels}],
    )


def rows(*stated: tuple[str, str, str, str]) -> dict[str, Any]:
    """State percentages with their limits."""
    return {
        "survival": [
            {
                "time": Decimal(time),
                "percent": digits(percent),
                "ci": [digits(lower), digits(upper)],
            }
            for time, percent, lower, upper in stated
        ]
    }


def test_an_upper_limit_that_is_not_reached_lets_most_patients_leave_without_event() -> None:
    # printed from 233 simulated patients
    percent = rows(
        ("1.2", "94.0", "90.1", "96.4"),
        ("2.4", "85.4", "80.2", "89.3"),
        ("3.6", "76.0", "69.9", "81.0"),
    )
    stated = arm("all", 233, None, "7.1", ("6.2", "not reached")) | percent
    assert reconstruct_analysis(analysis(stated)).met


def test_limits_that_only_one_number_of_events_prints_are_met() -> None:
    # printed from 230 simulated patients: 15 events before month 3, neither 14 nor 16
    percent = rows(("3", "93", "90", "97"), ("18", "72", "66", "78"), ("24", "66", "60", "73"))
    stated = arm("all", 230, 113) | percent
    stated["survival"] += rows(("48", "42", "33", "50"))["survival"]
    assert reconstruct_analysis(analysis(stated, survival_interval="plain")).met


def test_limits_near_one_beside_numbers_at_risk_are_met() -> None:
    # printed from 91 simulated patients
    percent = rows(
        ("3", "98", "95", "100"),
        ("6", "93", "88", "99"),
        ("18", "76", "66", "85"),
        ("24", "70", "60", "80"),
        ("48", "49", "36", "62"),
    )
    counts = (("3", 89), ("6", 84), ("18", 60), ("24", 50), ("48", 19))
    at_risk = {"at_risk": [{"time": Decimal(time), "n": count} for time, count in counts]}
    stated = arm("all", 91, 43, "47.0", ("38.2", "64.0")) | percent | at_risk
    assert reconstruct_analysis(analysis(stated, survival_interval="plain")).met


def test_patients_at_risk_when_follow_up_ends_leave_then_and_not_before() -> None:
    def at_risk(*counts: int) -> dict[str, Any]:
        return {"at_risk": [{"time": 6 * row, "n": count} for row, count in enumerate(counts)]}

    followed = {"value": digits("24.0"), "ci": [digits("24.0"), digits("24.0")]}
    mean = {"time": 18, "value": digits("15.4"), "ci": [digits("14.8"), digits("16.1")]}
    old = arm("old", 217) | at_risk(217, 194, 169, 142, 116)
    new = arm("new", 207, None, "20.2", end="24.0") | at_risk(207, 180, 142, 112, 87)
    tested = contrast("1.47") | {"p_value": {"value": digits("0.006"), "sided": 2}}
    asked = analysis(old | {"median_follow_up": followed, "rmst": [mean]}, new, tested)
    assert reconstruct_analysis(asked).missed_sentences == []


@pytest.mark.slow
def test_a_p_value_near_the_edge_of_what_its_ratio_leaves_is_met_without_limits() -> None:
    curve = [{"time": 6, "percent": digits("87.2")}, {"time": 18, "percent": digits("66.9")}]
    curve.append({"time": 30, "percent": digits("64.8"), "ci": [digits("54.8"), digits("73.1")]})
    new = arm("new", 172, 43, "not reached", end="33.5")
    new["at_risk"] = [{"time": 12, "n": 106}, {"time": 24, "n": 28}]
    tested = contrast("0.89") | {"p_value": {"value": digits("0.57"), "sided": 2}}
    asked = analysis(arm("old", 171) | {"survival": curve}, new, tested)
    assert reconstruct_analysis(asked).missed_sentences == []
