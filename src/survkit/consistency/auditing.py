"""All checks in a row: an analysis or a trial to its findings, the worst first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.consistency.checks.contrasts import (
    p_value_against_events,
    reduction_against_ratio,
    width_against_events,
)
from survkit.consistency.checks.counts import (
    events_within_patients,
    numbers_at_risk_fall,
    totals_of_arms,
)
from survkit.consistency.checks.curves import (
    figures_of_one_curve,
    percentages_fall,
    quantiles_in_order,
)
from survkit.consistency.checks.drawn_curves import (
    curve_against_figures,
    incidence_is_not_survival,
)
from survkit.consistency.checks.greenwood import survival_interval_against_patients
from survkit.consistency.checks.groups import groups_make_the_whole, groups_within_parent
from survkit.consistency.checks.intervals import (
    estimate_inside_interval,
    interval_in_order,
    intervals_of_one_error,
    quantile_in_the_middle,
    ratio_in_the_middle,
    sources_agree,
)
from survkit.consistency.checks.means import difference_of_means, means_of_one_curve
from survkit.consistency.checks.medians import (
    median_interval_against_curve,
    median_interval_against_events,
    medians_against_ratio,
)
from survkit.consistency.checks.p_values import p_value_against_interval
from survkit.consistency.checks.risk_tables import events_against_curve, risk_table_against_curve
from survkit.consistency.checks.spans import (
    events_against_follow_up,
    last_observation,
    rate_against_follow_up,
)
from survkit.consistency.finding import Finding, Severity
from survkit.consistency.sheet import Sheet, lay_out
from survkit.trial import Trial
from survkit.typed import as_analysis, as_instance, as_instances

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from survkit.trial import Analysis

__all__ = ["CHECKS", "GROUP_CHECKS", "audit", "audit_sheet", "sort_findings"]

CHECKS: tuple[Callable[[Sheet], Iterator[Finding]], ...] = (
    interval_in_order,
    estimate_inside_interval,
    quantile_in_the_middle,
    ratio_in_the_middle,
    intervals_of_one_error,
    sources_agree,
    events_within_patients,
    totals_of_arms,
    numbers_at_risk_fall,
    percentages_fall,
    quantiles_in_order,
    figures_of_one_curve,
    events_against_curve,
    risk_table_against_curve,
    survival_interval_against_patients,
    median_interval_against_curve,
    median_interval_against_events,
    last_observation,
    events_against_follow_up,
    rate_against_follow_up,
    means_of_one_curve,
    curve_against_figures,
    incidence_is_not_survival,
    difference_of_means,
    width_against_events,
    p_value_against_interval,
    p_value_against_events,
    reduction_against_ratio,
    medians_against_ratio,
)
"""The checks of one analysis, in the order of docs/audit.md."""

GROUP_CHECKS: tuple[Callable[[Trial], Iterator[Finding]], ...] = (
    groups_within_parent,
    groups_make_the_whole,
)
"""The checks of a whole trial."""

_ORDER = {severity: rank for rank, severity in enumerate(Severity)}


def audit(printed: Trial | Analysis) -> tuple[Finding, ...]:
    """
    Ask whether printed figures can all be true at once.

    Every check works with the rounding intervals of all figures involved. That nothing is found
    does not prove the figures right; a data set that prints them all proves them compatible.

    Parameters
    ----------
    printed : Trial or Analysis
        A published trial, or one analysis of it.

    Returns
    -------
    tuple of Finding
        Analysis by analysis, the worst first; empty where no check finds anything.

    Examples
    --------
    >>> import survkit
    >>> survkit.audit(survkit.load_trial("radiant-3"))
    ()
    """
    if not isinstance(printed, Trial):
        return audit_sheet(lay_out(as_analysis(printed, "audit")))
    found = [finding for analysis in printed.analyses for finding in audit(analysis)]
    found += [finding for check in GROUP_CHECKS for finding in check(printed)]
    place = {analysis.id: index for index, analysis in enumerate(printed.analyses)}
    return sort_findings(found, place)


def audit_sheet(sheet: Sheet) -> tuple[Finding, ...]:
    """Ask whether the figures of a sheet can all be true at once."""
    as_instance(sheet, Sheet, "audit_sheet", "a sheet, as lay_out lays it out")
    found = [replace(finding, analysis=sheet.id) for check in CHECKS for finding in check(sheet)]
    return sort_findings(found, {sheet.id: 0})


def sort_findings(found: Iterable[Finding], place: dict[str, int]) -> tuple[Finding, ...]:
    """Sort findings by analysis, then by severity; checks keep their order."""
    as_instances(found, Finding, "sort_findings", "findings")
    return tuple(sorted(found, key=lambda each: (place[each.analysis], _ORDER[each.severity])))
