"""Trial files, their analyses and their figures as pytest's collectors and items."""

from __future__ import annotations

import re
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from survkit.characters import without_commands
from survkit.errors import TrialFileError
from survkit.trial import figure_ids, line_of_analysis, read_trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from survkit.reconstruction import Family
    from survkit.reproduction import AnalysisReproduction
    from survkit.trial import Analysis, Trial

__all__ = ["AnalysisNode", "FigureItem", "FigureMissedError", "TrialFile", "is_trial_file"]

_LOOKED_AT = 1_000_000
"""Bytes at the begin of a file, in which a trial file would say what it is."""


class FigureMissedError(Exception):
    """A refitted figure is farther from the printed one than its allowance."""


def is_trial_file(path: Path) -> bool:
    """Tell a trial file from other TOML files."""
    with path.open("rb") as stream:
        content = stream.read(_LOOKED_AT)
    return re.search(rb"^\s*spec_version\s*=", content, re.MULTILINE) is not None


class TrialFile(pytest.File):
    """A trial file: reads it, and collects its analyses."""

    def collect(self) -> Iterator[AnalysisNode]:
        """
        Read the file.

        Yields
        ------
        AnalysisNode
            One per analysis.

        Raises
        ------
        CollectError
            If the file cannot be used; one sentence per fault.
        """
        try:
            trial = read_trial(self.path)
        except TrialFileError as error:
            raise self.CollectError(str(error)) from None
        self.trial: Trial = trial
        for analysis in self.trial.analyses:
            yield AnalysisNode.from_parent(self, name=analysis.id, analysis=analysis)

    @cached_property
    def family(self) -> Family:
        """The analyses of the trial, each of which is reconstructed once."""
        from survkit.reconstruction import Family

        return Family(self.trial.analyses)


class AnalysisNode(pytest.Collector):
    """
    An analysis: collects its figures, and is reproduced when the first of them is tested.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    **rest : Any
        What every collector takes.
    """

    def __init__(self, *, analysis: Analysis, **rest: Any) -> None:
        super().__init__(**rest)
        assert isinstance(self.parent, TrialFile)  # noqa: S101 - tells mypy
        self.file: TrialFile = self.parent
        self.analysis = analysis

    def collect(self) -> Iterator[FigureItem]:
        """List the figures."""
        line = line_of_analysis(self.path.read_text("utf-8"), self.analysis.id)
        for place, name in enumerate(figure_ids(self.analysis)):
            yield FigureItem.from_parent(self, name=name, place=place, line=line)

    @cached_property
    def reproduction(self) -> AnalysisReproduction:
        """The analysis, reproduced; warnings of other packages are shown and are no failures."""
        from survkit.reproduction import reproduce_analysis

        with warnings.catch_warnings():
            warnings.simplefilter("default")
            kept = self.config.getoption("--survkit-cache")
            return reproduce_analysis(self.analysis, self.file.family, cache=kept)


class FigureItem(pytest.Item):
    """
    A printed figure: passes where the refit agrees with it.

    A missed check without a stated tolerance is an expected failure, a figure that cannot be
    compared is skipped.

    Parameters
    ----------
    place : int
        Its place among the figures of its analysis.
    line : int
        Line of its analysis in the file, counted from one.
    **rest : Any
        What every item takes.
    """

    def __init__(self, *, place: int, line: int, **rest: Any) -> None:
        super().__init__(**rest)
        self._place = place
        self._line = line

    def runtest(self) -> None:
        """
        Hold the refit against the figure.

        Raises
        ------
        FigureMissedError
            If they disagree and the run must fail.
        """
        from survkit.results import explain_comparison, status_of

        node = self.parent
        assert isinstance(node, AnalysisNode)  # noqa: S101 - tells mypy
        comparison = node.reproduction.comparisons[self._place]
        status = status_of(comparison)
        if status == "failed":
            raise FigureMissedError(explain_comparison(comparison, node.file.trial))
        if status == "missed check":
            printed, refitted = comparison.figure.printed, comparison.rendered
            pytest.xfail(f"kept out and missed: printed {printed}, refitted {refitted}")
        if status == "not comparable":
            pytest.skip(f"not comparable: {comparison.reason}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show a missed figure by its explanation, and anything else with its traceback."""
        if isinstance(excinfo.value, FigureMissedError):
            return without_commands(str(excinfo.value))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the figure stands."""
        analysis = "" if self.parent is None else self.parent.name
        return self.path, self._line - 1, f"{analysis}::{self.name}"
