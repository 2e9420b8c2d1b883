"""The table of quantities and the keys of figures."""

from __future__ import annotations

from decimal import Decimal

from survkit.quantity import QUANTITIES, FigureKey
from survkit.trial import Analysis, Arm, Contrast


def test_every_limit_follows_its_estimate_and_shares_its_unit() -> None:
    order = list(QUANTITIES)
    for key, quantity in QUANTITIES.items():
        if quantity.limit_of is None:
            continue
        estimate = QUANTITIES[quantity.limit_of]
        assert key in {f"{estimate.key}_lower", f"{estimate.key}_upper"}
        assert order.index(estimate.key) < order.index(key)
        assert (quantity.unit, quantity.scope, quantity.timed) == (
            estimate.unit,
            estimate.scope,
            estimate.timed,
        )


def test_limits_come_in_pairs() -> None:
    estimates = [quantity.limit_of for quantity in QUANTITIES.values() if quantity.limit_of]
    assert sorted(estimates) == sorted(2 * list(dict.fromkeys(estimates)))


def test_labels_are_unique() -> None:
    labels = [quantity.label for quantity in QUANTITIES.values()]
    assert len(set(labels)) == len(labels)


def test_a_key_reads_like_a_sentence() -> None:
    at_18 = FigureKey("survival_lower", "placebo", Decimal(18))
    assert str(at_18) == "placebo: survival at 18, lower limit"
    assert str(FigureKey("n", "placebo")) == "placebo: patients"
    assert str(FigureKey("total_n", "")) == "patients, all arms"
    assert at_18.definition.limit_of == "survival"


def test_one_point_in_time_is_one_key_however_it_is_written() -> None:
    keys = {
        FigureKey("survival", "drug", Decimal(18)),
        FigureKey("survival", "drug", Decimal("18.0")),
    }
    assert len(keys) == 1


def test_every_quantity_is_a_key_of_the_trial_file() -> None:
    owners = {"arm": Arm, "contrast": Contrast, "analysis": Analysis}
    for key, quantity in QUANTITIES.items():
        if quantity.limit_of is None:
            assert key in owners[quantity.scope].model_fields


def test_a_restricted_mean_names_its_horizon() -> None:
    key = FigureKey("rmst_difference_upper", "drug vs placebo", Decimal(24))
    assert str(key) == "drug vs placebo: restricted mean difference at 24, upper limit"
