"""Names of trials, analyses and figures as tables and titles print them."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from survkit.trial import Analysis, Figure

__all__ = ["UNVERIFIED", "by_subject", "describe_analysis", "name_figure", "name_source", "plural"]

UNVERIFIED = "A question mark: nobody has read the figure there yet."

_UNITS = {"day": "d", "week": "wk", "month": "mo", "year": "yr"}


def describe_analysis(analysis: Analysis) -> str:
    """Describe an analysis in a line."""
    details = (
        analysis.assessment,
        analysis.population,
        analysis.subgroup,
        analysis.status,
        f"cut-off {analysis.cut_off}" if analysis.cut_off else None,
    )
    stated = ", ".join(detail for detail in details if detail)
    what = f"{analysis.endpoint}: {stated}" if stated else analysis.endpoint
    return f"{what}; times in {analysis.time_unit}s ({_UNITS[analysis.time_unit]})"


def by_subject(figures: Iterable[Figure]) -> Iterator[tuple[str, list[Figure]]]:
    """Gather the figures of each arm and contrast."""
    for subject, group in groupby(figures, key=lambda figure: figure.key.subject):
        yield subject or "all arms", list(group)


def name_figure(figure: Figure, unit: str, above: Figure | None = None) -> str:
    """
    Name a figure, with its unit.

    Parameters
    ----------
    figure : Figure
        The figure.
    unit : {"day", "week", "month", "year"}
        Time unit of its analysis.
    above : Figure or None
        The figure in the row above: a limit right below its estimate needs no more than its side.

    Returns
    -------
    str
        Such as ``"survival at 18 mo, %"`` or ``"  lower 95 % limit"``.
    """
    if not figure.key.is_limit:
        return _named(figure, unit)
    limit = f"{figure.key.side} {figure.level:g} % limit"
    if above is not None and _belong_together(figure, above):
        return f"  {limit}"
    estimate = replace(figure, key=figure.key.estimate)
    return f"{_named(estimate, unit)}: {limit}"


def name_source(figure: Figure) -> str:
    """
    Name the source of a figure, with a mark where nobody has read it there.

    Parameters
    ----------
    figure : Figure
        The figure.

    Returns
    -------
    str
        Id of the source, followed by a question mark if the figure is not verified.
    """
    return figure.source if figure.verified else f"{figure.source} ?"


def plural(count: int, singular: str, several: str | None = None) -> str:
    """Count things."""
    return f"{count} {singular if count == 1 else several or singular + 's'}"


def _named(figure: Figure, unit: str) -> str:
    """Name a figure that is no limit."""
    definition, short = figure.key.definition, _UNITS[unit]
    if definition.scope == "analysis":  # the heading says "all arms" already
        suffix = f", {short}" if definition.unit == "time" else ""
        return definition.label.partition(",")[0] + suffix
    suffix = {"percent": ", %", "time": f", {short}"}.get(definition.unit, "")
    at = f" {short}" if figure.key.time is not None else ""
    if at and definition.unit == "time":  # the mean has the unit of its horizon
        suffix = ""
    return f"{figure.key.label}{at}{suffix}"


def _belong_together(limit: Figure, above: Figure) -> bool:
    """Tell whether the row above is the estimate of a limit, or its other limit."""
    return limit.key.estimate == above.key.estimate
