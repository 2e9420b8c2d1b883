"""Arms typed at the prompt: ``"placebo: n=203, events=165, median=4.6 (3.1-5.4)"``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from survkit.errors import SurvkitError
from survkit.typed import from_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.trial import Trial

__all__ = ["read_typed_trial"]

_FIGURE = re.compile(
    r"(?P<key>[A-Za-z_ -]+?)\s*(?:\[\s*(?P<time>[\d.]+)\s*\]|\b(?:at )?\s*(?P<at>[\d.]+))?"
    r"\s*=\s*(?P<value>.+)"
)
"""A figure, at a point in time or not: survival[12]=26, survival 12 = 26, survival at 12 = 26."""
_NEXT = re.compile(r"[,;]\s*(?=[A-Za-z_ -]+(?:\[[\d. ]+\]|[\d.]+)?\s*=)")
"""What parts two figures: a comma that a name and an equals sign follow."""
_SUCH = '"placebo: n=203, events=165, median=4.6 (3.1-5.4), survival[12]=26"'


def read_typed_trial(
    arms: Sequence[str], figures: Mapping[str, str | None], *, time_unit: str, endpoint: str
) -> Trial:
    """Make a trial of typed arms, the reference first, and of what is typed of their comparison."""
    typed: dict[str, dict[str, Any]] = {}
    for text in arms:
        name, found = _read_arm(text)
        if name in typed:
            msg = f"--arm: every arm must have a name of its own, got {name!r} twice"
            raise SurvkitError(msg)
        typed[name] = found
    analysis = from_figures(
        arms=typed, **figures, time_unit=time_unit, endpoint=endpoint, name="typed figures"
    )
    trial = analysis.trial
    assert trial is not None  # noqa: S101 - tells mypy: it was just read
    return trial


def _read_arm(text: str) -> tuple[str, dict[str, Any]]:
    """Read the name of an arm and its figures."""
    name, colon, rest = text.partition(":")
    if not colon or not name.strip() or not rest.strip():
        msg = f"--arm: the arm must be its name and its figures, such as {_SUCH}, got {text!r}"
        raise SurvkitError(msg)
    figures: dict[str, Any] = {}
    for part in _NEXT.split(rest):
        found = _FIGURE.fullmatch(part.strip())
        if found is None:
            msg = (
                f"--arm: every figure must be NAME=VALUE, such as in {_SUCH}, got {part.strip()!r}"
            )
            raise SurvkitError(msg)
        key = re.sub("[ -]+", "_", found["key"].strip().lower())
        time = found["time"] or found["at"]
        if time is None:
            figures[key] = found["value"]
        else:
            figures.setdefault(key, {})[time] = found["value"]
    return name.strip(), figures
