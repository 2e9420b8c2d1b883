"""Names of figures for programs: as short as they can be, unique in their analysis, stable."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.trial.figures import Figure
    from survkit.trial.model import Analysis

__all__ = ["figure_ids", "line_of_analysis"]


def figure_ids(analysis: Analysis) -> tuple[str, ...]:
    """
    Name every figure of an analysis.

    Parameters
    ----------
    analysis : Analysis
        The analysis.

    Returns
    -------
    tuple of str
        One per figure, in the order of its figures: ``hazard_ratio`` (with the arms in front where
        there are several contrasts), ``placebo.median``, ``placebo.survival[18]``, ``total_n``.
        Where several sources print a figure, all but the first are followed by theirs:
        ``placebo.survival[18]@a-review``.

    Examples
    --------
    >>> from survkit.trial import load_trial
    >>> figure_ids(load_trial("radiant-3").analyses[0])[:3]
    ('placebo.n', 'placebo.events', 'placebo.median')
    """
    several = len(analysis.contrasts) > 1
    ids = [_name(figure, several=several) for figure in analysis.figures]
    ids = _apart(ids, [f"@{figure.source}" for figure in analysis.figures])
    seen: Counter[str] = Counter()
    counts = []
    for name in ids:
        seen[name] += 1
        counts.append(f"#{seen[name]}")
    return tuple(_apart(ids, counts))


def line_of_analysis(text: str, analysis_id: str) -> int:
    """
    Find the line of an analysis' id in the text of its trial file, counted from 1.

    It is 1 where the id is written in a way that is not looked for.
    """
    found = re.search(rf"""^\s*id\s*=\s*["']{re.escape(analysis_id)}["']""", text, re.MULTILINE)
    return 1 if found is None else text.count("\n", 0, found.end()) + 1


def _name(figure: Figure, *, several: bool) -> str:
    """Name a figure by quantity, subject and time."""
    key = figure.key
    scope = key.definition.scope
    subject = key.subject.replace(" vs ", "-vs-") if scope == "contrast" else key.subject
    named = scope == "arm" or (scope == "contrast" and several)
    at = "" if key.time is None else f"[{key.time}]"
    at += "" if key.level is None else f"[{key.level}%]"
    return f"{subject}.{key.name}{at}" if named else f"{key.name}{at}"


def _apart(ids: Sequence[str], marks: Sequence[str]) -> list[str]:
    """Give every name that has been used before its mark."""
    used: set[str] = set()
    apart = []
    for name, mark in zip(ids, marks, strict=True):
        apart.append(f"{name}{mark}" if name in used else name)
        used.add(name)
    return apart
