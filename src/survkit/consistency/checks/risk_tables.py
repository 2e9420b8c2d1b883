"""Events against the curve and the numbers at risk: whole patients, counted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from survkit.consistency.checks.curves import curve_bounds
from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import interval_of
from survkit.consistency.sheet import phrase
from survkit.interval import Interval
from survkit.quantity import QUANTILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Sheet
    from survkit.trial import Figure

__all__ = ["events_against_curve", "risk_table_against_curve"]

_SLACK = 1e-9
_MANY_TIMES = 3
"""Printed times, all of them whole, that tell of a coarse clock."""
_TIED_PACE = 3.0
"""By how much events at one time may exceed what the median's pace makes of one unit."""
_TIED_SHARE = 0.02
"""Share of those at risk that may well have their event at exactly a printed time."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """A time at which an arm prints both survival and number at risk."""

    time: float
    at_risk: int
    survival: Interval
    figures: tuple[Figure, ...] = ()


def events_against_curve(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether an arm's events are as many as its curve and its numbers at risk allow.

    Formula: the events by t are at most n (1 - S(t)), those after t at most R(t), so that
    :math:`d \le n (1 - S(t)) + R(t)`; where a quantile is not reached, S stays at its share and
    :math:`d \le n (1 - S)`. From below, :math:`d \ge R(t') (1 - S(t)) / S(t)` for t < t', and
    :math:`d \ge R(t) (1 - S(t))` even where events happened at exactly t; a curve above 0 has left
    somebody, so that :math:`d \ge (1 - S) / S`. No assumption but that nobody enters late.
    """
    for arm in sheet.arms:
        n, events = sheet.count("n", arm), sheet.get("events", arm)
        if n is None or events is None or events.printed.value > n:
            continue
        for most, figures in _most(sheet, arm, n):
            if events.printed.value > most:
                yield _beyond(events, figures, most, "at most")
                break
        for least, figures in _least(sheet, arm):
            if events.printed.value < least:
                yield _beyond(events, figures, least, "at least")
                break


