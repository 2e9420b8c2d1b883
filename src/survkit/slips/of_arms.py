"""Slips in what is printed of arms: the other arm's figures, shares, another unit of time."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

from survkit.quantity import QUANTILES
from survkit.slips.numbers import in_percent, on_scale, rest_of_hundred, with_figures
from survkit.slips.slip import changed, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survkit.printed import Printed
    from survkit.trial import Analysis, Arm
    from survkit.trial.stated import Survival

__all__ = ["arms_exchanged", "other_level", "other_percentages", "other_units"]

_Other = tuple[str, frozenset[str], tuple["Arm", ...]]
"""What would be so, quantities that say something else then, and the arms."""

_MOST_ARMS = 4
"""Arms of which every two are exchanged."""
_EXCHANGED = {
    "the events": ("events",),
    "the medians": ("median", "lower_quartile", "upper_quartile"),
    "the percentages": ("survival",),
    "the numbers at risk": ("at_risk",),
    "the sizes": ("n",),
}
_DAYS = {
    "year": Decimal("365.25"),
    "month": Decimal("30.4375"),
    "week": Decimal(7),
    "day": Decimal(1),
}
_FOLLOW_UP = ("max_follow_up", "median_follow_up")


def arms_exchanged(analysis: Analysis) -> Iterator[_Other]:
    """Yield the arms with some figures of two of them exchanged."""
    arms = analysis.arms
    if len(arms) > _MOST_ARMS:
        return
    for one, other in combinations(range(len(arms)), 2):
        whose = "the arms" if len(arms) == 2 else f"{arms[one].id} and {arms[other].id}"
        for name, keys in _EXCHANGED.items():
            of_one, of_other = (
                {key: getattr(arms[arm], key) for key in keys} for arm in (one, other)
            )
            if of_one != of_other:
                exchanged = replaced(arms, one, changed(arms[one], **of_other))
                exchanged = replaced(exchanged, other, changed(arms[other], **of_one))
                yield f"{name} of {whose} were exchanged", frozenset(keys), exchanged


def other_percentages(analysis: Analysis) -> Iterator[_Other]:
    """Yield the arms with shares as percentages, and with percentages of those with the event."""
    touched, arms = frozenset({"survival"}), analysis.arms
    stated = [entry for arm in arms for entry in arm.survival]
    if any(map(_is_share, stated)):
        condition = "survival of at most 1 were a share, not a percentage"
        yield condition, touched, _with_survival(arms, in_percent, _is_share)
    if any(map(_is_told, stated)):
        condition = "percentages were of patients with the event"
        yield condition, touched, _with_survival(arms, rest_of_hundred, _is_told)


def other_units(analysis: Analysis) -> Iterator[_Other]:
    """Yield the arms with some of their times in another unit than the analysis."""
    days = _DAYS[analysis.time_unit]
    for unit, length in _DAYS.items():
        if unit == analysis.time_unit:
            continue
        factor = length / days
        for name, keys in (("follow-up", _FOLLOW_UP), ("medians", tuple(QUANTILES))):
            if any(getattr(arm, key) is not None for arm in analysis.arms for key in keys):
                scaled = tuple(_with_times(arm, keys, factor) for arm in analysis.arms)
                yield f"{name} were in {unit}s", frozenset(keys), scaled
        for name, key in (("percentages", "survival"), ("numbers at risk", "at_risk")):
            if any(entry.time for arm in analysis.arms for entry in getattr(arm, key)):
                scaled = tuple(_at_times(arm, key, factor) for arm in analysis.arms)
                yield f"{name} were at times in {unit}s", frozenset({key}), scaled


def other_level(arms: tuple[Arm, ...], level: Decimal) -> tuple[Arm, ...]:
    """Return the arms with another level of the intervals of quantiles and survival."""

    def entry_of(entry: Any) -> Any:
        """Return the entry with another level of its interval, if it has one."""
        ci = getattr(entry, "ci", None)
        return entry if ci is None else changed(entry, ci=changed(ci, level=level))

    return tuple(
        changed(
            arm,
            survival=tuple(map(entry_of, arm.survival)),
            **{key: entry_of(getattr(arm, key)) for key in QUANTILES},
        )
        for arm in arms
    )


def _with_survival(
    arms: tuple[Arm, ...],
    write: Callable[[Printed], Printed],
    concerns: Callable[[Survival], bool],
) -> tuple[Arm, ...]:
    """Write some percentages anew."""
    return tuple(
        changed(
            arm,
            survival=tuple(
                with_figures(entry, "percent", write) if concerns(entry) else entry
                for entry in arm.survival
            ),
        )
        for arm in arms
    )


def _with_times(arm: Arm, keys: tuple[str, ...], factor: Decimal) -> Arm:
    """Write printed times of an arm in another unit."""
    known = {key: getattr(arm, key) for key in keys if getattr(arm, key) is not None}
    write = partial(on_scale, factor=factor)
    return changed(arm, **{key: with_figures(one, "value", write) for key, one in known.items()})


def _at_times(arm: Arm, key: str, factor: Decimal) -> Arm:
    """Move points in time to another unit."""
    entries = (changed(entry, time=round(entry.time * factor, 3)) for entry in getattr(arm, key))
    return changed(arm, **{key: tuple(entries)})


def _is_share(entry: Survival) -> bool:
    return 0.0 < entry.percent.value <= 1.0


def _is_told(entry: Survival) -> bool:
    """Tell whether a percentage says more than that everybody, or nobody, is left."""
    return 0.0 < entry.percent.value < 100.0 and entry.percent.exact
