"""The usual slips of typing and reading: what a file says if one of them was made.

A file whose figures cannot be met together often says something slightly else than the paper: the
arms of a ratio are exchanged, a share was typed for a percentage, a Wald test taken for a log-rank
test. Each slip is undone in turn, and patients are sought who print everything then.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from survkit.consistency import Severity, audit
from survkit.printed import Printed
from survkit.reconstruction import meets_without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.trial import Analysis, Arm, Contrast
    from survkit.trial.stated import Survival

__all__ = ["Slip", "find_slips", "list_slips"]

_MOST_ATTEMPTS = 6
"""Slips for which patients are sought, of those that leave the audit nothing impossible."""
_SCALES = ("log-log", "log", "plain", "symmetric")
_LEVELS = (90, 95, 99)
_LONGER = {("month", "years"): "12", ("week", "months"): "4.348", ("day", "months"): "30.44"}
"""Units in which follow-up is told, with the file's units in one of them."""
_PERCENT = Decimal(100)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip that may have been made, undone."""

    condition: str  # what would be so if it was made, to follow "if"
    analysis: Analysis  # the analysis without it


def find_slips(analysis: Analysis) -> tuple[Slip, ...]:
    """
    Find the slips without which every input figure is met.

    Parameters
    ----------
    analysis : Analysis
        An analysis whose figures were not met together; a sub-group is taken by itself.

    Returns
    -------
    tuple of Slip
        Those of the tried ones that explain the figures, the likeliest first; often several do.
        That all would be met does not prove that the slip was made.
    """
    asked = [(_alarms(slip.analysis), slip) for slip in list_slips(analysis)]
    ranked = sorted((one for one in asked if not one[0][0]), key=itemgetter(0))
    return tuple(
        slip for _, slip in ranked[:_MOST_ATTEMPTS] if meets_without(slip.analysis, frozenset())
    )


def list_slips(analysis: Analysis) -> Iterator[Slip]:
    """
    Yield the slips that can have been made in an analysis.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.

    Yields
    ------
    Slip
        Each with the analysis as it would read without it.
    """
    for index, contrast in enumerate(analysis.contrasts):
        for condition, other in _of_contrast(contrast):
            contrasts = _replaced(analysis.contrasts, index, other)
            yield Slip(condition=condition, analysis=_changed(analysis, contrasts=contrasts))
    for condition, arms in _of_arms(analysis):
        yield Slip(condition=condition, analysis=_changed(analysis, arms=arms))
    if _has_limits(analysis):
        for scale in _SCALES:
            if (analysis.median_interval, analysis.survival_interval) != (scale, None):
                changed = _changed(analysis, median_interval=scale, survival_interval=None)
                condition = f"the intervals of medians and survival were of the {scale} form"
                yield Slip(condition=condition, analysis=changed)


def _alarms(analysis: Analysis) -> tuple[int, int]:
    """Count the findings of the audit, the impossible ones first."""
    found = [finding.severity for finding in audit(analysis)]
    return found.count(Severity.IMPOSSIBLE), found.count(Severity.UNLIKELY)


def _of_contrast(contrast: Contrast) -> Iterator[tuple[str, Contrast]]:
    """Yield a comparison with its arms exchanged, another test, another level."""
    if contrast.hazard_ratio is not None or contrast.risk_reduction is not None:
        yield (
            f"the ratio were {contrast.reference} over {contrast.experimental}",
            _changed(contrast, experimental=contrast.reference, reference=contrast.experimental),
        )
    if contrast.estimator == "cox" and contrast.hazard_ratio is not None:
        yield (
            "the ratio were exp((O - E) / V) of the log-rank test",
            _changed(contrast, estimator="peto"),
        )
    if (p := contrast.p_value) is not None and p.role == "input" and p.margin is None:
        other = "wald" if p.test == "log-rank" else "log-rank"
        name = "the Cox model (Wald)" if other == "wald" else "a log-rank test"
        yield f"p were of {name}", _changed(contrast, p_value=_changed(p, test=other))
        sides = "two" if p.sided == 1 else "one"
        changed = _changed(p, sided=2 if p.sided == 1 else 1, alternative=None)
        yield f"p were {sides}-sided", _changed(contrast, p_value=changed)
    ratio = contrast.hazard_ratio
    if ratio is not None and ratio.ci is not None:
        for level in _LEVELS:
            if level != ratio.ci.level:
                interval = _changed(ratio.ci, level=Decimal(level))
                yield (
                    f"the interval of the ratio had {level} %",
                    _changed(contrast, hazard_ratio=_changed(ratio, ci=interval)),
                )


def _of_arms(analysis: Analysis) -> Iterator[tuple[str, tuple[Arm, ...]]]:
    """Yield the arms with figures exchanged, shares as percentages, follow-up in longer units."""
    arms = analysis.arms
    if len(arms) == 2:
        for key, name in (("events", "the events"), ("median", "the medians"), ("n", "the sizes")):
            values = [getattr(arm, key) for arm in arms]
            if values[0] != values[1]:
                swapped = zip(arms, reversed(values), strict=True)
                exchanged = tuple(_changed(arm, **{key: value}) for arm, value in swapped)
                yield f"{name} of the arms were exchanged", exchanged
    if any(_is_share(entry) for arm in arms for entry in arm.survival):
        yield "survival of at most 1 were a share, not a percentage", tuple(map(_in_percent, arms))
    for (unit, longer), factor in _LONGER.items():
        if analysis.time_unit == unit and any(arm.max_follow_up for arm in arms):
            scaled = tuple(_followed(arm, Decimal(factor)) for arm in arms)
            yield f"follow-up were in {longer}", scaled


def _is_share(entry: Survival) -> bool:
    return 0.0 < entry.percent.value <= 1.0


def _in_percent(arm: Arm) -> Arm:
    """Turn shares into percentages, limits as well."""
    survival = []
    for entry in arm.survival:
        if not _is_share(entry):
            survival.append(entry)
            continue
        ci = entry.ci
        if ci is not None:
            ci = _changed(ci, lower=_times(ci.lower, _PERCENT), upper=_times(ci.upper, _PERCENT))
        survival.append(_changed(entry, percent=_times(entry.percent, _PERCENT), ci=ci))
    return _changed(arm, survival=tuple(survival))


def _followed(arm: Arm, factor: Decimal) -> Arm:
    longest = arm.max_follow_up
    if longest is None:
        return arm
    return _changed(arm, max_follow_up=_changed(longest, value=_times(longest.value, factor)))


def _times(printed: Printed, factor: Decimal) -> Printed:
    """Multiply a printed figure; its last digit stays the last one known."""
    text = str(printed)
    if not printed.reached:
        return printed
    sign = text[0] if text[0] in "<>" else ""
    number = Decimal(text.removeprefix(sign))
    scaled = number.scaleb(2) if factor == _PERCENT else number * factor
    return Printed.parse(f"{sign}{scaled:f}")


def _has_limits(analysis: Analysis) -> bool:
    keys = [figure.key for figure in analysis.figures]
    kinds = {"median", "lower_quartile", "upper_quartile", "survival"}
    return any(key.side != "estimate" and key.quantity in kinds for key in keys)


def _replaced(values: tuple[T, ...], index: int, value: T) -> tuple[T, ...]:
    return (*values[:index], value, *values[index + 1 :])


def _changed(table: T, **fields: Any) -> T:
    """Return a table with other fields; nothing that was derived of the old ones is kept."""
    kept = {name: getattr(table, name) for name in type(table).model_fields}  # type: ignore[attr-defined]
    made: T = type(table).model_construct(None, **kept | fields)  # type: ignore[attr-defined]
    return made
