"""Usual slips of typing and reading, planted in the documents of trials with two arms."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KINDS", "Planted", "plant"]

Document = dict[str, Any]
Planting = tuple[tuple[str, ...], frozenset[str]]
"""What is right to say, and the quantities that are changed."""

_Z = {90: 1.6448536269514722, 95: 1.959963984540054, 99: 2.5758293035489004}
_RATIO = frozenset({"hazard_ratio", "risk_reduction", "p_value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A document with a slip."""

    document: Document  # of a trial with one analysis
    conditions: tuple[str, ...]  # what is right to say: one of these
    quantities: frozenset[str]  # quantities of figures that the slip changed


def plant(kind: str, document: Document) -> Planted | None:
    """Plant a slip; None where there is nothing that it can be made in."""
    changed = copy.deepcopy(document)
    made = KINDS[kind](changed["analysis"][0])
    if made is None or changed == document:
        return None
    return Planted(document=changed, conditions=made[0], quantities=made[1])


def _arms_of_ratio(analysis: Document) -> Planting | None:
    contrast = analysis["contrast"][0]
    one, other = contrast["experimental"], contrast["reference"]
    if "hazard_ratio" not in contrast:
        return None
    contrast["experimental"], contrast["reference"] = other, one
    return (f"the ratio were {one} over {other}",), _RATIO


def _ratio_inverted(analysis: Document) -> Planting | None:
    contrast = analysis["contrast"][0]
    ratio = contrast.get("hazard_ratio")
    if not isinstance(ratio, dict) or "risk_reduction" in contrast:
        return None
    places = max(1, -ratio["value"].as_tuple().exponent - 1)
    ratio["value"] = round(1 / ratio["value"], places)
    lower, upper = _limits(ratio)
    _set_limits(ratio, round(1 / upper, places), round(1 / lower, places))
    return (
        (f"the ratio were {contrast['reference']} over {contrast['experimental']}",),
        _RATIO,
    )


def _exchanged(quantity: str, words: str) -> Callable[[Document], Planting | None]:
    def exchange(analysis: Document) -> Planting | None:
        one, other = analysis["arm"]
        if quantity not in one or quantity not in other:
            return None
        one[quantity], other[quantity] = other[quantity], one[quantity]
        return (f"{words} of the arms were exchanged",), frozenset({quantity})

    return exchange


def _share_for_percent(analysis: Document) -> Planting | None:
    entries = [entry for arm in analysis["arm"] for entry in arm.get("survival", ())]
    if not entries:
        return None
    for entry in entries:
        entry["percent"] = _shifted(entry["percent"])
        if "ci" in entry:
            _set_limits(entry, *map(_shifted, _limits(entry)))
    condition = "survival of at most 1 were a share, not a percentage"
    return (condition,), frozenset({"survival"})


def _event_for_survival(analysis: Document) -> Planting | None:
    entries = [entry for arm in analysis["arm"] for entry in arm.get("survival", ())]
    if not entries:
        return None
    for entry in entries:
        entry["percent"] = 100 - entry["percent"]
        if "ci" in entry:
            lower, upper = _limits(entry)
            _set_limits(entry, 100 - upper, 100 - lower)
    return ("percentages were of patients with the event",), frozenset({"survival"})


def _wald_for_log_rank(analysis: Document) -> Planting | None:
    contrast = analysis["contrast"][0]
    ratio = contrast.get("hazard_ratio")
    if not isinstance(ratio, dict) or "p_value" not in contrast or "ci" not in ratio:
        return None
    lower, upper = map(float, _limits(ratio))
    level = ratio["ci"].get("level", 95) if isinstance(ratio["ci"], dict) else 95
    error = math.log(upper / lower) / (2.0 * _Z[int(level)])
    p = math.erfc(abs(math.log(float(ratio["value"]))) / error / math.sqrt(2.0))
    if not 0.002 < p < 0.9:
        return None
    contrast["p_value"] = {"value": Decimal(repr(round(p, 3))), "test": "log-rank"}
    return ("p were of the Cox model (Wald)",), frozenset({"p_value"})


