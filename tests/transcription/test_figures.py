"""Printed figures go to the arms that they are said of, or are left out with a sentence."""

from __future__ import annotations

import pytest

from survkit.drawings import PrintedText
from survkit.transcription.draft import DraftFigure
from survkit.transcription.figures import Compared, contrast_of, medians_of

ARMS = (
    Compared(id="placebo", name="Placebo", area=8.0),
    Compared(id="drug", name="Drug", area=12.0),
)
NAMES = {"placebo": "Placebo", "drug": "Drug"}


def ratio(value: str, words: str = "HR", ci: tuple[str, str] | None = None) -> PrintedText:
    return PrintedText(quantity="hazard_ratio", value=value, ci=ci, words=words)


def test_the_direction_follows_the_words() -> None:
    remarks: list[str] = []
    found = contrast_of((ratio("1.80", "HR placebo vs drug 1.80"),), ARMS, remarks)
    assert found is not None
    assert (found.experimental, found.reference) == ("placebo", "drug")


@pytest.mark.parametrize(("value", "experimental"), [("0.60", "drug"), ("1.60", "placebo")])
def test_the_direction_follows_the_curves_and_it_is_said(value: str, experimental: str) -> None:
    remarks: list[str] = []
    found = contrast_of((ratio(value),), ARMS, remarks)
    assert found is not None
    assert found.experimental == experimental
    assert any("as the reference: its curve is the" in remark for remark in remarks)


def test_limits_their_level_and_the_test_are_read() -> None:
    remarks: list[str] = []
    printed = (
        ratio("·70", "HR ·70 (90% CI ·50-·98)", ("·50", "·98")),
        PrintedText(
            quantity="p_value", value="<0.001", words="stratified log-rank, one-sided p<0.001"
        ),
    )
    found = contrast_of(printed, ARMS, remarks)
    assert found is not None
    assert found.hazard_ratio == DraftFigure(value="0.70", ci=("0.50", "0.98"), level="90")
    assert found.p_value == DraftFigure(value="<0.001")
    assert (found.sided, found.stratified) == (1, True)


@pytest.mark.parametrize("value", ["0", "NR", "<0.5", "1e9"])
def test_what_is_no_hazard_ratio_is_left_out(value: str) -> None:
    remarks: list[str] = []
    assert contrast_of((ratio(value),), ARMS, remarks) is None
    assert any("is left out" in remark for remark in remarks)


def test_limits_on_the_wrong_side_are_left_out() -> None:
    remarks: list[str] = []
    found = contrast_of((ratio("0.70", "HR", ("0.80", "0.98")),), ARMS, remarks)
    assert found is not None
    assert found.hazard_ratio == DraftFigure(value="0.70")
    assert any("limits" in remark for remark in remarks)


def test_figures_of_three_arms_are_nobodys() -> None:
    remarks: list[str] = []
    assert contrast_of((ratio("0.70"),), (*ARMS, ARMS[0]), remarks) is None
    assert "there are 3 arms" in remarks[0]


def test_medians_go_to_the_arm_of_that_name() -> None:
    remarks: list[str] = []
    printed = tuple(
        PrintedText(quantity="median", value=value, arm=arm, words=f"{arm}: {value} months")
        for arm, value in (("DRUG", "11.0"), ("Placebo", "NR"), ("Other", "5"), ("", "7"))
    )
    found = medians_of(printed, NAMES, remarks)
    assert found == {"drug": DraftFigure(value="11.0"), "placebo": DraftFigure(value="not reached")}
    assert len(remarks) == 2
