"""A run as Markdown, JUnit XML and remarks, on a made-up reproduction with every verdict."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from survkit.results import (
    explain_comparison,
    github_annotations,
    junit_xml,
    list_outcomes,
    markdown_summary,
)
from tests.cli.example import make_example

MISSED = make_example(missed=True)
GOOD = make_example(missed=False)


def test_an_outcome_per_figure_and_only_binding_misses_fail() -> None:
    (result,) = MISSED.analyses
    outcomes = {outcome.id: outcome.status for outcome in list_outcomes(MISSED.trial, result)}
    assert len(outcomes) == len(result.analysis.figures)
    assert [name for name, status in outcomes.items() if status == "failed"] == ["control.events"]
    assert outcomes["hazard_ratio"] == "passed"  # within its tolerance
    assert outcomes["control.survival[18]"] == "missed check"
    assert outcomes["p_value"] == "not comparable"


def test_an_explanation_names_allowance_and_source() -> None:
    (result,) = MISSED.analyses
    lines = {
        outcome.id: explain_comparison(outcome.comparison, MISSED.trial).splitlines()
        for outcome in list_outcomes(MISSED.trial, result)
    }
    assert lines["control.events"] == [
        "printed 80, refitted 81",
        "  figure     control: events (input)",
        "  printed    80",
        "  refitted   81 (81)",
        "  allowance  0.5, half a unit of the last printed digit",
        "  source     authors-2020: Authors et al. A journal 2020 "
        "(nobody has read the figure there yet)",
    ]
    assert "  allowance  0.02, stated: the printed model is adjusted" in lines["hazard_ratio"]
    assert "  allowance  none: not reached must hold" in lines["active.median"]


def test_junit_counts_what_it_lists() -> None:
    root = ET.fromstring(junit_xml([MISSED, GOOD]))
    first, second = root
    for suite, failures in ((first, "1"), (second, "0")):
        cases = list(suite)
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == failures
        assert failures == str(sum(case.find("failure") is not None for case in cases))
        assert suite.get("skipped") == str(sum(case.find("skipped") is not None for case in cases))
    (failed,) = first.iter("failure")
    assert failed.get("message") == "printed 80, refitted 81"
    assert junit_xml([MISSED]) == junit_xml([MISSED])


def test_markdown_names_what_fails_and_what_is_information() -> None:
    text = markdown_summary([MISSED], ["A note."])
    assert text.startswith("## survkit: 1 of 1 missed\n")
    assert re.search(
        r"\| example-1 \| pfs-local \| .* \| 11/12 \| 1/4 \|.*\| \*\*missed\*\* \|", text
    )
    assert (
        "| `example.toml::pfs-local::control.events` | 80 | 81 (81) | 0.5 | authors-2020 |" in text
    )
    assert text.index("Figures that fail the run") < text.index("Checks that were missed")
    assert "- A note.\n" in text
    assert "synthetic" in text
    good = markdown_summary([GOOD])
    assert good.startswith("## survkit: 1 reproduced\n")
    assert "Figures that fail" not in good


@pytest.mark.parametrize(("reproduction", "count"), [(MISSED, 1), (GOOD, 0)])
def test_a_remark_per_figure_that_fails(reproduction: object, count: int) -> None:
    text = github_annotations([reproduction])
    assert text.count("::error ") == len(text.splitlines()) == count


def test_what_would_end_a_remark_is_escaped() -> None:
    text = github_annotations([MISSED])
    place, _, message = text.removeprefix("::error ").partition("::")
    assert place == (
        "file=example.toml,line=1,title=example.toml%3A%3Apfs-local%3A%3Acontrol.events"
    )
    assert message.startswith("printed 80, refitted 81%0A  figure")
