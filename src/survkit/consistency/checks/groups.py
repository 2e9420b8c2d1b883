"""Sub-groups against the analysis that they are part of."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.sheet import lay_out, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.consistency.sheet import Sheet
    from survkit.trial import Analysis, Trial

__all__ = ["groups_make_the_whole", "groups_within_parent"]

_MISSING_SHARE = 0.02
"""Share of the patients that may be missing from sub-groups that seem to make a whole."""
_MOST_GROUPS = 4


def groups_within_parent(trial: Trial) -> Iterator[Finding]:
    """
    Ask whether every sub-group fits into the analysis it is part of.

    Formula: at most as many patients, as many events, and as many patients without event, in every
    arm and in all. Assumption: same endpoint, assessment and data cut; where the file says
    otherwise, the finding is weaker.

    Findings: a sub-group larger than its parent: impossible; unlikely where the two are different
    cuts.
    """
    for group in trial.analyses:
        if group.of is None:
            continue
        parent = trial.analysis(group.of)
        same = all(
            getattr(group, key) == getattr(parent, key)
            for key in ("endpoint", "assessment", "cut_off")
        )
        group_sheet, whole = lay_out(group), lay_out(parent)
        for subject in (*group_sheet.arms, ""):
            yield from _within(group_sheet, whole, subject, same=same)


def groups_make_the_whole(trial: Trial) -> Iterator[Finding]:
    """
    Ask whether sub-groups whose patients add up to the parent do so with their events.

    Formula: where the patients of some sub-groups sum to the parent's in every arm, they are taken
    for a partition, and their events must sum, too. Where the patients of all sub-groups miss the
    parent's by less than 2 %, a patient or a small group is left out. Assumption: such sums are no
    accident.
    """
    for parent in trial.analyses:
        groups = [group for group in trial.analyses if group.of == parent.id]
        whole = lay_out(parent)
        complete = False
        for size in range(2, min(len(groups), _MOST_GROUPS) + 1):
            for chosen in combinations(groups, size):
                sheets = [lay_out(group) for group in chosen]
                if all(_sums(sheets, whole, "n", arm) == 0 for arm in whole.arms):
                    complete = True
                    yield from _events_add_up(sheets, whole, chosen)
        if len(groups) > 1 and not complete:
            yield from _left_out([lay_out(group) for group in groups], whole)


def _within(group_sheet: Sheet, whole: Sheet, subject: str, *, same: bool) -> Iterator[Finding]:
    """Hold one arm of a sub-group, or all, against its parent."""
    prefix = "" if subject else "total_"
    found = {}
    for quantity in ("n", "events"):
        part = group_sheet.get(prefix + quantity, subject)
        parent = whole.get(prefix + quantity, subject)
        if part is None or parent is None:
            continue
        found[quantity] = parent.printed.value - part.printed.value
        if found[quantity] < 0:
            yield Finding(
                check="groups within parent",
                severity=Severity.IMPOSSIBLE if same else Severity.UNLIKELY,
                subject=subject,
                figures=(part, parent),
                printed=f"{phrase(part)}; {parent.printed} in {whole.id}",
                required="a sub-group is no larger than the whole",
                implied=f"{-found[quantity]:.0f} too many",
                analysis=group_sheet.id,
            )
    if len(found) == 2 and 0 <= found["n"] < found["events"]:
        yield _too_few_without(group_sheet, whole, subject, same=same)


def _too_few_without(group_sheet: Sheet, whole: Sheet, subject: str, *, same: bool) -> Finding:
    """Say that the rest of the patients cannot have the rest of the events."""
    prefix = "" if subject else "total_"
    keys = [prefix + quantity for quantity in ("n", "events")]
    parts = [figure for key in keys if (figure := group_sheet.get(key, subject))]
    parents = [figure for key in keys if (figure := whole.get(key, subject))]
    rest = [
        int(parent.printed.value - part.printed.value)
        for part, parent in zip(parts, parents, strict=True)
    ]
    return Finding(
        check="groups within parent",
        severity=Severity.IMPOSSIBLE if same else Severity.UNLIKELY,
        subject=subject,
        figures=(*parts, *parents),
        printed=f"{phrase(parts[1])} of {parts[0].printed}; {parents[1].printed} of "
        f"{parents[0].printed} in {whole.id}",
        required="the other patients have at most as many events as they are",
        implied=f"{rest[0]} other patients would have {rest[1]} events",
        analysis=group_sheet.id,
    )


def _sums(sheets: Sequence[Sheet], whole: Sheet, quantity: str, arm: str) -> int | None:
    """Return the parent's number minus the sum over sub-groups; None where one is not printed."""
    parent = whole.count(quantity, arm)
    parts = [sheet.count(quantity, arm) for sheet in sheets]
    if parent is None or None in parts:
        return None
    return parent - sum(part for part in parts if part is not None)


def _events_add_up(
    sheets: Sequence[Sheet], whole: Sheet, groups: Sequence[Analysis]
) -> Iterator[Finding]:
    """Hold the events of a partition against those of the whole."""
    for arm in whole.arms:
        rest = _sums(sheets, whole, "events", arm)
        events = whole.get("events", arm)
        if not rest or events is None:
            continue
        names = ", ".join(group.id for group in groups)
        parts = [figure for sheet in sheets if (figure := sheet.get("events", arm))]
        stated = ", ".join(str(part.printed) for part in parts)
        yield Finding(
            check="groups make the whole",
            severity=Severity.UNLIKELY,
            subject=arm,
            figures=(events, *parts),
            printed=f"{phrase(events)}; {stated} in {names}",
            required="patients of these sub-groups add up to all, so their events do",
            implied=f"{rest:+d} events in the whole",
            analysis=whole.id,
        )


def _left_out(sheets: Sequence[Sheet], whole: Sheet) -> Iterator[Finding]:
    """Say where sub-groups make a whole but for a few patients."""
    rests = {arm: _sums(sheets, whole, "n", arm) for arm in whole.arms}
    near = all(
        rest is not None and abs(rest) <= _MISSING_SHARE * (whole.count("n", arm) or 0)
        for arm, rest in rests.items()
    )
    for arm, rest in rests.items():
        n = whole.get("n", arm)
        if not near or not rest or n is None:
            continue
        parts = [figure for sheet in sheets if (figure := sheet.get("n", arm))]
        yield Finding(
            check="groups make the whole",
            severity=Severity.NOTE,
            subject=arm,
            figures=(n, *parts),
            printed=f"{phrase(n)}; {', '.join(str(part.printed) for part in parts)} in sub-groups",
            required="sub-groups that make a whole have all patients",
            implied=f"{abs(rest)} {'left out' if rest > 0 else 'counted twice'}",
            analysis=whole.id,
        )
