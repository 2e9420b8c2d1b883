"""One-sided tests of either direction and tests against a margin, printed from known patients."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from survkit.reconstruction.patients import reconstruct_analysis
from survkit.trial import hypothesis_of
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.printing import Patients, random_patients
from tests.reconstruction.reprinting import missed_figures, print_like

BETTER, WORSE = ("old", "new"), ("new", "old")


def arms(seed: int, n: int = 150, scale: float = 29.0) -> tuple[Patients, Patients]:
    """Patients of whom the second arm leaves later."""
    return random_patients(seed, n), random_patients(seed + 100, n, scale)


def template(p_value: dict[str, Any], above: tuple[str, str]) -> Any:
    """What is printed: the arm that leaves later over the other one, or the reverse."""
    ratio = "0.75" if above == BETTER else "1.33"
    stated = contrast(ratio, ("0.60", "1.90"), arms=(above[1], above[0]))
    both = [arm(name, 150, 90, "15.0", ("12.0", "19.0"), "59.0") for name in ("old", "new")]
    return analysis(*both, stated | {"p_value": p_value})


@pytest.mark.parametrize("above", [BETTER, WORSE])
@pytest.mark.parametrize("test", ["log-rank", "wald"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_one_sided_p_is_met_on_the_side_of_the_ratio(
    above: tuple[str, str], test: str, seed: int
) -> None:
    stated = {"value": Decimal("0.0100"), "sided": 1, "test": test}
    printed = print_like(template(stated, above), arms(seed))
    assert printed.contrasts[0].p_value is not None
    assert printed.contrasts[0].p_value.printed.upper < 0.5
    assert missed_figures(printed) == []


@pytest.mark.parametrize("alternative", ["less", "greater"])
def test_a_stated_direction_counts_whatever_the_ratio(alternative: str) -> None:
    stated = {"value": Decimal("0.500"), "sided": 1, "alternative": alternative}
    printed = print_like(template(stated, WORSE), arms(3))
    p_value = printed.contrasts[0].p_value
    assert p_value is not None
    assert (p_value.printed.upper < 0.5) == (alternative == "greater")
    assert missed_figures(printed) == []
    said = reconstruct_analysis(printed).assumptions
    assert not any("one-sided" in sentence for sentence in said)


def test_the_direction_that_is_assumed_is_said() -> None:
    printed = print_like(template({"value": Decimal("0.010"), "sided": 1}, WORSE), arms(4))
    (said,) = (one for one in reconstruct_analysis(printed).assumptions if "one-sided" in one)
    assert "old vs new is taken to test for a ratio greater than 1" in said


@pytest.mark.parametrize("margin", ["1.46", "1.15"])
@pytest.mark.parametrize("seed", [5, 6])
def test_a_non_inferiority_p_is_met_against_its_margin(margin: str, seed: int) -> None:
    stated = {"value": Decimal("0.0100"), "sided": 1, "margin": Decimal(margin)}
    old, new = random_patients(seed, 400), random_patients(seed + 100, 400, 21.0)
    printed = print_like(template(stated, BETTER), (old, new))
    hypothesis = hypothesis_of(printed.arms, printed.contrasts[0])
    assert (hypothesis.alternative, hypothesis.log_margin) == ("less", math.log(Decimal(margin)))
    assert missed_figures(printed) == []


@pytest.mark.slow
def test_an_unknown_margin_leaves_nothing_to_compare() -> None:
    stated = {"value": "<0.001", "sided": 1, "margin": "not stated"}
    asked = template(stated, BETTER)
    assert [one.role for one in asked.figures if one.key.quantity == "p_value"] == ["check"]
    assert not any(
        one.figure.key.quantity == "p_value" for one in reconstruct_analysis(asked).matches
    )
    (verdict,) = missed_figures(asked)[-1:]
    assert "p-value <0.001" in verdict


@pytest.mark.parametrize(
    ("p", "ratio", "alternative"),
    [("0.01", "1.30", "greater"), ("0.99", "1.30", "less"), ("0.01", "0.70", "less")],
)
def test_a_p_above_one_half_looked_the_other_way(p: str, ratio: str, alternative: str) -> None:
    stated = contrast(ratio) | {"p_value": {"value": Decimal(p), "sided": 1}}
    asked = analysis(arm("old", 100), arm("new", 100), stated)
    assert hypothesis_of(asked.arms, asked.contrasts[0]).alternative == alternative


def test_medians_point_where_there_is_no_ratio() -> None:
    stated = {"experimental": "new", "reference": "old"}
    stated |= {"p_value": {"value": Decimal("0.01"), "sided": 1}}
    asked = analysis(arm("old", 100, 90, "12.0"), arm("new", 100, 90, "9.0"), stated)
    assert hypothesis_of(asked.arms, asked.contrasts[0]).alternative == "greater"
