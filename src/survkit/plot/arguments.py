"""What the plots are handed: reproductions, or what can be reproduced first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.reproduction import AnalysisReproduction, Reproduction, reproduce_analysis
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survkit.trial import Analysis

__all__ = ["as_reproduced", "list_reproduced"]


def as_reproduced(given: object, function: str) -> AnalysisReproduction:
    """Return a reproduced analysis; an analysis that is not yet, or stands alone, is made one."""
    if isinstance(given, AnalysisReproduction):
        return given
    if isinstance(given, Reproduction) and len(given.analyses) == 1:
        return given.analyses[0]
    if isinstance(given, Reproduction):
        return as_reproduced(given.trial, function)  # which says that one must be chosen
    return reproduce_analysis(as_analysis(given, function))


def list_reproduced(
    given: Reproduction | Analysis | Iterable[object], function: str
) -> Sequence[AnalysisReproduction]:
    """Return reproduced analyses."""
    if isinstance(given, Reproduction):
        return given.analyses
    if isinstance(given, list | tuple):
        return [as_reproduced(each, function) for each in given]
    return [as_reproduced(given, function)]
