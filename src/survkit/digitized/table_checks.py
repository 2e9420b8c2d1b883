"""Numbers at risk and total events against the curve: whole patients, counted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from survkit.digitized.allowance import Band, Inconsistency, survival_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.digitized.allowance import Allowance, Severity
    from survkit.digitized.curve import DigitizedCurve
    from survkit.digitized.risk_table import RiskTable

__all__ = ["events_against_curve", "table_against_curve", "table_rises"]

_FEW = 0.02
"""Share of those at risk that ties at a printed time may explain."""
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class _Stop:
    """A time with its number at risk and survival just before it."""

    time: float
    least: int
    most: int
    survival: Band


def table_rises(table: RiskTable) -> Iterator[Inconsistency]:
    """
    Ask whether numbers at risk fall.

    Formula: R(t1) >= R(t2) for t1 < t2. Assumption: nobody enters late.

    Findings: every rise beyond the intervals of its numbers: impossible.
    """
    ceiling, since = math.inf, 0.0
    for time, least, most in zip(table.times, table.lower, table.upper, strict=True):
        if least > ceiling:
            yield Inconsistency(
                check="table_rises",
                severity="impossible",
                printed=f"{least} at risk at {time:g}",
                required=f"at most {ceiling:.0f}, as at {since:g}",
                implied="one of the two numbers is misread, or a row is shifted",
                numbers={"time": time, "at_risk": least, "most": ceiling},
            )
        if most < ceiling:
            ceiling, since = most, time


def table_against_curve(
    curve: DigitizedCurve, table: RiskTable, allowance: Allowance
) -> Iterator[Inconsistency]:
    r"""
    Ask whether patients can leave as the table says while the curve falls as it does.

    Formula: :math:`R(t_2) \le R(t_1) S(t_2-) / S(t_1-)`, as censorings only lower it: too many at
    risk. One event among R takes S to at most S (1 - 1/R): a smaller fall needs more at risk. When
    nobody is left, the curve does not move.

    Findings: too many at risk: unlikely, or a note where one or two patients explain it. Too few:
    unlikely.
    """
    stops = _stops(curve, table, allowance, None)
    for before, after in pairwise(stops):
        yield from _too_many(before, after)
        yield from _too_few(curve, before, after.time, allowance)
    for last in stops[-1:]:
        yield from _too_few(curve, last, math.inf, allowance)


def events_against_curve(
    curve: DigitizedCurve,
    table: RiskTable | None,
    events: int,
    n: int | None,
    allowance: Allowance,
) -> Iterator[Inconsistency]:
    r"""
    Ask whether an arm's events are as many as its curve and its numbers at risk allow.

    Formula: between two printed times the events k lead the curve to a ratio between
    :math:`r_2 / (r_2 + k)`, censorings first, and :math:`(r_1 - k) / r_1`, events first. The sums
    of the fewest and of the most events hold the total.

    Parameters
    ----------
    curve : DigitizedCurve
        The curve.
    table : RiskTable or None
        The numbers at risk of the same arm.
    events : int
        The arm's events.
    n : int or None
        The arm's patients.
    allowance : Allowance
        How far coordinates may be off.

    Yields
    ------
    Inconsistency
        More events than patients: impossible. Events outside of the sums: unlikely.
    """
    stops = _stops(curve, table, allowance, n)
    if stops and events > stops[0].most and stops[0].time == 0.0:
        yield _events_beyond(events, 0, stops[0].most, "impossible", "patients, each counted once")
        return
    if not stops:
        return
    end = _Stop(curve.times[-1], 0, stops[-1].most, _at_end(curve, allowance))
    path = [*stops, end] if end.time > stops[-1].time else stops
    least = sum(_fewest(before, after) for before, after in pairwise(path))
    most = sum(_most(before, after) for before, after in pairwise(path))
    # where the table begins late, nobody knows how many there were before
    ceiling = math.inf if stops[0].time > 0.0 else float(most)
    if not least <= events <= ceiling:
        yield _events_beyond(events, least, ceiling, "unlikely", "events by curve and table")


def _stops(
    curve: DigitizedCurve, table: RiskTable | None, allowance: Allowance, n: int | None
) -> list[_Stop]:
    """Return the printed times within the curve, from the start on."""
    rows = [] if table is None else list(zip(table.times, table.lower, table.upper, strict=True))
    if n is not None and (not rows or rows[0][0] > 0.0):
        rows.insert(0, (0.0, n, n))
    slip = allowance.time * curve.times[-1]
    return [
        _Stop(
            time,
            least,
            most,
            Band(1.0, 1.0) if time <= 0.0 else survival_before(curve, time, allowance),
        )
        for time, least, most in rows
        if time <= curve.times[-1] + slip
    ]


def _at_end(curve: DigitizedCurve, allowance: Allowance) -> Band:
    """Return survival at the last point."""
    last = min(curve.survival)
    return Band(max(0.0, last - allowance.survival), min(1.0, last + allowance.survival))


def _too_many(before: _Stop, after: _Stop) -> Iterator[Inconsistency]:
    """Hold a number at risk against the one before and the fall of the curve between."""
    bound = before.most * min(1.0, after.survival.upper / max(before.survival.lower, _SLACK))
    excess = after.least - bound
    if excess <= _SLACK * (1.0 + bound) or after.least > before.most:  # the second: table_rises
        return
    severity: Severity = "note" if excess <= max(1.0, _FEW * after.least) else "unlikely"
    yield Inconsistency(
        check="table_against_curve",
        severity=severity,
        printed=f"{before.most} at risk at {before.time:g}, {after.least} at {after.time:g}",
        required=f"at most {bound:.1f} at {after.time:g}, by the fall of the curve",
        implied="too many at risk: a number, or the curve, belongs to another arm",
        numbers={"time": after.time, "at_risk": after.least, "most": bound},
    )


def _too_few(
    curve: DigitizedCurve, stop: _Stop, until: float, allowance: Allowance
) -> Iterator[Inconsistency]:
    """Hold a number at risk against the smallest fall that so few can make."""
    slip = allowance.time * curve.times[-1]
    inside = [
        survival
        for time, survival in zip(curve.times, curve.survival, strict=True)
        if stop.time + slip < time < until - slip
    ]
    if not inside:
        return
    fall = stop.survival.lower - allowance.survival - min(inside)
    needed = 0.0 if stop.most == 0 else stop.survival.lower / stop.most
    noise = 2.0 * allowance.survival
    # two points and the band about the first: the fall may be larger by twice that noise
    if fall <= noise or (stop.most > 0 and fall + 2.0 * noise >= needed):
        return
    smallest = f"one event among {stop.most} takes {needed:.3f}" if stop.most else "nobody is left"
    yield Inconsistency(
        check="table_against_curve",
        severity="unlikely",
        printed=f"{stop.most} at risk at {stop.time:g}, and a fall by {fall:.3f} after it",
        required=f"no such fall: {smallest}",
        implied="too few at risk: a number, or the curve, belongs to another arm",
        numbers={"time": stop.time, "at_risk": stop.most, "fall": fall, "needed": needed},
    )


def _fewest(before: _Stop, after: _Stop) -> int:
    """Return the fewest events between two stops: all censorings before them."""
    ratio = after.survival.upper / max(before.survival.lower, _SLACK)
    if ratio >= 1.0 - _SLACK:
        return 0
    if after.survival.lower <= 0.0:
        return 1
    left = max(after.least, 1)
    return math.ceil(left * (1.0 / ratio - 1.0) - _SLACK * left)


def _most(before: _Stop, after: _Stop) -> int:
    """Return the most events between two stops: all censorings after them."""
    ratio = min(1.0, after.survival.lower / max(before.survival.upper, _SLACK))
    by_curve = math.floor(before.most * (1.0 - ratio) + _SLACK * before.most)
    return max(0, min(by_curve, before.most - after.least))


def _events_beyond(
    events: int, least: int, most: float, severity: Severity, what: str
) -> Inconsistency:
    return Inconsistency(
        check="events_against_curve",
        severity=severity,
        printed=f"{events} events",
        required=f"{least} to {most:.0f} {what}",
        implied="the events, or the numbers at risk, are those of another arm or analysis",
        numbers={"events": events, "least": least, "most": most},
    )
