"""Input figures that the audit proves to exclude each other: no search can meet them all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from survkit.consistency import Severity, audit_sheet, lay_out
from survkit.reconstruction.precedence import is_p_value
from survkit.trial import as_survival

if TYPE_CHECKING:
    from survkit.consistency import Finding, Sheet
    from survkit.quantity import FigureKey
    from survkit.trial import Analysis, Figure

__all__ = ["ALWAYS_KEPT", "Exclusion"]

ALWAYS_KEPT = {"n", "total_n"}
"""Quantities that are never left out: how many patients there are."""


@dataclass(slots=True)
class Exclusion:
    """What the audit proves of the input figures of an analysis, whichever are left out."""

    analysis: Analysis
    inputs: list[Figure] = field(init=False)
    _sheet: Sheet = field(init=False)

    def __post_init__(self) -> None:
        self.inputs = [figure for figure in self.analysis.figures if figure.role == "input"]
        self._sheet = replace(lay_out(self.analysis), reprints=(), curves={})

    def holds(self, left_out: frozenset[FigureKey]) -> bool:
        """Tell whether the others cannot all be true at once."""
        return bool(self._proofs(left_out))

    def is_hopeless(self, left_out: frozenset[FigureKey]) -> bool:
        """Tell whether the others exclude each other, and not only numbers that are always kept."""
        return bool(self._avoidable(left_out))

    def _avoidable(self, left_out: frozenset[FigureKey]) -> list[Finding]:
        """Find the proofs that would go if some figure did."""
        return [
            proof
            for proof in self._proofs(left_out)
            if any(figure.key.quantity not in ALWAYS_KEPT for figure in proof.figures)
        ]

    def _proofs(self, left_out: frozenset[FigureKey]) -> list[Finding]:
        """Find what shows that the others cannot all be true at once."""
        kept = {as_survival(one).key for one in self.inputs if one.key not in left_out}
        figures = {key: one for key, one in self._sheet.figures.items() if key in kept}
        found = audit_sheet(replace(self._sheet, figures=figures))
        return [one for one in found if one.severity is Severity.IMPOSSIBLE]

    def ways_out(self, left_out: frozenset[FigureKey]) -> list[frozenset[FigureKey]]:
        """
        Find estimates, or their limits, without which nothing is proved any more.

        Single ones come first, the least costly before others; where none is to blame for all,
        several together. `left_out` is left out anyway.
        """
        if not self.is_hopeless(left_out):
            return []
        sets = self._sets(left_out)
        single = [one for one in sets if not self.is_hopeless(left_out | one)]
        return single or self._together(left_out, sets)

    def _sets(self, left_out: frozenset[FigureKey]) -> list[frozenset[FigureKey]]:
        """List estimates with their limits, and limits alone, the least costly first."""
        groups: dict[FigureKey, set[FigureKey]] = {}
        for one in self.inputs:
            if one.key.quantity not in ALWAYS_KEPT and one.key not in left_out:
                groups.setdefault(one.key.estimate, set()).add(one.key)
        sets = [frozenset(group) for group in groups.values()]
        sets += [limits for group in sets if 0 < len(limits := _limits(group)) < len(group)]
        return sorted(sets, key=_cost)

    def _together(
        self, left_out: frozenset[FigureKey], sets: list[frozenset[FigureKey]]
    ) -> list[frozenset[FigureKey]]:
        """Leave out what settles most, one after the other, until nothing is proved any more."""
        gone: frozenset[FigureKey] = frozenset()
        while proofs := self._avoidable(left_out | gone):
            named = {as_survival(figure).key for proof in proofs for figure in proof.figures}
            left = [one for one in sets if one & named and not one <= gone]
            if not left:
                return []
            remaining = [len(self._avoidable(left_out | gone | one)) for one in left]
            gone |= left[remaining.index(min(remaining))]
        for one in sets:  # what was left out early may do no harm any more
            if one <= gone and not self.is_hopeless(left_out | (gone - one)):
                gone -= one
        return [gone]


def _limits(group: frozenset[FigureKey]) -> frozenset[FigureKey]:
    return frozenset(key for key in group if key.is_limit)


def _cost(group: frozenset[FigureKey]) -> tuple[int, int]:
    """Rank what is left out as `precedence` does: figures but p-values, estimates among them."""
    others = [key for key in group if not is_p_value(key)]
    return len(others), sum(not key.is_limit for key in others)
