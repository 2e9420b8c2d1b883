"""Faults of form between keys: what a file cannot say, whatever the trial was.

Each check is one small function from a table to its faults. Whether figures of the right form can
all be true at once is the question of `consistency`; what stands here is what nobody could read,
let alone rebuild: ids that lead nowhere, limits in the wrong order, more patients at risk than
there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeGuard

from survkit.quantity import FOLLOW_UP, SHARES
from survkit.trial.checks.costs import endless_analyses
from survkit.trial.document import View
from survkit.trial.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from survkit.printed import Printed
    from survkit.trial.faults import Path

__all__ = ["faults_between_keys"]

"""Times by which a quarter, half and three quarters of the patients have had the event."""


def faults_between_keys(
    document: Mapping[str, Any], faulty: frozenset[Path] = frozenset()
) -> list[Fault]:
    """Hold the keys of a trial file against each other."""
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


def _levels_with_one_size(analysis: View) -> Iterator[Fault]:
    """Yield the levels of strata that state their size twice or not at all."""
    for factor in analysis.tables("stratification"):
        for level in factor.tables("levels"):
            stated = [key for key in ("n", "per_arm") if key in level.table]
            if len(stated) != 1:
                what = "must state either n, over all arms, or per_arm, by arm id"
                yield Fault(level.path, what, shown=False)


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


def _enrolment_before_cut_off(analysis: View) -> Iterator[Fault]:
    """Yield dates of enrolment that are not in order, or lead to no cut-off."""
    if not isinstance(analysis.raw("enrolment"), Mapping):
        return
    enrolment = analysis.stated("enrolment")
    if analysis.raw("cut_off") is None:
        what = "must be given with enrolment"
        yield Fault((*analysis.path, "cut_off"), what, shown=False)
    dates = (
        ("from", enrolment.raw("from")),
        ("to", enrolment.raw("to")),
        ("cut_off", analysis.raw("cut_off")),
    )
    known = [(key, day) for key, day in dates if _is_day(day)]
    for (key, day), (later_key, later) in pairwise(known):
        if day > later:
            yield Fault((*enrolment.path, key), f"must not be after {later_key}, {later}")


def _is_day(value: object) -> TypeGuard[date]:
    return isinstance(value, date) and not isinstance(value, datetime)


def _range_of_follow_up(analysis: View) -> Iterator[Fault]:
    """Yield the range of follow-up that is upside down."""
    known = analysis.stated("follow_up")
    shortest, longest = known.number("min"), known.number("max")
    if shortest is not None and longest is not None and shortest > longest:
        yield Fault((*known.path, "min"), f"must be at most max, {longest}")


def _levels_of_every_arm(analysis: View) -> Iterator[Fault]:
    """Yield the sizes by arm that leave out an arm or name another."""
    arms = [arm.word("id") for arm in analysis.tables("arm")]
    for factor in analysis.tables("stratification"):
        for level in factor.tables("levels"):
            sizes = level.raw("per_arm")
            if isinstance(sizes, Mapping) and None not in arms and set(sizes) != set(arms):
                what = f"must have one number for each arm ({', '.join(filter(None, arms))})"
                yield Fault((*level.path, "per_arm"), what)


def _distinct_levels(analysis: View) -> Iterator[Fault]:
    """Yield the levels that share their id with an earlier one of the factor."""
    for factor in analysis.tables("stratification"):
        yield from _repeated_ids(factor.tables("levels"), "levels of the factor")


def _levels_within_patients(analysis: View) -> Iterator[Fault]:
    """Yield the factors whose levels have more patients than the analysis."""
    sizes = [arm.stated("n").number("value") for arm in analysis.tables("arm")]
    known = [size for size in sizes if size is not None]
    for factor in analysis.tables("stratification"):
        levels = [level.number("n") for level in factor.tables("levels")]
        total = sum(size for size in levels if size is not None)
        if len(known) == len(sizes) and total > sum(known):
            what = f"must have no more patients than the arms, {sum(known)}"
            yield Fault((*factor.path, "levels"), what, shown=False)


def _levels_within_arms(analysis: View) -> Iterator[Fault]:
    """Yield the factors whose levels, by arm, have more patients than one of the arms."""
    for factor in analysis.tables("stratification"):
        by_arm = [level.raw("per_arm") for level in factor.tables("levels")]
        for arm in analysis.tables("arm"):
            name, n = arm.word("id"), arm.stated("n").number("value")
            sizes = [sizes.get(name) for sizes in by_arm if isinstance(sizes, Mapping)]
            total = sum(size for size in sizes if type(size) is int)
            if n is not None and total > n:
                what = f"must have no more patients of {name} than the arm, {n}, got {total:,}"
                yield Fault((*factor.path, "levels"), what, shown=False)


def _interval_of_overall_follow_up(analysis: View) -> Iterator[Fault]:
    """Yield the interval of the median follow-up of all arms that is upside down."""
    yield from _reversed(analysis.stated("overall_median_follow_up"))


def _intervals_of_times(arm: View) -> Iterator[Fault]:
    """Yield the intervals of quantiles of time that are upside down."""
    for key in SHARES:
        yield from _reversed(arm.stated(key))


def _survival_intervals(arm: View) -> Iterator[Fault]:
    """Yield the intervals of survival percentages that are upside down."""
    for key in ("survival", "incidence"):
        for entry in arm.tables(key):
            yield from _reversed(entry)


def _margin_of_a_wald_test(contrast: View) -> Iterator[Fault]:
    """Yield the log-rank tests with a margin, which only a model can be tested against."""
    test = contrast.stated("p_value")
    if test.raw("margin") is not None and test.word("test") == "log-rank":
        what = 'must be "wald" with a margin: (log ratio - log margin) / standard error'
        yield Fault((*test.path, "test"), what)


def _unknown_margin(contrast: View) -> Iterator[Fault]:
    """Yield the p-values that are to shape patients although nobody states their margin."""
    test = contrast.stated("p_value")
    if test.raw("margin") == "not stated" and test.word("role") == "input":
        yield Fault((*test.path, "role"), 'must be "check" where the margin is not stated')


def _direction_of_a_one_sided_test(contrast: View) -> Iterator[Fault]:
    """Yield the direction of a test that has two sides."""
    test = contrast.stated("p_value")
    if test.raw("alternative") is not None and test.raw("sided") != 1:
        what = "must be 1 where alternative is given, as a two-sided test has no direction"
        yield Fault((*test.path, "sided"), what, shown="sided" in test.table)


def _restricted_mean_intervals(arm: View) -> Iterator[Fault]:
    """Yield the intervals of restricted means that are upside down."""
    for entry in arm.tables("rmst"):
        yield from _reversed(entry)


def _at_risk_within_n(arm: View) -> Iterator[Fault]:
    """Yield the numbers at risk that exceed the patients of the arm."""
    n = arm.stated("n").number("value")
    for entry in arm.tables("at_risk"):
        at_risk = entry.number("n")
        if n is not None and at_risk is not None and at_risk > n:
            yield Fault((*entry.path, "n"), f"must be at most the n of the arm, {n}")


def _distinct_times(arm: View) -> Iterator[Fault]:
    """Yield the points in time that a list of figures states twice."""
    for key in ("survival", "incidence", "at_risk", "rmst"):
        yield from _repeated_times(arm, key, "arm")


def _one_input_curve(arm: View) -> Iterator[Fault]:
    """Yield the curves that are to shape an arm after an earlier one."""
    inputs = [curve for curve in arm.tables("curve") if curve.table.get("role", "input") == "input"]
    for curve in inputs[1:]:
        what = 'must be "check", as an earlier curve is the input of the arm'
        yield Fault((*curve.path, "role"), what, shown=False)


def _distinct_horizons(contrast: View) -> Iterator[Fault]:
    """Yield the horizons that the differences of a contrast state twice."""
    for key in ("rmst_difference", "survival_difference", "survival_p_value"):
        yield from _repeated_times(contrast, key, "contrast")


def _distinct_arms(contrast: View) -> Iterator[Fault]:
    """Yield a contrast of an arm with itself."""
    experimental, reference = contrast.word("experimental"), contrast.word("reference")
    if reference is not None and experimental == reference:
        what = "must be another arm than the experimental one"
        yield Fault((*contrast.path, "reference"), what)


def _hazard_ratio_interval(contrast: View) -> Iterator[Fault]:
    """Yield the intervals of hazard ratios that are upside down."""
    for key in ("hazard_ratio", "unstratified_hazard_ratio"):
        yield from _reversed(contrast.stated(key))


def _difference_intervals(contrast: View) -> Iterator[Fault]:
    """Yield the intervals of differences of means that are upside down."""
    for key in ("rmst_difference", "survival_difference"):
        for entry in contrast.tables(key):
            yield from _reversed(entry)


def _follow_up_ranges(owner: View) -> Iterator[Fault]:
    """Yield the intervals of follow-up that begin at 0: ranges are printed in such brackets."""
    for key in FOLLOW_UP:
        interval = owner.stated(key).interval()
        lower = interval.printed("lower")
        if lower is not None and lower.number == 0:
            what = (
                "must be a confidence interval, whose lower limit is above 0; the shortest and the "
                "longest follow-up are follow_up = { min = 0, max = 28 } of the analysis, or typed "
                'as "17 (range 0-28)"'
            )
            yield Fault(interval.path, what)


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


def _reversed(stated: View) -> Iterator[Fault]:
    """Yield the interval of a figure, where it is upside down."""
    interval = stated.interval()
    if _above(interval.printed("lower"), interval.printed("upper")):
        yield Fault(interval.path, "must be the lower limit, then the upper limit")


def _above(one: Printed | None, other: Printed | None) -> bool:
    """Whether one figure is above another, whatever was rounded off."""
    if one is None or other is None or one == other:
        return False
    return one.lower >= other.upper


_TRIAL_CHECKS = (_unique_analyses, _parents_further_up, _known_sources)
_ANALYSIS_CHECKS = (
    _unique_arms,
    _unique_contrasts,
    _known_arms,
    _window_within_schedule,
    _later_schedule,
    _enrolment_before_cut_off,
    _range_of_follow_up,
    _levels_with_one_size,
    _levels_of_every_arm,
    _distinct_levels,
    _levels_within_patients,
    _levels_within_arms,
    endless_analyses,
    _interval_of_overall_follow_up,
    _follow_up_ranges,
)
_ARM_CHECKS = (
    _intervals_of_times,
    _follow_up_ranges,
    _survival_intervals,
    _at_risk_within_n,
    _restricted_mean_intervals,
    _distinct_times,
    _one_input_curve,
)
_CONTRAST_CHECKS = (
    _distinct_arms,
    _hazard_ratio_interval,
    _difference_intervals,
    _distinct_horizons,
    _margin_of_a_wald_test,
    _unknown_margin,
    _direction_of_a_one_sided_test,
)
