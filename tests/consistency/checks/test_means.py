"""Restricted means are areas."""

from __future__ import annotations

import pytest

from survkit.consistency.checks.means import difference_of_means, means_of_one_curve
from tests.consistency.sheets import PAIR, found, sheet


@pytest.mark.parametrize(
    ("figures", "fits"),
    [
        ({"drug rmst 24": "24.0"}, True),
        ({"drug rmst 24": "24.1"}, False),
        ({"drug rmst 12": "9.0", "drug rmst 24": "8.0"}, False),
        ({"drug rmst 12": "9.0", "drug rmst 24": "14.0"}, True),
        # from 1 to 40 % by 12, 40 % or less after: at most 12 + 4.8, at least 4.8
        ({"drug rmst 24": "16.9", "drug survival 12": "40"}, True),
        ({"drug rmst 24": "17.1", "drug survival 12": "40"}, False),
        ({"drug rmst 24": "4.6", "drug survival 12": "40"}, False),
        # half survive 12: 6 at least
        ({"drug rmst 24": "6.0", "drug median": "12.0"}, True),
        ({"drug rmst 24": "5.8", "drug median": "12.0"}, False),
    ],
)
def test_areas(figures: dict[str, str], fits: bool) -> None:
    assert found(means_of_one_curve, sheet(figures)) == ([] if fits else [("impossible", "drug")])


def test_differences() -> None:
    means = {"drug rmst 24": "12.3", "placebo rmst 24": "9.1"}
    assert found(difference_of_means, sheet(means | {"rmst_difference 24": "3.3"})) == []
    apart = sheet(means | {"rmst_difference 24": "3.4"})
    assert found(difference_of_means, apart) == [("unlikely", PAIR)]


@pytest.mark.parametrize(("value", "fits"), [("8", True), ("9", True), ("11", False)])
def test_a_difference_of_percentages_is_that_of_the_two(value: str, fits: bool) -> None:
    figures = {"drug survival 12": "58", "placebo survival 12": "50"}
    figures |= {"survival_difference 12": value}
    assert (not list(difference_of_means(sheet(figures)))) is fits
