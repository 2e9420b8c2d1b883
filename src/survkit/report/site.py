"""Reproductions to a static site: every file of it, in memory."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from survkit.export import csv_text
from survkit.report.content import FILTERS, AnalysisContent, TrialContent
from survkit.report.drawings import (
    ForestDrawing,
    KaplanMeierDrawing,
    LogLogDrawing,
    ResidualDrawing,
)
from survkit.scene import (
    compose_forest,
    compose_kaplan_meier,
    compose_log_log,
    compose_residuals,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.reproduction import AnalysisReproduction, Reproduction

__all__ = ["MARKER", "Site"]

MARKER = "survkit-report.txt"
"""The file by which a folder is known as a report."""

_MARKED = (
    "Written by `survkit report`, which replaces this folder as a whole when it writes again.\n"
    "All patients in it are SYNTHETIC: made from printed figures, no real persons.\n"
)
_ASSETS = ("report.css", "report.js")


class Site:
    """
    A static site, trial by trial: an overview, a page per trial, patients and trial files.

    The same reproductions give the same bytes. Pages name no outside address but those of the
    publications they link to, and need neither a server nor JavaScript.
    """

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._trials: list[TrialContent] = []
        self._environment = Environment(
            loader=PackageLoader("survkit.report"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters |= FILTERS

    def add(self, reproduction: Reproduction, document: bytes | None = None) -> None:
        """Add a trial."""
        content, trial = _describe(reproduction), reproduction.trial
        self._trials.append(content)
        file = f"data/{trial.id}/{trial.id}.toml" if document is not None else ""
        self._render(content.page, "trial.html", content=content, trial=trial, file=file)
        if document is not None:
            self._files[file] = document
        for one in content.analyses:
            self._files[one.data] = csv_text(one.result.reconstruction, trial).encode()

    def finish(self) -> Mapping[str, bytes]:
        """Write the overview."""
        self._render("index.html", "overview.html", contents=self._trials)
        folder = files("survkit.report") / "assets"
        assets = {name: (folder / name).read_bytes() for name in _ASSETS}
        return {MARKER: _MARKED.encode(), **assets, **self._files}

    def _render(self, path: str, template: str, **content: object) -> None:
        text = self._environment.get_template(template).render(**content)
        self._files[path] = text.encode()


def _describe(reproduction: Reproduction) -> TrialContent:
    """Draw what the pages show of a trial."""
    forest = compose_forest(reproduction.analyses)
    return TrialContent(
        reproduction=reproduction,
        forest=None if forest is None else ForestDrawing(forest),
        analyses=tuple(_draw(result, reproduction.trial.id) for result in reproduction.analyses),
    )


def _draw(result: AnalysisReproduction, trial: str) -> AnalysisContent:
    """Draw what a page shows of an analysis."""
    log_log, residuals = compose_log_log(result), compose_residuals(result)
    return AnalysisContent(
        result=result,
        curves=KaplanMeierDrawing(compose_kaplan_meier(result)),
        residuals=None if residuals is None else ResidualDrawing(residuals),
        log_log=None if log_log is None else LogLogDrawing(log_log),
        data=f"data/{trial}/{result.analysis.id}.csv",
    )
