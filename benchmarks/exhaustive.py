"""Everything that a small arm can print: all orders of events and censorings, counted out.

Two times, t1 < t2, print survival in whole percent and the number at risk; events count over all
follow-up. Events and censorings may also happen at exactly t1 or t2.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from survkit.consistency import Sheet
from survkit.printed import Printed
from survkit.quantity import FigureKey
from survkit.trial import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["all_prints", "possible_prints", "sheet_of"]

Print = tuple[int, int, int, int, int]
"""Survival at t1 in percent, at risk at t1, the same at t2, events."""

_State = tuple[int, Fraction, int]
"""Patients left, survival, events so far."""

ARM = "arm"
TIMES = (Decimal(6), Decimal(12))


def possible_prints(n: int) -> set[Print]:
    """Return everything that an arm of n patients can print."""
    found: set[Print] = set()
    for first in _between({(n, Fraction(1), 0)}):
        for after in _at(first):
            for second in _between({after}):
                for end in _at(second):
                    for events in range(end[2], end[2] + end[0] + 1):
                        found.add(
                            (_percent(after[1]), first[0], _percent(end[1]), second[0], events)
                        )
    return found


def all_prints(n: int) -> Iterator[Print]:
    """Walk through every combination of figures, possible or not, with survival of a few values."""
    percents = sorted({_percent(Fraction(k, m)) for m in range(1, n + 1) for k in range(m + 1)})
    counts = range(n + 1)
    yield from product(percents, counts, percents, counts, counts)


def sheet_of(n: int, figures: Print) -> Sheet:
    """Lay the figures of an arm out."""
    first, early, second, late, events = figures
    stated: dict[FigureKey, int] = {
        FigureKey("n", ARM): n,
        FigureKey("events", ARM): events,
        FigureKey("survival", ARM, TIMES[0]): first,
        FigureKey("survival", ARM, TIMES[1]): second,
        FigureKey("at_risk", ARM, TIMES[0]): early,
        FigureKey("at_risk", ARM, TIMES[1]): late,
    }
    return Sheet(
        id="small",
        arms=(ARM,),
        pairs=(),
        figures={
            key: Figure(
                key=key,
                printed=Printed("=", Decimal(number)),
                role="input",
                verified=True,
                source="counted out",
            )
            for key, number in stated.items()
        },
    )


def _between(states: set[_State]) -> set[_State]:
    """Let patients leave one after the other, by an event or by censoring."""
    found, new = set(states), set(states)
    while new:
        left = {state for state in new if state[0]}
        new = {(r - 1, s, d) for r, s, d in left}
        new |= {(r - 1, s * Fraction(r - 1, r), d + 1) for r, s, d in left}
        new -= found
        found |= new
    return found


def _at(state: _State) -> Iterator[_State]:
    """Let patients leave at exactly one time, events before censorings."""
    r, s, d = state
    for events in range(r + 1):
        share = Fraction(r - events, r) if r else Fraction(1)
        for censored in range(r - events + 1):
            yield r - events - censored, s * share, d + events


def _percent(share: Fraction) -> int:
    exact = Decimal(share.numerator) / Decimal(share.denominator) * 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