def _one_sided_for_two(analysis: Document) -> Planting | None:
    contrast = analysis["contrast"][0]
    p = contrast.get("p_value")
    stated = p if isinstance(p, dict) else {"value": p}
    value = stated.get("value")
    if not isinstance(value, Decimal) or stated.get("sided", 2) != 2 or not 0 < value < 1:
        return None
    contrast["p_value"] = {**stated, "value": value / 2}
    return ("p were one-sided",), frozenset({"p_value"})


def _scale_unsaid(analysis: Document) -> Planting | None:
    scale = analysis.get("median_interval", "log-log")
    if scale == "log-log" or analysis.get("survival_interval", scale) != scale:
        return None
    del analysis["median_interval"]
    analysis.pop("survival_interval", None)
    condition = f"the intervals of medians and survival were of the {scale} form"
    return (condition,), frozenset({"median", "survival"})


def _level_unsaid(analysis: Document) -> Planting | None:
    ratio = analysis["contrast"][0].get("hazard_ratio")
    if not isinstance(ratio, dict) or not isinstance(ratio.get("ci"), dict):
        return None
    level = ratio["ci"].pop("level", 95)
    return (f"the interval of the ratio had {level} %",), frozenset({"hazard_ratio"})


def _follow_up_in_years(analysis: Document) -> Planting | None:
    if analysis["time_unit"] != "month":
        return None
    for arm in analysis["arm"]:
        if isinstance(value := arm.get("max_follow_up"), Decimal):
            arm["max_follow_up"] = max(round(value / 12, 1), Decimal("0.1"))
    return ("follow-up were in years",), frozenset({"max_follow_up"})


def _medians_in_weeks(analysis: Document) -> Planting | None:
    if analysis["time_unit"] != "month":
        return None
    for arm in analysis["arm"]:
        median = arm.get("median")
        if isinstance(median, dict):
            median["value"] = _in_weeks(median["value"])
            if "ci" in median:
                _set_limits(median, *map(_in_weeks, _limits(median)))
    return ("medians were in weeks",), frozenset({"median"})


def _times_in_years(analysis: Document) -> Planting | None:
    if analysis["time_unit"] != "month":
        return None
    for arm in analysis["arm"]:
        for entry in arm.get("survival", ()):
            entry["time"] = round(Decimal(entry["time"]) / 12, 2)
    return ("percentages were at times in years",), frozenset({"survival"})


KINDS: dict[str, Callable[[Document], Planting | None]] = {
    "arms of the ratio exchanged": _arms_of_ratio,
    "ratio inverted": _ratio_inverted,
    "medians exchanged": _exchanged("median", "the medians"),
    "events exchanged": _exchanged("events", "the events"),
    "percentages exchanged": _exchanged("survival", "the percentages"),
    "numbers at risk exchanged": _exchanged("at_risk", "the numbers at risk"),
    "share for percentage": _share_for_percent,
    "event for survival": _event_for_survival,
    "Wald for log-rank": _wald_for_log_rank,
    "one-sided for two-sided": _one_sided_for_two,
    "scale unsaid": _scale_unsaid,
    "level unsaid": _level_unsaid,
    "follow-up in years": _follow_up_in_years,
    "medians in weeks": _medians_in_weeks,
    "times in years": _times_in_years,
}
"""Every kind of slip, by its name."""


def _limits(entry: Document) -> tuple[Any, Any]:
    ci = entry["ci"]
    return (ci["lower"], ci["upper"]) if isinstance(ci, dict) else (ci[0], ci[1])


def _set_limits(entry: Document, lower: Any, upper: Any) -> None:
    ci = entry["ci"]
    entry["ci"] = {**ci, "lower": lower, "upper": upper} if isinstance(ci, dict) else [lower, upper]


def _shifted(percent: Any) -> Decimal:
    return Decimal(percent).scaleb(-2)


def _in_weeks(months: Any) -> Any:
    return months if isinstance(months, str) else round(Decimal(months) * Decimal("4.3482"), 1)
