"""JUnit XML: every printed figure is a test case, named as pytest names it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import PurePath
from typing import TYPE_CHECKING

from survkit.characters import visible
from survkit.results.outcomes import Outcome, list_outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reproduction import Reproduction

__all__ = ["junit_xml"]


def junit_xml(reproductions: Sequence[Reproduction]) -> str:
    """
    Write down a run for programs that read JUnit's results, a suite per trial, a case per figure.

    There are no times, so that the same run gives the same bytes. Missed checks and figures that
    cannot be compared are skipped, with the reason.
    """
    root = ET.Element("testsuites", name="survkit")
    for reproduction in reproductions:
        trial = reproduction.trial
        outcomes = [
            (result.analysis.id, outcome)
            for result in reproduction.analyses
            for outcome in list_outcomes(trial, result)
        ]
        failed = sum(outcome.status == "failed" for _, outcome in outcomes)
        passed = sum(outcome.status == "passed" for _, outcome in outcomes)
        suite = ET.SubElement(
            root,
            "testsuite",
            name=trial.id,
            tests=str(len(outcomes)),
            failures=str(failed),
            errors="0",
            skipped=str(len(outcomes) - failed - passed),
        )
        file = PurePath(trial.origin).name or f"{trial.id}.toml"
        for analysis_id, outcome in outcomes:
            case = ET.SubElement(
                suite,
                "testcase",
                classname=visible(f"{file}.{analysis_id}"),
                name=visible(outcome.id),
            )
            _add_result(case, outcome)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _add_result(case: ET.Element, outcome: Outcome) -> None:
    """Say how a case came out, unless it passed."""
    comparison = outcome.comparison
    message = visible(f"printed {comparison.figure.printed}, refitted {comparison.rendered}")
    if outcome.status == "failed":
        ET.SubElement(case, "failure", message=message).text = _lines(outcome.explanation)
    elif outcome.status == "missed check":
        ET.SubElement(case, "skipped", message=f"kept out and missed: {message}")
    elif outcome.status == "not comparable":
        ET.SubElement(case, "skipped", message=visible(f"not comparable: {comparison.reason}"))


def _lines(text: str) -> str:
    """Keep what XML has no character for out of a text of several lines."""
    return "\n".join(map(visible, text.split("\n")))
