"""Which printed figures stand in each other's way, found by leaving figures out.

A set is in conflict when no patients are found that print all of it, and minimal when they are
found as soon as any one figure of it is left out. It is what a search found, not a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.reconstruction.exclusion import ALWAYS_KEPT, Exclusion
from survkit.reconstruction.patients import meets_without
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.quantity import FigureKey
    from survkit.trial import Analysis, Figure

__all__ = ["Conflict", "find_conflict"]

_MOST_ATTEMPTS = 40
_STRETCHES = (1, 4)
"""Lengths of an unprinted follow-up that are tried: in a quick search, then in a thorough one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Figures that were not met together."""

    figures: tuple[Figure, ...]  # the figures, in the order of reports
    # whether each of them has been left out on its own, and the others were met then; False where
    # the search ended before
    minimal: bool
    attempts: int  # reconstructions that it took


def find_conflict(analysis: Analysis) -> Conflict | None:
    """
    Find a small set of input figures that cannot be met together.

    Parts of the figures, ever smaller, are left out; what is not needed for the failure stays out.
    Where the audit proves that some figures exclude each other, these are known to fail together,
    and patients are sought only for parts of them.
    The number of patients is never left out, and the search ends after 40 reconstructions. An
    assessment schedule is left out first: where all is met without it, no figure stands in the way
    of another.

    Parameters
    ----------
    analysis : Analysis
        An analysis; a sub-group is taken by itself.

    Returns
    -------
    Conflict or None
        The figures; None where all are met.

    References
    ----------
    .. [1] Zeller, A., Hildebrandt, R., "Simplifying and isolating failure-inducing input", IEEE
       Trans Software Eng 28 (2002), 183-200.
    """
    analysis = as_analysis(analysis, "find_conflict")
    search = _Search(analysis)
    proved = search.narrow_proof()
    for stretches in _STRETCHES:
        if search.met(proved, stretches):
            return None
        left_out = search.narrow(proved, stretches)
        # a quick search may give a set up too soon: it is held to the thorough one
        if search.ended or stretches == _STRETCHES[-1] or not search.met(left_out, _STRETCHES[-1]):
            break
    return search.result(left_out)


class _Search:
    """Reconstructions of an analysis without some of its figures."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis.model_copy(update={"assessment_every": None})
        self._figures = [
            figure
            for figure in analysis.figures
            if figure.role == "input" and figure.key.quantity not in ALWAYS_KEPT
        ]
        self._exclusion = Exclusion(self._analysis)
        self.attempts = 0

    @property
    def ended(self) -> bool:
        """Whether the search has come to its end before it was through."""
        return self.attempts >= _MOST_ATTEMPTS

    def narrow_proof(self) -> frozenset[FigureKey]:
        """Leave out what the audit does not need to prove that the others exclude each other."""
        left_out: frozenset[FigureKey] = frozenset()
        if self._exclusion.holds(left_out):
            for part in self.parts():
                more = left_out | frozenset(part)
                if self._exclusion.holds(more):
                    left_out = more
        return left_out

    def narrow(self, left_out: frozenset[FigureKey], stretches: int) -> frozenset[FigureKey]:
        """Leave out what is not needed for the failure, besides what is left out already."""
        for part in self.parts():
            if self.ended:
                break
            more = left_out | frozenset(part)
            if more != left_out and not self.met(more, stretches):
                left_out = more
        return left_out

    def met(self, left_out: frozenset[FigureKey], stretches: int) -> bool:
        """Tell whether everything else is met; nobody is sought where that cannot be."""
        if self._exclusion.holds(left_out):
            return False
        self.attempts += 1
        return meets_without(self._analysis, left_out, stretches=stretches)

    def parts(self) -> Iterator[Sequence[FigureKey]]:
        """Yield what to leave out together: subjects, quantities of a subject, single figures."""
        keys = [figure.key for figure in self._figures]
        subjects = dict.fromkeys(key.subject for key in keys)
        for subject in subjects:
            yield [key for key in keys if key.subject == subject]
        kinds = dict.fromkeys((key.subject, key.quantity) for key in keys)
        for kind in kinds:
            yield [key for key in keys if (key.subject, key.quantity) == kind]
        for key in keys:
            yield [key]

    def result(self, left_out: frozenset[FigureKey]) -> Conflict:
        """Write down what is left."""
        figures = tuple(figure for figure in self._figures if figure.key not in left_out)
        return Conflict(figures=figures, minimal=not self.ended, attempts=self.attempts)
