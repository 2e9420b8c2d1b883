"""What options of ``survkit plot`` ask for, read from their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_colours", "read_order", "read_percent"]

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?):([0-9]{1,3}(?:\.[0-9]{1,6})?)")


def read_percent(text: str | None) -> tuple[float, float]:
    """Read the ends of the vertical axis, in percent; all of it where none are given."""
    if text is None:
        return (0.0, 100.0)
    found = _PERCENT.fullmatch(text)
    if found is None:
        msg = f"--percent must be two percentages, as 0:40, got {text[:60]!r}"
        raise SurvkitError(msg)
    return float(found[1]), float(found[2])


def read_colours(texts: Iterable[str]) -> dict[str, str]:
    """Read the colours of arms."""
    colours = {}
    for text in texts:
        arm, equals, colour = text.rpartition("=")
        if not equals:
            msg = f"--colour must be an arm and its colour, as placebo=#777777, got {text[:60]!r}"
            raise SurvkitError(msg)
        colours[arm] = colour
    return colours


def read_order(text: str | None) -> tuple[str, ...]:
    """Read the order of arms."""
    return () if text is None else tuple(arm.strip() for arm in text.split(","))
