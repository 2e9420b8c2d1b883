"""The audit as a whole: shipped trials, files that contradict themselves, simulated trials."""

from __future__ import annotations

from pathlib import Path

import pytest

import survkit
from benchmarks.simulated import simulate_analysis
from survkit.consistency import CHECKS, Finding, Severity, audit
from survkit.crossvalidation import audit as audit_with_forecasts
from survkit.reproduction import reproduce, seek_witness
from survkit.trial import load_trial, read_trial, shipped_trials
from tests.consistency.sheets import severities, sheet

CONTRADICTIONS = sorted(
    (Path(__file__).parents[1] / "specs" / "contradictions").glob("*.toml"),
    key=lambda path: path.name,
)
DOCS = Path(__file__).parents[2] / "docs" / "audit.md"


UNLIKELY = {("ef-14", "os-age-65", "p-value against interval")}
"""EF-14 prints P = 0.02 beside an interval from 0.33 to 0.77 for the older patients."""


@pytest.mark.parametrize("name", shipped_trials())
def test_no_shipped_trial_is_impossible_or_unlikely(name: str) -> None:
    grave = [each for each in audit(load_trial(name)) if each.severity is not Severity.NOTE]
    assert {each.severity for each in grave} <= {Severity.UNLIKELY}
    assert {(name, each.analysis, each.check) for each in grave} == {
        own for own in UNLIKELY if own[0] == name
    }


@pytest.mark.parametrize("path", CONTRADICTIONS, ids=lambda path: path.stem)
def test_a_file_that_contradicts_itself_is_read_and_found_impossible(path: Path) -> None:
    findings = audit(read_trial(path))
    weak = path.stem == "difference-outside-interval"
    assert findings, path
    assert findings[0].severity is Severity.IMPOSSIBLE or weak
    assert all(part for finding in findings for part in (finding.printed, finding.required))


@pytest.mark.slow
@pytest.mark.parametrize("path", CONTRADICTIONS, ids=lambda path: path.stem)
def test_a_file_that_contradicts_itself_has_a_verdict(path: Path) -> None:
    """Disagreement with a paper is a verdict: the rest of survkit does not break on it."""
    result = reproduce(read_trial(path), explain=False)
    assert result.analyses[0].findings


@pytest.mark.parametrize("number", range(150))
def test_true_figures_raise_no_false_alarm(number: int) -> None:
    _, analysis = simulate_analysis(number)
    assert [each for each in audit(analysis) if each.severity is Severity.IMPOSSIBLE] == []


def test_findings_are_sorted_and_know_their_analysis() -> None:
    trial = read_trial(CONTRADICTIONS[0])
    findings = audit(trial)
    order = list(Severity)
    ranks = [order.index(finding.severity) for finding in findings]
    assert ranks == sorted(ranks)
    assert {finding.analysis for finding in findings} == {trial.analyses[0].id}
    assert findings[0].sentence.startswith("printed: ")


def test_every_check_is_documented() -> None:
    text = DOCS.read_text("utf-8")
    for check in CHECKS:
        assert f"`{check.__name__}`" in text, check.__name__


def test_the_public_names() -> None:
    assert survkit.audit is audit_with_forecasts
    assert survkit.Finding is Finding
    assert survkit.Severity is Severity
    assert {"audit", "Finding", "Severity"} <= set(survkit.__all__)


def test_ef_14_with_a_mistyped_arm_and_record_1_mixed_from_two_analyses() -> None:
    ef_14 = sheet({"drug n": "466", "placebo n": "299", "total_n": "695"})
    assert severities(ef_14) == {"totals of arms": "impossible"}
    record_1 = sheet({"drug n": "277", "placebo n": "139", "total_n": "410"})
    assert severities(record_1) == {"totals of arms": "impossible"}


def test_an_interim_interval_of_an_impossible_median() -> None:
    """EF-14, interim, as a news report prints it: 20.5 (16.7 to 19.1)."""
    own = sheet({"drug median": "20.5", "drug median_lower": "16.7", "drug median_upper": "19.1"})
    assert severities(own) == {"estimate inside interval": "impossible"}


def test_patients_that_print_everything_are_a_witness() -> None:
    """RADIANT-3 with its percentages at 18 months, which the reconstruction proper keeps out."""
    analysis = load_trial("radiant-3").analysis("pfs-investigator")
    witness = seek_witness(analysis)
    assert witness.proves
    assert len(witness.matches) == len(analysis.figures)
    survival = [each for each in witness.matches if each.figure.key.name == "survival"]
    assert {str(each.figure.printed) for each in survival} == {"9", "34", "34.2"}


def test_figures_that_no_patients_print_have_no_witness() -> None:
    trial = load_trial("radiant-3")
    witness = seek_witness(trial.analyses[0].model_copy(update={"total_n": None}))
    assert witness.missed == ()
    contradictory = read_trial(CONTRADICTIONS[0])
    assert not seek_witness(contradictory.analyses[0]).proves
