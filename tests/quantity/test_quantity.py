"""The table of quantities and the keys of figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from survkit.quantity import QUANTITIES, FigureKey
from survkit.trial import Analysis, Arm, Contrast


def test_labels_are_unique() -> None:
    labels = [quantity.label for quantity in QUANTITIES.values()]
    assert len(set(labels)) == len(labels)


def test_a_key_reads_like_a_sentence() -> None:
    at_18 = FigureKey("survival", "placebo", Decimal(18), "lower")
    assert str(at_18) == "placebo: survival at 18, lower limit"
    assert str(FigureKey("n", "placebo")) == "placebo: patients"
    assert str(FigureKey("total_n", "")) == "patients, all arms"


@pytest.mark.parametrize("estimate", [FigureKey("median", "drug"), FigureKey("n", "drug")])
def test_limits_know_their_estimate_and_have_names_of_their_own(estimate: FigureKey) -> None:
    lower, upper = estimate.limits
    assert lower.estimate == upper.estimate == estimate
    assert (lower.is_limit, upper.is_limit, estimate.is_limit) == (True, True, False)
    names = [key.name for key in (estimate, lower, upper)]
    assert names == [estimate.quantity, f"{estimate.quantity}_lower", f"{estimate.quantity}_upper"]
    assert lower.definition is estimate.definition


def test_one_point_in_time_is_one_key_however_it_is_written() -> None:
    keys = {
        FigureKey("survival", "drug", Decimal(18)),
        FigureKey("survival", "drug", Decimal("18.0")),
    }
    assert len(keys) == 1


def test_every_quantity_is_a_key_of_the_trial_file() -> None:
    owners = {"arm": Arm, "contrast": Contrast, "analysis": Analysis}
    for key, quantity in QUANTITIES.items():
        assert key in owners[quantity.scope].model_fields


def test_a_restricted_mean_names_its_horizon() -> None:
    key = FigureKey("rmst_difference", "drug vs placebo", Decimal(24), "upper")
    assert str(key) == "drug vs placebo: restricted mean difference at 24, upper limit"
