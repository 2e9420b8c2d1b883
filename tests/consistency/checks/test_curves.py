"""Figures of one curve that only falls."""

from __future__ import annotations

import pytest

from survkit.consistency.checks.curves import (
    figures_of_one_curve,
    percentages_fall,
    quantiles_in_order,
)
from tests.consistency.sheets import found, sheet

WRONG = [("impossible", "drug")]


def test_percentages_that_rise() -> None:
    own = {"drug survival 6": "40", "drug survival 12": "40"}
    assert found(percentages_fall, sheet(own)) == []
    assert found(percentages_fall, sheet(own | {"drug survival 12": "41"})) == WRONG
    assert found(percentages_fall, sheet(own | {"drug survival 12": "40.4"})) == []
    assert found(percentages_fall, sheet(own | {"drug survival 6": "<2"})) == WRONG


def test_quantiles_out_of_order() -> None:
    own = {"drug lower_quartile": "3.0", "drug median": "8.1", "drug upper_quartile": "not reached"}
    assert found(quantiles_in_order, sheet(own)) == []
    assert found(quantiles_in_order, sheet(own | {"drug lower_quartile": "8.2"})) == WRONG
    assert found(quantiles_in_order, sheet(own | {"drug lower_quartile": "not reached"})) == WRONG


@pytest.mark.parametrize(
    ("median", "percent", "fits"),
    [
        ("12.0", "49", True),  # the median may be 11.95
        ("12.1", "49", False),
        ("12.1", "50", True),
        ("11.9", "51", False),
        ("11.9", "50", True),
        ("12.0", "60", True),  # or 12.05
        ("not reached", "49", False),
        ("not reached", "50", True),
        ("11.9", "50.1", False),
    ],
)
def test_a_median_against_survival_at_12(median: str, percent: str, fits: bool) -> None:
    own = sheet({"drug median": median, "drug survival 12": percent})
    assert found(figures_of_one_curve, own) == ([] if fits else WRONG)


def test_numbers_at_risk_hold_the_curve_up() -> None:
    """40 of 100 seen at 12 have survived 6: at least 40 % have."""
    own = {"drug n": "100", "drug at_risk 12": "40"}
    assert found(figures_of_one_curve, sheet(own | {"drug survival 6": "40"})) == []
    assert found(figures_of_one_curve, sheet(own | {"drug survival 6": "39"})) == WRONG
    # at 12 itself, some of the 40 may have their event at that very time
    assert found(figures_of_one_curve, sheet(own | {"drug survival 12": "20"})) == []
    # 60 of 100 at risk after the median
    late = {"drug n": "100", "drug at_risk 12": "60", "drug median": "8.0"}
    assert found(figures_of_one_curve, sheet(late)) == WRONG


def test_both_figures_are_told() -> None:
    (finding,) = figures_of_one_curve(sheet({"drug median": "12.1", "drug survival 12": "45"}))
    assert finding.check == "quantiles against percentages"
    assert [figure.key.quantity for figure in finding.figures] == ["median", "survival"]
    assert finding.numbers == {"at_least": 50.0, "at_most": 45.5}
