"""Strata: sizes add up, and the stratified figures are those that print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.comparison import Verdict
from survkit.reconstruction.constraints.strata import apportion, assign_strata, spread_evenly
from survkit.reproduction import reproduce_analysis
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.trial import Analysis

CHEMOTHERAPY = {
    "factor": "prior chemotherapy",
    "levels": [{"id": "yes", "n": 189}, {"id": "no", "n": 221}],
}
STATUS = {
    "factor": "performance status",
    "levels": [{"id": "0", "n": 279}, {"id": "1-2", "n": 131}],
}


def radiant_like(*factors: dict[str, object], **test: object) -> Analysis:
    """Print RADIANT-3's figures, as if its model were stratified by the sizes of its sub-groups."""
    compared = contrast("0.35", ("0.27", "0.45"))
    compared["p_value"] = {"value": "<0.001", "sided": 1, "stratified": True} | test
    return analysis(
        arm("placebo", 203, 165, "4.6", ("3.1", "5.4")),
        arm("everolimus", 207, 109, "11.0", ("8.4", "13.9")),
        compared | {"experimental": "everolimus", "reference": "placebo"},
        stratified_by=[factor["factor"] for factor in factors],
        stratification=list(factors),
    )


@pytest.mark.parametrize("factors", [(CHEMOTHERAPY,), (CHEMOTHERAPY, STATUS)])
def test_stratified_figures_are_reproduced(factors: tuple[dict[str, object], ...]) -> None:
    result = reproduce_analysis(radiant_like(*factors))
    assert {c.verdict for c in result.comparisons} == {Verdict.REPRODUCED}
    assert "stratum" in result.reconstruction.ipd


def test_levels_have_their_printed_sizes() -> None:
    ipd = reproduce_analysis(radiant_like(CHEMOTHERAPY, STATUS)).reconstruction.ipd
    chemotherapy = ipd["stratum"].astype(str).str.split("/").str[0]
    status = ipd["stratum"].astype(str).str.split("/").str[1]
    assert chemotherapy.value_counts().to_dict() == {"yes": 189, "no": 221}
    assert status.value_counts().to_dict() == {"0": 279, "1-2": 131}


def test_what_is_assumed_of_the_strata_is_said() -> None:
    found = assign_strata(radiant_like(CHEMOTHERAPY, STATUS))
    assert found is not None
    assert found.names == ("yes/0", "yes/1-2", "no/0", "no/1-2")
    assert found.assumptions == (
        *(
            f"sizes of the strata by {factor} are printed over all arms: every arm is taken to "
            "have the same shares"
            for factor in ("prior chemotherapy", "performance status")
        ),
        "prior chemotherapy and performance status are taken to be independent of each other",
    )


def test_sizes_by_arm_are_kept() -> None:
    levels = [
        {"id": "yes", "per_arm": {"placebo": 60, "everolimus": 129}},
        {"id": "no", "per_arm": {"placebo": 143, "everolimus": 78}},
    ]
    found = assign_strata(radiant_like({"factor": "prior chemotherapy", "levels": levels}))
    assert found is not None
    assert [np.bincount(codes).tolist() for codes in found.codes] == [[60, 143], [129, 78]]
    assert not found.assumptions


def test_patients_without_a_stratum_are_shared_out_and_said() -> None:
    levels = [{"id": "yes", "n": 180}, {"id": "no", "n": 220}]
    found = assign_strata(radiant_like({"factor": "prior chemotherapy", "levels": levels}))
    assert found is not None
    assert sum(codes.size for codes in found.codes) == 410
    assert found.assumptions[-1].startswith("10 patients without a stratum")


def test_without_sizes_there_are_no_strata() -> None:
    asked = analysis(arm("old", 50, 30, "5.0"), stratified_by=["age"])
    assert assign_strata(asked) is None


def test_an_unstratified_test_beside_a_stratified_model_is_no_target() -> None:
    result = reproduce_analysis(radiant_like(CHEMOTHERAPY, stratified=False, value="<0.001"))
    assert result.reconstruction.met


@given(st.integers(0, 500), st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_parts_add_up_and_are_proportional(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - ideal) < 1.0 for part, ideal in zip(parts, exact, strict=True))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_labels_are_spread_over_the_whole_row(counts: list[int]) -> None:
    labels = spread_evenly(counts)
    assert np.bincount(labels, minlength=len(counts)).tolist() == counts
    for label, count in enumerate(counts):
        share = np.cumsum(labels == label) - count * np.arange(1, labels.size + 1) / max(
            1, sum(counts)
        )
        assert np.abs(share).max(initial=0.0) < len(counts)
