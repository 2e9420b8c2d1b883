"""Figures in each other's way: a set that fails, and does not without any one of its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survkit.reconstruction import find_conflict, reconstruct_analysis
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.trial import Analysis

OLD, NEW = arm("old", 203, 165, "4.6", ("3.1", "5.4")), arm("new", 207, 109, "11.0")


def names(asked: Analysis) -> list[str]:
    found = find_conflict(asked)
    return [] if found is None else [f"{figure.key}" for figure in found.figures]


def test_figures_that_go_together_are_in_no_conflict() -> None:
    assert find_conflict(analysis(OLD, NEW, contrast("0.35", ("0.27", "0.45")))) is None


def test_an_interval_too_narrow_for_the_patients_is_named_alone() -> None:
    """SE >= 2 / sqrt(events): 0.30 to 0.41 would need more than 600 events among 410 patients."""
    asked = analysis(OLD, NEW, contrast("0.35", ("0.30", "0.41")))
    assert names(asked) == [
        "new vs old: hazard ratio, lower limit",
        "new vs old: hazard ratio, upper limit",
    ]


def test_a_schedule_is_left_out_before_any_figure() -> None:
    compared = contrast("0.35", ("0.30", "0.41"))
    plain, read = (
        find_conflict(analysis(OLD, NEW, compared, assessment_every=every)) for every in (None, 3)
    )
    assert read == plain
    assert read is not None


def test_percentages_against_numbers_at_risk_are_named_of_the_arm_alone() -> None:
    """Everybody is still at risk at 12 months, so nobody can have died before."""
    crowded = OLD | {
        "survival": [{"time": 11, "percent": 40}],
        "at_risk": [{"time": 12, "n": 150}],
    }
    found = find_conflict(analysis(crowded, NEW, contrast("0.35")))
    assert found is not None
    assert found.minimal
    assert {figure.key.subject for figure in found.figures} == {"old"}
    assert {figure.key.quantity for figure in found.figures} <= {"survival", "at_risk", "median"}


@pytest.mark.parametrize("limits", [("0.30", "0.41"), ("0.34", "0.36")])
def test_a_minimal_conflict_is_one(limits: tuple[str, str]) -> None:
    asked = analysis(OLD, NEW, contrast("0.35", limits))
    found = find_conflict(asked)
    assert found is not None
    assert found.minimal
    inputs = {figure.key for figure in asked.figures if figure.key.quantity != "n"}
    conflict = {figure.key for figure in found.figures}
    assert not reconstruct_analysis(asked, without=frozenset(inputs - conflict)).met
    for key in conflict:
        assert reconstruct_analysis(asked, without=frozenset(inputs - conflict | {key})).met


def test_what_the_audit_proves_is_named_and_not_what_a_search_missed() -> None:
    """A ratio outside its own interval: neither the p-value nor an arm has a part in it."""
    asked = analysis(
        OLD, NEW, contrast("0.72", ("0.36", "0.69")) | {"p_value": {"value": "<0.001"}}
    )
    found = names(asked)
    assert "new vs old: hazard ratio" in found
    assert set(found) <= {f"new vs old: hazard ratio{side}" for side in ("", ", upper limit")}
