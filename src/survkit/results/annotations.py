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
    from survkit.results.lock import Drift

__all__ = ["github_annotations", "github_remarks"]


def github_annotations(reproductions: Sequence[Reproduction]) -> str:
    """
    Write a remark for every figure that fails the run: workflow commands, a line each.

    They point at the analysis in its trial file; where nothing fails, the text is empty.

    References
    ----------
    .. [1] GitHub Docs, "Workflow commands for GitHub Actions", "Setting an error message".
    """
    return "".join(f"{line}\n" for each in reproductions for line in _annotations(each))


def github_remarks(title: str, drifts: Sequence[Drift]) -> str:
    """
    Write a remark, under one title, for everything that moved since a record was made.

    Workflow commands, a line each, that point at the analysis in its trial file where there is one.
    """
    commands = []
    for drift in drifts:
        place = _place(Path(drift.file), drift.analysis) if drift.file else ""
        commands.append(f"::error {place}title={_property(title)}::{_escaped(drift.sentence)}\n")
    return "".join(commands)


def _annotations(reproduction: Reproduction) -> Iterator[str]:
    """Yield the remarks of one trial."""
    file = Path(reproduction.trial.origin)
    for result in reproduction.analyses:
        place = _place(file, result.analysis.id)
        for outcome in list_outcomes(reproduction.trial, result):
            if outcome.status == "failed":
                title = f"title={_property(outcome.address)}"
                yield f"::error {place}{title}::{_escaped(outcome.explanation)}"


def _place(file: Path, analysis: str) -> str:
    """Point at an analysis in its file."""
    text = file.read_text("utf-8") if file.is_file() else ""
    return f"file={_property(file.as_posix())},line={line_of_analysis(text, analysis)},"


def _escaped(text: str) -> str:
    """Escape what would end a message."""
    lines = "%0A".join(visible(line.replace("%", "%25")) for line in text.split("\n"))
    return lines.replace("##[", "## [")


def _property(text: str) -> str:
    """Escape what would end a property."""
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
