"""Faults of form between keys: what a file cannot say, whatever the trial was.

Each check is one small function from a table to its faults. Whether figures of the right form can
all be true at once is another question, and not asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from survkit.trial.document import View
from survkit.trial.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from survkit.printed import Printed
    from survkit.trial.faults import Path

__all__ = ["faults_between_keys"]

_QUANTILES = ("lower_quartile", "median", "upper_quartile")
"""Times by which a quarter, half and three quarters of the patients have had the event."""


def faults_between_keys(
    document: Mapping[str, Any], faulty: frozenset[Path] = frozenset()
) -> list[Fault]:
    """
    Hold the keys of a trial file against each other.

    Parameters
    ----------
    document : mapping
        The whole file as TOML gives it.
    faulty : frozenset of tuple
        Paths of values that are at fault by themselves; they are left out.

    Returns
    -------
    list of Fault
        Every fault found.
    """
    trial = View(document, faulty=faulty)
    found = _run(_TRIAL_CHECKS, trial)
    for analysis in trial.tables("analysis"):
        found += _run(_ANALYSIS_CHECKS, analysis)
        for arm in analysis.tables("arm"):
            found += _run(_ARM_CHECKS, arm)
        for contrast in analysis.tables("contrast"):
            found += _run(_CONTRAST_CHECKS, contrast)
    return found


def _run(checks: Iterable[Callable[[View], Iterator[Fault]]], table: View) -> list[Fault]:
    """Run checks on one table."""
    return [fault for check in checks for fault in check(table)]


def _unique_analyses(trial: View) -> Iterator[Fault]:
    """Yield the analyses that share their id with an earlier one."""
    yield from _repeated_ids(trial.tables("analysis"), "analyses")


def _parents_further_up(trial: View) -> Iterator[Fault]:
    """Yield the sub-groups whose parent analysis does not stand further up."""
    above: set[str] = set()
    for analysis in trial.tables("analysis"):
        parent = analysis.word("of")
        if parent is not None and parent not in above:
            what = "must be the id of an analysis further up in the file"
            yield Fault((*analysis.path, "of"), what)
        above.add(analysis.word("id") or "")


def _known_sources(trial: View) -> Iterator[Fault]:
    """Yield the figures and analyses whose source the file does not list."""
    listed = trial.raw("sources")
    if not isinstance(listed, Mapping):
        return
    for analysis in trial.tables("analysis"):
        for table in analysis.descendants():
            source = table.word("source")
            if source is not None and source not in listed:
                what = f"must be an id listed under sources ({', '.join(listed)})"
                yield Fault((*table.path, "source"), what)


def _unique_arms(analysis: View) -> Iterator[Fault]:
    """Yield the arms that share their id with an earlier one."""
    yield from _repeated_ids(analysis.tables("arm"), "arms")


def _unique_contrasts(analysis: View) -> Iterator[Fault]:
    """Yield the contrasts between two arms that an earlier one compares already."""
    seen: set[frozenset[str | None]] = set()
    for contrast in analysis.tables("contrast"):
        pair = frozenset({contrast.word("experimental"), contrast.word("reference")})
        if None not in pair and pair in seen:
            what = "must be the only contrast between its two arms"
            yield Fault(contrast.path, what, shown=False)
        seen.add(pair)


def _known_arms(analysis: View) -> Iterator[Fault]:
    """Yield the contrasts that name an arm the analysis does not have."""
    arms = [arm.word("id") for arm in analysis.tables("arm")]
    if None in arms:
        return
    for contrast in analysis.tables("contrast"):
        for key in ("experimental", "reference"):
            name = contrast.word(key)
            if name is not None and name not in arms:
                what = f"must be the id of an arm ({', '.join(filter(None, arms))})"
                yield Fault((*contrast.path, key), what)


def _totals_of_arms(analysis: View) -> Iterator[Fault]:
    """Yield the totals that are not the sum of the arms, where all arms state it."""
    for total_key, arm_key in (("total_n", "n"), ("total_events", "events")):
        total = analysis.stated(total_key).number("value")
        parts = [arm.stated(arm_key).number("value") for arm in analysis.tables("arm")]
        stated = [part for part in parts if part is not None]
        if total is None or len(stated) < len(parts) or total == sum(stated):
            continue
        what = f"must be the sum of {arm_key} over the arms, {sum(stated)}"
        yield Fault((*analysis.path, total_key, "value"), what)


def _window_within_schedule(analysis: View) -> Iterator[Fault]:
    """Yield a window so wide that a visit may take place at the date of another."""
    schedule = analysis.stated("assessment_every")
    window = schedule.number("window")
    spacings = [schedule.number(key) for key in ("value", "then_every")]
    stated = [spacing for spacing in spacings if spacing is not None]
    if window is not None and stated and 2 * window >= min(stated):
        what = f"must be less than half the time between visits, {min(stated)}"
        yield Fault((*schedule.path, "window"), what)


def _later_schedule(analysis: View) -> Iterator[Fault]:
    """Yield the change of a schedule of which one half is not given."""
    schedule = analysis.stated("assessment_every")
    for key, other in (("until", "then_every"), ("then_every", "until")):
        if key in schedule.table and other not in schedule.table:
            yield Fault((*schedule.path, other), f"must be given with {key}", shown=False)


def _events_within_n(arm: View) -> Iterator[Fault]:
    """Yield an arm with more events than patients."""
    n, events = arm.stated("n").number("value"), arm.stated("events").number("value")
    if n is not None and events is not None and events > n:
        yield Fault((*arm.path, "events", "value"), f"must be at most n, {n}")


def _intervals_of_times(arm: View) -> Iterator[Fault]:
    """Yield the quantiles of time outside their intervals, and intervals upside down."""
    for key in (*_QUANTILES, "median_follow_up"):
        yield from _interval_faults(arm.stated(key), "value")


def _quantiles_rise(arm: View) -> Iterator[Fault]:
    """Yield the median or upper quartile that comes before an earlier share of the patients."""
    for before, after in combinations(_QUANTILES, 2):
        earlier, later = arm.stated(before).printed("value"), arm.stated(after)
        if _above(earlier, later.printed("value")):
            what = f"must be at least the {before.replace('_', ' ')}, {earlier}"
            yield Fault((*later.path, "value"), what)


def _median_follow_up_within_longest(arm: View) -> Iterator[Fault]:
    """Yield a median follow-up beyond the longest one."""
    stated, longest = arm.stated("median_follow_up"), arm.stated("max_follow_up").printed("value")
    median = stated.printed("value")
    if median is not None and median.reached and _above(median, longest):
        yield Fault((*stated.path, "value"), f"must be at most the longest follow-up, {longest}")


def _survival_intervals(arm: View) -> Iterator[Fault]:
    """Yield the survival percentages outside their intervals, and intervals upside down."""
    for entry in arm.tables("survival"):
        yield from _interval_faults(entry, "percent")


def _restricted_mean_intervals(arm: View) -> Iterator[Fault]:
    """Yield the restricted means outside their intervals, and intervals upside down."""
    for entry in arm.tables("rmst"):
        yield from _interval_faults(entry, "value")


def _restricted_means_within_horizon(arm: View) -> Iterator[Fault]:
    """Yield the restricted means beyond their horizon: nobody counts for longer."""
    for entry in arm.tables("rmst"):
        mean, horizon = entry.printed("value"), entry.printed("time")
        if mean is not None and horizon is not None and mean.lower > horizon.value:
            yield Fault((*entry.path, "value"), f"must be at most its horizon, {horizon}")


def _restricted_means_rise(arm: View) -> Iterator[Fault]:
    """Yield the restricted means below that of a shorter horizon."""
    for (_, before), (entry, after) in pairwise(_in_time(arm, "rmst", "value")):
        if _above(before, after):
            yield Fault((*entry.path, "value"), f"must be at least the mean before it, {before}")


def _survival_falls(arm: View) -> Iterator[Fault]:
    """Yield the survival percentages that exceed an earlier one."""
    for (_, before), (entry, after) in pairwise(_in_time(arm, "survival", "percent")):
        if _above(after, before):
            what = f"must be at most the percentage before it, {before}"
            yield Fault((*entry.path, "percent"), what)


def _at_risk_falls(arm: View) -> Iterator[Fault]:
    """Yield the numbers at risk that exceed an earlier one."""
    for (_, before), (entry, after) in pairwise(_in_time(arm, "at_risk", "n")):
        if _above(after, before):
            yield Fault((*entry.path, "n"), f"must be at most the number before it, {before}")


def _at_risk_within_n(arm: View) -> Iterator[Fault]:
    """Yield the numbers at risk that exceed the patients of the arm."""
    n = arm.stated("n").number("value")
    for entry in arm.tables("at_risk"):
        at_risk = entry.number("n")
        if n is not None and at_risk is not None and at_risk > n:
            yield Fault((*entry.path, "n"), f"must be at most the n of the arm, {n}")


def _distinct_times(arm: View) -> Iterator[Fault]:
    """Yield the points in time that a list of figures states twice."""
    for key in ("survival", "at_risk", "rmst"):
        yield from _repeated_times(arm, key, "arm")


def _distinct_horizons(contrast: View) -> Iterator[Fault]:
    """Yield the horizons that the differences of a contrast state twice."""
    yield from _repeated_times(contrast, "rmst_difference", "contrast")


def _distinct_arms(contrast: View) -> Iterator[Fault]:
    """Yield a contrast of an arm with itself."""
    experimental, reference = contrast.word("experimental"), contrast.word("reference")
    if reference is not None and experimental == reference:
        what = "must be another arm than the experimental one"
        yield Fault((*contrast.path, "reference"), what)


def _hazard_ratio_interval(contrast: View) -> Iterator[Fault]:
    """Yield a hazard ratio outside its interval, or an interval upside down."""
    yield from _interval_faults(contrast.stated("hazard_ratio"), "value")


def _difference_intervals(contrast: View) -> Iterator[Fault]:
    """Yield the differences of means outside their intervals, and intervals upside down."""
    for entry in contrast.tables("rmst_difference"):
        yield from _interval_faults(entry, "value")


def _repeated_times(owner: View, key: str, per: str) -> Iterator[Fault]:
    """Yield the entries of a list whose time an earlier one has already."""
    seen = set()
    for entry in owner.tables(key):
        time = entry.number("time")
        if time is not None and time in seen:
            yield Fault((*entry.path, "time"), f"must be stated once per {per} in {key}")
        seen.add(time)


def _repeated_ids(tables: Iterable[View], among: str) -> Iterator[Fault]:
    """Yield the tables whose id an earlier one has already."""
    seen: set[str] = set()
    for table in tables:
        name = table.word("id")
        if name is not None and name in seen:
            yield Fault((*table.path, "id"), f"must be unique among the {among}")
        seen.add(name or "")


def _interval_faults(stated: View, key: str) -> Iterator[Fault]:
    """Yield an interval upside down, or the figure that lies outside its interval."""
    interval = stated.interval()
    value, lower, upper = stated.printed(key), interval.printed("lower"), interval.printed("upper")
    if _above(lower, upper):
        yield Fault(interval.path, "must be the lower limit, then the upper limit")
    elif value is not None and (_above(lower, value) or _above(value, upper)):
        shown = f"{'...' if lower is None else lower} to {'...' if upper is None else upper}"
        yield Fault((*stated.path, key), f"must be inside its interval, {shown}")


def _above(one: Printed | None, other: Printed | None) -> bool:
    """Whether one figure is above another, whatever was rounded off."""
    if one is None or other is None or one == other:
        return False
    return one.lower >= other.upper


def _in_time(arm: View, key: str, figure: str) -> list[tuple[View, Printed]]:
    """Return the figures of a list that have a time, in the order of time."""
    found = [
        (time, entry, printed)
        for entry in arm.tables(key)
        if (time := entry.number("time")) is not None
        and (printed := entry.printed(figure)) is not None
    ]
    return [(entry, printed) for _, entry, printed in sorted(found, key=lambda row: row[0])]


_TRIAL_CHECKS = (_unique_analyses, _parents_further_up, _known_sources)
_ANALYSIS_CHECKS = (
    _unique_arms,
    _unique_contrasts,
    _known_arms,
    _totals_of_arms,
    _window_within_schedule,
    _later_schedule,
)
_ARM_CHECKS = (
    _events_within_n,
    _intervals_of_times,
    _quantiles_rise,
    _median_follow_up_within_longest,
    _survival_intervals,
    _survival_falls,
    _at_risk_falls,
    _at_risk_within_n,
    _restricted_mean_intervals,
    _restricted_means_within_horizon,
    _restricted_means_rise,
    _distinct_times,
)
_CONTRAST_CHECKS = (
    _distinct_arms,
    _hazard_ratio_interval,
    _difference_intervals,
    _distinct_horizons,
)
