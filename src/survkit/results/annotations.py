"""Remarks that GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from survkit.characters import visible
from survkit.results.outcomes import list_outcomes
from survkit.trial import line_of_analysis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reproduction import Reproduction

__all__ = ["github_annotations", "github_remarks"]


def github_annotations(reproductions: Sequence[Reproduction]) -> str:
    """
    Write a remark for every figure that fails the run.

    Parameters
    ----------
    reproductions : sequence of Reproduction
        The trials, reproduced.

    Returns
    -------
    str
        Workflow commands, a line each, that point at the analysis in its trial file; empty where
        nothing fails.

    References
    ----------
    .. [1] GitHub Docs, "Workflow commands for GitHub Actions", "Setting an error message".
    """
    return "".join(f"{line}\n" for each in reproductions for line in _annotations(each))


def github_remarks(title: str, sentences: Sequence[str]) -> str:
    """Write a remark for every sentence about the run as a whole."""
    start = f"::error title={_property(title)}::"
    return "".join(f"{start}{_escaped(sentence)}\n" for sentence in sentences)


def _annotations(reproduction: Reproduction) -> Iterator[str]:
    """Yield the remarks of one trial."""
    file = Path(reproduction.trial.origin)
    text = file.read_text("utf-8") if file.is_file() else ""
    for result in reproduction.analyses:
        line = line_of_analysis(text, result.analysis.id)
        for outcome in list_outcomes(reproduction.trial, result):
            if outcome.status == "failed":
                place = f"file={_property(file.as_posix())},line={line}"
                title = f"title={_property(outcome.address)}"
                yield f"::error {place},{title}::{_escaped(outcome.explanation)}"


def _escaped(text: str) -> str:
    """Escape what would end a message."""
    lines = "%0A".join(visible(line.replace("%", "%25")) for line in text.split("\n"))
    return lines.replace("##[", "## [")


def _property(text: str) -> str:
    """Escape what would end a property."""
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