def risk_table_against_curve(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether whole events and censorings lead from one number at risk to the next.

    Formula: with r1 and r2 at risk, k events between and r1 - r2 - k censorings, the curve falls to
    a ratio between :math:`r_2 / (r_2 + k)` (censorings first) and :math:`(r_1 - k) / r_1` (events
    first). Some whole k must reach the printed ratio, and the events of all intervals, with those
    after the last time, must contain the printed number. It contains
    :math:`R(t_2) \le R(t_1) S(t_2) / S(t_1)`. Assumption: no events at exactly a printed time, and
    curve and table are read on the same day; where a clock is coarse, as one whose printed times
    are all whole, the bounds are wider.

    Findings: no such number of events: unlikely, or a note where one or two patients explain it. A
    curve that moves when nobody is at risk any more: impossible.
    """
    for arm in sheet.arms:
        stops, tied = _stops(sheet, arm), _tied_share(sheet, arm)
        yield from _moving_alone(sheet, arm)
        least, most, steps = 0, 0, 0
        for before, after in pairwise(stops):
            counts = _possible_events(before, after)
            if counts is None:
                yield _no_step(arm, before, after, tied)
                break
            least, most, steps = least + counts[0], most + counts[1], steps + 1
        else:
            events = sheet.get("events", arm)
            if events is not None and steps:
                on_time = sum(round(tied * stop.at_risk) for stop in stops if stop.time > 0.0)
                bounds = least - on_time, most + stops[-1].at_risk + on_time
                yield from _outside(arm, events, bounds, stops[-1])


def _moving_alone(sheet: Sheet, arm: str) -> Iterator[Finding]:
    """Yield a percentage that falls after the last patient has left."""
    ended = [stop for stop in _stops(sheet, arm) if stop.at_risk == 0 and stop.time > 0.0]
    for stop in ended[:1]:
        for later in sheet.series("survival", arm):
            window = interval_of(later)
            after = later.key.instant > stop.time
            if after and stop.survival.above(Interval(window.lower / 100.0, window.upper / 100.0)):
                yield Finding(
                    check="risk table against the curve",
                    severity=Severity.IMPOSSIBLE,
                    subject=arm,
                    figures=(*stop.figures, later),
                    printed=", ".join(phrase(figure) for figure in (*stop.figures, later)),
                    required="a curve does not move once nobody is at risk",
                    implied="a number at risk, or a percentage, is another one",
                )
                return


def _most(sheet: Sheet, arm: str, n: int) -> Iterator[tuple[int, tuple[Figure, ...]]]:
    """Bound the events from above, by every floor of the curve."""
    floors, _ = curve_bounds(sheet, arm)
    for floor in floors:
        by_then = math.floor(n * (1.0 - floor.share) + _SLACK * n)
        if math.isinf(floor.time):
            yield by_then, (floor.figure,)
        for figure in sheet.series("at_risk", arm):
            if floor.reaches(figure.key.instant):
                yield by_then + int(figure.printed.value), (floor.figure, figure)


def _least(sheet: Sheet, arm: str) -> Iterator[tuple[int, tuple[Figure, ...]]]:
    """Bound the events from below, by every ceiling of the curve."""
    _, ceilings = curve_bounds(sheet, arm)
    for ceiling in ceilings:
        if ceiling.share < 1.0 - _SLACK:
            alone = interval_of(ceiling.figure).lower <= 0.0 or ceiling.figure.key.time is None
            fallen = 1.0 if alone else (1.0 - ceiling.share) / ceiling.share
            yield math.ceil(fallen - _SLACK * fallen), (ceiling.figure,)
        for figure in sheet.series("at_risk", arm):
            if ceiling.time <= figure.key.instant:
                # at t itself, events may be among R(t); before it, R(t) outlived them
                left = max(ceiling.share, _SLACK) if ceiling.time < figure.key.instant else 1.0
                gone = figure.printed.value * (1.0 - ceiling.share) / left
                yield math.ceil(gone - _SLACK * (1.0 + gone)), (ceiling.figure, figure)


def _beyond(events: Figure, figures: tuple[Figure, ...], bound: int, side: str) -> Finding:
    stated = ", ".join(phrase(figure) for figure in figures)
    return Finding(
        check="events against the curve",
        severity=Severity.IMPOSSIBLE,
        subject=events.key.subject,
        figures=(events, *figures),
        printed=f"{phrase(events)}, {stated}",
        required=f"{side} {bound} events with this curve",
        implied="the events, or n, are those of another arm or analysis",
        numbers={"bound": bound},
    )


def _stops(sheet: Sheet, arm: str) -> list[_Stop]:
    """Return the times with survival and number at risk, from time 0 on."""
    n = sheet.count("n", arm)
    found = [] if n is None else [_Stop(0.0, n, Interval(1.0, 1.0))]
    for figure in sheet.series("at_risk", arm):
        survival = sheet.get("survival", arm, figure.key.time)
        if survival is not None and figure.key.instant > 0.0:
            window = interval_of(survival)
            share = Interval(window.lower / 100.0, window.upper / 100.0)
            at_risk = int(figure.printed.value)
            found.append(_Stop(figure.key.instant, at_risk, share, (survival, figure)))
    return found


def _possible_events(before: _Stop, after: _Stop) -> tuple[int, int] | None:
    """Return the fewest and the most events that lead from one stop to the next."""
    least = after.survival.lower / max(before.survival.upper, _SLACK)
    most = after.survival.upper / max(before.survival.lower, _SLACK)
    left = max(after.at_risk, 1 if after.survival.lower > 0.0 else 0)
    gone = before.at_risk - after.at_risk
    possible = [
        events
        for events in range(max(gone, -1) + 1)
        if _lowest(left, events) <= most + _SLACK
        and _highest(before.at_risk, events) >= least - _SLACK
    ]
    return (possible[0], possible[-1]) if possible else None


def _lowest(at_risk: int, events: int) -> float:
    """Return the ratio after some events, with all censorings before them."""
    return at_risk / (at_risk + events) if events else 1.0


def _highest(at_risk: int, events: int) -> float:
    """Return the ratio after some events, with all censorings after them."""
    return (at_risk - events) / at_risk if events else 1.0


def _tied_share(sheet: Sheet, arm: str) -> float:
    """
    Bound the share of those at risk with their event at exactly a printed time, on a coarse clock.

    Where every printed time of the arm is a whole number, patients may have been seen once a unit:
    at the pace of the median, so many have their event in one unit, give or take a factor.
    """
    keys = (*QUANTILES, "max_follow_up")
    times = [figure for key in keys for figure in _with_limits(sheet, key, arm)]
    values = [figure.printed.value for figure in times if figure.printed.reached]
    median = sheet.get("median", arm)
    if len(values) < _MANY_TIMES or any(value % 1.0 for value in values):
        return 0.0
    if median is None or not median.printed.reached or median.printed.value <= 0.0:
        return 0.0
    return float(min(_TIED_PACE * (1.0 - 0.5 ** (1.0 / median.printed.value)), 1.0))


def _with_limits(sheet: Sheet, quantity: str, arm: str) -> tuple[Figure, ...]:
    figure = sheet.get(quantity, arm)
    return () if figure is None else (figure, *(sheet.limits(figure) or ()))


def _no_step(arm: str, before: _Stop, after: _Stop, tied: float) -> Finding:
    figures = (*before.figures, *after.figures)
    ratio = before.at_risk * after.survival.upper / max(before.survival.lower, _SLACK)
    stated = ", ".join(phrase(figure) for figure in figures)
    few = after.at_risk - ratio <= max(1.0, max(_TIED_SHARE, tied) * after.at_risk)
    return Finding(
        check="risk table against the curve",
        severity=Severity.NOTE if few else Severity.UNLIKELY,
        subject=arm,
        figures=figures,
        printed=stated if before.figures else f"{before.at_risk} patients, {stated}",
        required=f"whole events and censorings that take {before.at_risk} at risk and their curve "
        f"from {before.time:g} to {after.time:g}",
        implied=f"there are none; this fall of the curve leaves at most {ratio:.1f} at risk, "
        "unless events happened at exactly that time",
        numbers={"most_at_risk": ratio},
    )


def _outside(arm: str, events: Figure, bounds: tuple[int, int], last: _Stop) -> Iterator[Finding]:
    """Hold the printed events against those of all intervals."""
    least, most = bounds
    if least <= events.printed.value <= most:
        return
    yield Finding(
        check="risk table against the curve",
        severity=Severity.UNLIKELY,
        subject=arm,
        figures=(events, *last.figures),
        printed=f"{phrase(events)}; percentages and numbers at risk up to {last.time:g}",
        required=f"{least} to {most} events with this table",
        implied="a number of the table, or the events, belong elsewhere",
        numbers={"least": least, "most": most},
    )
