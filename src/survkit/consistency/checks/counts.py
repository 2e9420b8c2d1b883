"""Numbers of patients and events: of arms, of all arms, and at risk over time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import certainly_above
from survkit.consistency.sheet import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Sheet
    from survkit.trial import Figure

__all__ = ["events_within_patients", "numbers_at_risk_fall", "totals_of_arms"]


def events_within_patients(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether every arm, and all arms, have at most as many events as patients.

    Formula: d <= n. Assumption: a patient counts once.
    """
    pairs = [(sheet.get("n", arm), sheet.get("events", arm)) for arm in sheet.arms]
    pairs.append((sheet.get("total_n"), sheet.get("total_events")))
    for n, events in pairs:
        if n is not None and events is not None and events.printed.value > n.printed.value:
            yield Finding(
                check="events within patients",
                severity=Severity.IMPOSSIBLE,
                subject=events.key.subject,
                figures=(n, events),
                printed=f"{phrase(events)}, {phrase(n)}",
                required="at most as many events as patients",
                implied="the two are exchanged, or one is mistyped",
            )


def totals_of_arms(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether the totals are those of the arms.

    Formula: the total is the sum over the arms; where some arms print nothing, at least the sum of
    the others, and at most that sum and all patients of the silent arms. Assumption: the file names
    all arms.
    """
    for quantity in ("n", "events"):
        total = sheet.get(f"total_{quantity}")
        if total is None:
            continue
        parts = [sheet.get(quantity, arm) for arm in sheet.arms]
        known = [part for part in parts if part is not None]
        least = sum(int(part.printed.value) for part in known)
        most = least if len(known) == len(parts) else _most(sheet, quantity)
        value = int(total.printed.value)
        if value < least or (most is not None and value > most):
            bounds = str(least) if most == least else f"{least} to {most}"
            yield Finding(
                check="totals of arms",
                severity=Severity.IMPOSSIBLE,
                subject="",
                figures=(total, *known),
                printed=f"{phrase(total)}; by arm {', '.join(str(p.printed) for p in known)}",
                required=f"the arms make it {bounds if most is not None else f'{least} or more'}",
                implied=f"{value - least:+d} against the sum of the arms",
                numbers={"sum": least, "total": value},
            )


def numbers_at_risk_fall(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether the numbers at risk begin at n and never rise.

    Formula: n >= R(t1) >= R(t2) for t1 < t2, and R(0) = n. Assumption: nobody enters late.

    Findings: a number that rises or exceeds n: impossible. Fewer than n at time 0: unlikely.
    """
    for arm in sheet.arms:
        n, series = sheet.get("n", arm), sheet.series("at_risk", arm)
        for earlier, later in pairwise(series if n is None else (n, *series)):
            if certainly_above(later, earlier):
                yield _rising(earlier, later)
        if n is not None and series and series[0].key.instant == 0.0:
            yield from _begin(n, series[0])


def _most(sheet: Sheet, quantity: str) -> int | None:
    """Bound a total from above where some arms do not print their events."""
    if quantity == "n":
        return None
    total = 0
    for arm in sheet.arms:
        count = sheet.count("events", arm)
        count = sheet.count("n", arm) if count is None else count
        if count is None:
            return None
        total += count
    return total


def _rising(earlier: Figure, later: Figure) -> Finding:
    return Finding(
        check="numbers at risk fall",
        severity=Severity.IMPOSSIBLE,
        subject=later.key.subject,
        figures=(earlier, later),
        printed=f"{phrase(earlier)}, {phrase(later)}",
        required=f"at most {earlier.printed} at risk at {later.key.time}",
        implied="a digit, or an arm, is another one",
    )


def _begin(n: Figure, first: Figure) -> Iterator[Finding]:
    if first.printed.value < n.printed.value:
        yield Finding(
            check="numbers at risk fall",
            severity=Severity.UNLIKELY,
            subject=first.key.subject,
            figures=(n, first),
            printed=f"{phrase(n)}, {phrase(first)}",
            required="everybody is at risk at time 0",
            implied=f"{int(n.printed.value - first.printed.value)} patients are not in the curve: "
            "another population, or patients without follow-up",
        )
