"""Which slips explain that figures cannot be met together.

A file whose figures cannot be met together often says something slightly else than the paper: the
arms of a ratio are exchanged, a share was typed for a percentage, a Wald test taken for a log-rank
test. Each slip is undone in turn. What the audit then proves impossible is dropped, and patients
are sought for those that leave the fewest alarms and the least strain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.consistency import Severity, audit
from survkit.reconstruction import meets_without, strain_of
from survkit.slips.listing import list_slips
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.quantity import FigureKey
    from survkit.slips.slip import Slip
    from survkit.trial import Analysis

__all__ = ["find_slips"]

_MOST_ATTEMPTS = 8
"""Slips for which patients are sought."""
_BETTER = 0.98
"""Share of the strain that a slip may leave to explain anything."""
_TIMES, _FAR = 3.0, 10.0
"""Strain, over the least that any slip leaves, with which one is not tried."""
_BEHIND, _FAR_BEHIND = 1.5, 5.0
"""Strain, over that of one that explains the figures, with which another is not tried."""


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """How likely a slip is to explain the figures, the likeliest first."""

    alarms: int  # unlikely findings of the audit that are left
    elsewhere: bool  # whether a figure was missed that the slip does not touch
    strain: float  # how ill the figures go together

    def is_far_behind(self, found: _Rank) -> bool:
        """Tell whether one that explains them makes this one superfluous."""
        return self.alarms > found.alarms or self.strain > _FAR_BEHIND + _BEHIND * found.strain


def find_slips(analysis: Analysis, missed: frozenset[FigureKey] = frozenset()) -> tuple[Slip, ...]:
    """
    Find the slips without which every input figure is met.

    Parameters
    ----------
    analysis : Analysis
        An analysis whose figures were not met together; a sub-group is taken by itself.
    missed : frozenset of FigureKey
        Input figures that its best patients miss: those that they meet go together.

    Returns
    -------
    tuple of Slip
        Those of the tried ones that explain the figures, the likeliest first; often several do.
        That all would be met does not prove that the slip was made.
    """
    analysis = as_analysis(analysis, "find_slips")
    possible = [*_possible(analysis, missed)]
    least = min((rank.strain for rank, _ in possible), default=0.0)
    near = (one for one in possible if one[0].strain <= _FAR + _TIMES * least)
    ranked = sorted(near, key=lambda one: one[0])
    found: list[tuple[_Rank, Slip]] = []
    for rank, slip in ranked[:_MOST_ATTEMPTS]:
        behind = bool(found) and rank.is_far_behind(found[0][0])
        if not behind and meets_without(slip.analysis, frozenset(), stretches=1):
            found.append((rank, slip))
    return tuple(slip for _, slip in found)


def _possible(analysis: Analysis, missed: frozenset[FigureKey]) -> Iterator[tuple[_Rank, Slip]]:
    """Yield the slips that leave nothing impossible and make figures go together better."""
    inputs = {figure.key for figure in analysis.figures if figure.role == "input"}
    before: float | None = None
    for slip in list_slips(analysis):
        if inputs.isdisjoint(slip.touched):
            continue
        found = [finding.severity for finding in audit(slip.analysis)]
        if Severity.IMPOSSIBLE in found:
            continue
        before = strain_of(analysis) if before is None else before
        strain = strain_of(slip.analysis)
        # no population knows which test, or which estimate, it was
        better = strain <= before if _is_of_contrasts(slip) else strain < _BETTER * before
        if better:
            elsewhere = not missed <= slip.touched
            yield _Rank(found.count(Severity.UNLIKELY), elsewhere, round(strain, 3)), slip


def _is_of_contrasts(slip: Slip) -> bool:
    return all(key.definition.scope == "contrast" for key in slip.touched)
