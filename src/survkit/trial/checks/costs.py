"""Analyses that would take hours: more patients, arms, times, strata or visits than are known.

A trial file may come from anywhere, and a slip of the pen makes a million patients of a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from survkit.quantity import SHARES
from survkit.trial.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.trial.document import View

__all__ = ["endless_analyses"]

_MOST_PATIENTS = 250_000
"""Patients of all arms; the largest randomised trials have 200,000."""
_MOST_ARMS = 20
_MOST_TIMES = 400
"""Entries of an arm's list of percentages, numbers at risk or means."""
_MOST_STRATA = 1_000
_MOST_VISITS = 2_000


def endless_analyses(analysis: View) -> Iterator[Fault]:
    """Yield what would make the reconstruction of an analysis endless."""
    arms = list(analysis.tables("arm"))
    if len(arms) > _MOST_ARMS:
        what = f"must have at most {_MOST_ARMS} arms, got {len(arms):,}"
        yield Fault((*analysis.path, "arm"), what, shown=False)
    patients = sum(int(arm.stated("n").number("value") or 0) for arm in arms)
    if patients > _MOST_PATIENTS:
        what = f"must have at most {_MOST_PATIENTS:,} patients, got {patients:,}"
        yield Fault((*analysis.path, "arm"), what, shown=False)
    for arm in arms:
        for key in ("survival", "incidence", "at_risk", "rmst"):
            entries = len(list(arm.tables(key)))
            if entries > _MOST_TIMES:
                what = f"must have at most {_MOST_TIMES} entries, got {entries:,}"
                yield Fault((*arm.path, key), what, shown=False)
    yield from _endless_strata(analysis)
    yield from _endless_visits(analysis, arms)


def _endless_strata(analysis: View) -> Iterator[Fault]:
    """Yield factors with more strata, all together, than make sense."""
    levels = [len(list(factor.tables("levels"))) for factor in analysis.tables("stratification")]
    if len(levels) > _MOST_STRATA or math.prod(levels) > _MOST_STRATA:
        what = f"must make at most {_MOST_STRATA:,} strata, got more"
        yield Fault((*analysis.path, "stratification"), what, shown=False)


def _endless_visits(analysis: View, arms: list[View]) -> Iterator[Fault]:
    """Yield a schedule with more visits, up to the last printed time, than anybody keeps."""
    schedule = analysis.stated("assessment_every")
    spacings = [schedule.number(key) for key in ("value", "then_every")]
    shortest = min((spacing for spacing in spacings if spacing), default=None)
    if shortest is None:
        return
    unit = schedule.word("unit") or analysis.word("time_unit")
    days = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
    scale = days.get(unit or "", 1.0) / days.get(analysis.word("time_unit") or "", 1.0)
    visits = max(_times(arms), default=0.0) / (float(shortest) * scale)
    if visits > _MOST_VISITS:
        what = f"must make at most {_MOST_VISITS:,} visits up to the last printed time, got more"
        yield Fault((*schedule.path, "value"), what, shown=isinstance(schedule.table, Mapping))


def _times(arms: list[View]) -> Iterator[float]:
    """Yield the printed times of all arms."""
    for arm in arms:
        for key in (*SHARES, "max_follow_up"):
            yield float(arm.stated(key).number("value") or 0)
        for key in ("survival", "incidence", "at_risk", "rmst"):
            for entry in arm.tables(key):
                yield float(entry.number("time") or 0)
