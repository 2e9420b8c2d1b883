"""What a forest plot shows: its rows, its axis, the meaning of its two sides."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.reproduction import AnalysisReproduction
from survkit.scene.arms import SYNTHETIC, is_survival, order_arms
from survkit.scene.axis import Axis, choose_log_ticks
from survkit.scene.ratios import RatioPair, pair_ratios
from survkit.scene.targets import USES
from survkit.typed import as_instances

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.trial import Analysis

__all__ = ["ForestRow", "ForestScene", "compose_forest"]

_TIMES_TO_HARM = frozenset({"TTF", "TTP"})
"""Like a survival, these have an event that nobody wants: a ratio below 1 favours an arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One line of a forest plot."""

    label: str  # name of the analysis, sub-group or contrast
    depth: int  # how far it is indented: 0 for a whole analysis
    pair: RatioPair | None  # hazard ratios; None for a heading
    analysis: str  # id of the analysis


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestScene:
    """A forest plot, undrawn."""

    # from top to bottom, sub-groups after the analysis they are part of
    rows: tuple[ForestRow, ...]
    ratio: Axis  # hazard ratio, experimental over reference; 1 lies on it
    interval: str  # which intervals the digits have, such as ``"95 % CI"``
    sides: tuple[str, str]  # what a ratio below and above 1 means
    # every kind of mark that occurs, "input", "check" or "refitted", and what it means
    legend: tuple[tuple[str, str], ...]
    note: str  # that the patients are synthetic

    @property
    def pairs(self) -> tuple[RatioPair, ...]:
        """The hazard ratios, from top to bottom."""
        return tuple(row.pair for row in self.rows if row.pair is not None)


def compose_forest(results: Sequence[AnalysisReproduction]) -> ForestScene | None:
    """Decide what the forest plot of a trial shows."""
    as_instances(results, AnalysisReproduction, "compose_forest", "reproduced analyses")
    rows = tuple(_arrange(results))
    pairs = [row.pair for row in rows if row.pair is not None]
    if not pairs:
        return None
    low, high = _ends(pairs)
    levels = {pair.level for pair in pairs}
    roles = [role for role in USES if any(pair.shaped is (role == "input") for pair in pairs)]
    return ForestScene(
        rows=rows,
        ratio=Axis(
            label="Hazard ratio (log)",
            low=low,
            high=high,
            ticks=choose_log_ticks(low, high),
            logarithmic=True,
        ),
        interval=f"{levels.pop():g} % CI" if len(levels) == 1 else "CI",
        sides=_name_sides(results),
        legend=(
            *((role, f"printed, {USES[role]}") for role in roles),
            ("refitted", "refitted with lifelines"),
        ),
        note=SYNTHETIC,
    )


def _arrange(results: Sequence[AnalysisReproduction]) -> Iterator[ForestRow]:
    """Yield the rows; an analysis whose name others have, too, is told apart by its id."""
    known = {result.analysis.id for result in results}
    roots = [one for one in results if one.analysis.of not in known]
    branches = [branch for root in roots if (branch := list(_branch(root, results, 0)))]
    names = Counter(heading.label for heading, *_ in branches)
    for heading, *below in branches:
        several = names[heading.label] > 1
        label = f"{heading.label} ({heading.analysis})" if several else heading.label
        yield replace(heading, label=label)
        yield from below


def _branch(
    root: AnalysisReproduction, results: Sequence[AnalysisReproduction], depth: int
) -> Iterator[ForestRow]:
    """Yield the rows of an analysis and of its sub-groups; nothing where none has a ratio."""
    pairs, analysis = pair_ratios(root), root.analysis
    children = [one for one in results if one.analysis.of == analysis.id]
    below = [row for child in children for row in _branch(child, results, depth + 1)]
    alone = pairs[0] if len(pairs) == 1 else None
    if pairs or below:
        label = _name_analysis(analysis, depth)
        yield ForestRow(label=label, depth=depth, pair=alone, analysis=analysis.id)
    if alone is None:
        for pair in pairs:
            yield ForestRow(label=pair.name, depth=depth + 1, pair=pair, analysis=analysis.id)
    yield from below


def _name_analysis(analysis: Analysis, depth: int) -> str:
    if analysis.subgroup and depth:
        return analysis.subgroup
    parts = (analysis.endpoint, analysis.subgroup, analysis.assessment)
    return ", ".join(part for part in parts if part)


def _ends(pairs: Sequence[RatioPair]) -> tuple[float, float]:
    """Return the lowest and the highest hazard ratio to be seen, with 1 between them."""
    values = [1.0]
    for ratio in (ratio for pair in pairs for ratio in (pair.printed, pair.refitted)):
        values += [ratio.value, ratio.lower, ratio.upper]
    seen = [value for value in values if 0.0 < value < math.inf]
    low, high = min(seen) / 1.12, max(seen) * 1.12
    return (low / 1.4, high * 1.4) if high / low < 2.0 else (low, high)


def _name_sides(results: Sequence[AnalysisReproduction]) -> tuple[str, str]:
    """Say what a ratio below 1 and one above 1 mean."""
    names = {
        (arms[contrast.experimental].name, arms[contrast.reference].name)
        for one in results
        for arms in (order_arms(one.analysis),)
        for contrast in one.analysis.contrasts
    }
    better, worse = next(iter(names)) if len(names) == 1 else ("experimental arm", "reference arm")
    endpoints = {one.analysis.endpoint for one in results}
    adverse = all(is_survival(each) or each.upper() in _TIMES_TO_HARM for each in endpoints)
    lead = "favours" if adverse else "lower hazard:"
    return f"{lead} {better}", f"{lead} {worse}"
