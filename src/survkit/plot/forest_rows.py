"""What a forest plot shows: its rows, the ends of its axis, the meaning of its two sides."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.plot.ratios import RatioPair, pair_ratios
from survkit.plot.style import name_arm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reproduction import AnalysisReproduction
    from survkit.trial import Analysis

__all__ = ["ForestRow", "arrange_rows", "choose_limits", "name_sides"]

_ADVERSE = frozenset({"DFS", "DMFS", "EFS", "IDFS", "MFS", "OS", "PFS", "RFS", "TTF", "TTP"})
"""Endpoints whose event nobody wants: only for these does a ratio below 1 favour an arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """
    One line of a forest plot.

    Parameters
    ----------
    label : str
        Name of the analysis, sub-group or contrast; may have several lines.
    depth : int
        How far it is indented: 0 for a whole analysis.
    pair : RatioPair or None
        Hazard ratios; None for a heading.
    analysis : str
        Id of the analysis.
    """

    label: str
    depth: int
    pair: RatioPair | None
    analysis: str


def arrange_rows(reproductions: Sequence[AnalysisReproduction]) -> list[ForestRow]:
    """
    List the rows of a forest plot, sub-groups after the analysis they are part of.

    Parameters
    ----------
    reproductions : sequence of AnalysisReproduction
        Reproduced analyses; those without a printed hazard ratio have no row.

    Returns
    -------
    list of ForestRow
        From top to bottom.
    """
    known = {reproduction.analysis.id for reproduction in reproductions}
    roots = [one for one in reproductions if one.analysis.of not in known]
    branches = [branch for root in roots if (branch := list(_branch(root, reproductions, 0)))]
    names = Counter(heading.label for heading, *_ in branches)
    return [row for heading, *below in branches for row in (_told_apart(heading, names), *below)]


def _told_apart(row: ForestRow, names: Counter[str]) -> ForestRow:
    """Add the id of an analysis to a name that several analyses have."""
    if names[row.label] == 1:
        return row
    return replace(row, label=textwrap.fill(f"{row.label} ({row.analysis})", 30))


def _branch(
    root: AnalysisReproduction, reproductions: Sequence[AnalysisReproduction], depth: int
) -> Iterator[ForestRow]:
    """Yield the rows of an analysis and of its sub-groups; nothing where none has a ratio."""
    pairs, own = pair_ratios(root), root.analysis.id
    label = _name_analysis(root.analysis, depth)
    children = [one for one in reproductions if one.analysis.of == root.analysis.id]
    below = [row for child in children for row in _branch(child, reproductions, depth + 1)]
    if len(pairs) == 1:
        yield ForestRow(label=label, depth=depth, pair=pairs[0], analysis=own)
    elif pairs or below:
        yield ForestRow(label=label, depth=depth, pair=None, analysis=own)
        for pair in pairs:
            name = _name_contrast(root.analysis, pair)
            yield ForestRow(label=name, depth=depth + 1, pair=pair, analysis=own)
    yield from below


def _name_analysis(analysis: Analysis, depth: int) -> str:
    if analysis.subgroup and depth:
        return textwrap.fill(analysis.subgroup, 30)
    parts = (analysis.endpoint, analysis.subgroup, analysis.assessment)
    return textwrap.fill(", ".join(part for part in parts if part), 30)


def _name_contrast(analysis: Analysis, pair: RatioPair) -> str:
    sides = (pair.contrast.experimental, pair.contrast.reference)
    return textwrap.fill(" vs ".join(name_arm(analysis, arm) for arm in sides), 30)


def choose_limits(pairs: Sequence[RatioPair]) -> tuple[float, float]:
    """
    Choose the ends of a logarithmic axis.

    Parameters
    ----------
    pairs : sequence of RatioPair
        Everything that is to be seen.

    Returns
    -------
    tuple of (float, float)
        Lowest and highest hazard ratio; 1 lies between them.
    """
    values = [1.0]
    for ratio in (ratio for pair in pairs for ratio in (pair.printed, pair.refitted)):
        values += [ratio.value, ratio.lower, ratio.upper]
    seen = [value for value in values if 0.0 < value < math.inf]
    lowest, highest = min(seen) / 1.12, max(seen) * 1.12
    if highest / lowest < 2.0:
        lowest, highest = lowest / 1.4, highest * 1.4
    return lowest, highest


def name_sides(reproductions: Sequence[AnalysisReproduction]) -> tuple[str, str]:
    """
    Say what a ratio below 1 and one above 1 mean.

    Parameters
    ----------
    reproductions : sequence of AnalysisReproduction
        What is plotted.

    Returns
    -------
    tuple of (str, str)
        The words for the left and for the right side.
    """
    arms = {
        (name_arm(one.analysis, contrast.experimental), name_arm(one.analysis, contrast.reference))
        for one in reproductions
        for contrast in one.analysis.contrasts
    }
    names = next(iter(arms)) if len(arms) == 1 else ("experimental arm", "reference arm")
    adverse = all(one.analysis.endpoint.upper() in _ADVERSE for one in reproductions)
    lead = "favours" if adverse else "lower hazard:"
    return f"{lead} {names[0]}", f"{lead} {names[1]}"
