"""Printed numbers in another unit: shares as percentages, times on another clock."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from survkit.printed import Printed
from survkit.slips.slip import changed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["in_percent", "on_scale", "rest_of_hundred", "with_figures"]

_HUNDRED = Decimal(100)


def in_percent(printed: Printed) -> Printed:
    """Turn a share into a percentage; its last digit stays the last one known."""
    return _mapped(printed, lambda number: number.scaleb(2))


def rest_of_hundred(printed: Printed) -> Printed:
    """Turn a percentage of those with the event into one of those without, or back."""
    return _mapped(printed, lambda number: _HUNDRED - number)


def on_scale(printed: Printed, factor: Decimal) -> Printed:
    """
    Write a printed time in another unit.

    It has so many digits that all values that print like it print in the old unit as the old one.
    """
    places = max(0, math.ceil(printed.decimals - math.log10(float(factor) / 2.0)))
    return _mapped(printed, lambda number: round(number * factor, places))


def with_figures(entry: Any, name: str, write: Callable[[Printed], Printed]) -> Any:
    """Write an estimate and its limits anew; `name` is the estimate's key."""
    estimate, ci = write(getattr(entry, name)), getattr(entry, "ci", None)
    if ci is None:
        return changed(entry, **{name: estimate})
    lower, upper = write(ci.lower), write(ci.upper)
    if lower.reached and upper.reached and lower.value > upper.value:
        lower, upper = upper, lower
    return changed(entry, **{name: estimate, "ci": changed(ci, lower=lower, upper=upper)})


def _mapped(printed: Printed, write: Callable[[Decimal], Decimal]) -> Printed:
    """Write another number; a sign before it stays, and what is not reached is not."""
    if not printed.reached:
        return printed
    text = str(printed)
    sign = text[0] if text[0] in "<>" else ""
    return Printed.parse(f"{sign}{write(Decimal(text.removeprefix(sign))):f}")
