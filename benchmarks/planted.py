"""Errors planted one at a time in true figures, and which of them no data set can print.

`contradicts` decides the latter on its own: exact fractions and plain facts, nothing of the audit.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING

from survkit.printed import Printed
from survkit.quantity import FigureKey

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from survkit.consistency import Sheet
    from survkit.trial import Figure

__all__ = ["PLANTS", "contradicts"]

PAIR = "experimental vs reference"
_RATIO = FigureKey("hazard_ratio", PAIR)
ARMS = ("reference", "experimental")

Changes = dict[FigureKey, Printed]


def planted(sheet: Sheet, changes: Changes) -> Sheet | None:
    """Return the sheet with other digits; None where nothing has changed."""
    kept = {key: new for key, new in changes.items() if key in sheet.figures}
    if all(sheet.figures[key].printed == new for key, new in kept.items()):
        return None
    figures = dict(sheet.figures)
    for key, new in kept.items():
        figures[key] = replace(figures[key], printed=new)
    return replace(sheet, figures=figures)


def _digit(printed: Printed, generator: np.random.Generator) -> Printed:
    """Change one digit of a number."""
    text = str(printed.number)
    places = [index for index, letter in enumerate(text) if letter.isdigit()]
    index = int(generator.choice(places))
    new = str(generator.choice([d for d in "0123456789" if d != text[index]]))
    return replace(printed, number=Decimal(text[:index] + new + text[index + 1 :]))


def _change_digit(*names: str) -> Callable[[Sheet, np.random.Generator], Sheet | None]:
    """Plant a wrong digit in one of the figures that bear some names."""

    def plant(sheet: Sheet, generator: np.random.Generator) -> Sheet | None:
        keys = [
            key
            for key, figure in sheet.figures.items()
            if key.name in names and figure.printed.exact
        ]
        if not keys:
            return None
        key = keys[int(generator.integers(len(keys)))]
        new = _digit(sheet.figures[key].printed, generator)
        positive = key.definition.unit == "percent" or new.number
        return planted(sheet, {key: new}) if positive and new.number is not None else None

    return plant


def _exchange(
    *pairs: tuple[FigureKey, FigureKey],
) -> Callable[[Sheet, np.random.Generator], Sheet | None]:
    """Plant two figures in each other's place."""

    def plant(sheet: Sheet, _: np.random.Generator) -> Sheet | None:
        changes: Changes = {}
        for one, other in pairs:
            if one not in sheet.figures or other not in sheet.figures:
                return None
            changes[one] = sheet.figures[other].printed
            changes[other] = sheet.figures[one].printed
        return planted(sheet, changes)

    return plant


def _exchange_arms(quantity: str) -> Callable[[Sheet, np.random.Generator], Sheet | None]:
    """Plant the figures of each arm, at one time, in the other one."""

    def plant(sheet: Sheet, generator: np.random.Generator) -> Sheet | None:
        times = [key.time for key in sheet.figures if key.name == quantity]
        if not times:
            return None
        time = times[int(generator.integers(len(times)))]
        one, other = (FigureKey(quantity, arm, time) for arm in ARMS)
        return _exchange((one, other))(sheet, generator)

    return plant


def _median_of_the_other_arm(sheet: Sheet, generator: np.random.Generator) -> Sheet | None:
    one, other = (FigureKey("median", arm) for arm in generator.permutation(ARMS).tolist())
    if one not in sheet.figures or other not in sheet.figures:
        return None
    return planted(sheet, {one: sheet.figures[other].printed})


def _events_of_the_other_arm(sheet: Sheet, generator: np.random.Generator) -> Sheet | None:
    one, other = (FigureKey("events", arm) for arm in generator.permutation(ARMS).tolist())
    if one not in sheet.figures or other not in sheet.figures:
        return None
    return planted(sheet, {one: sheet.figures[other].printed})


def _a_fifth_too_many(sheet: Sheet, generator: np.random.Generator) -> Sheet | None:
    """Plant a number at risk that is 20 % too high, such as one read a little off."""
    keys = [
        key
        for key, figure in sheet.figures.items()
        if key.quantity == "at_risk" and key.time and figure.printed.value >= 5
    ]
    if not keys:
        return None
    key = keys[int(generator.integers(len(keys)))]
    count = round(1.2 * sheet.figures[key].printed.value)
    return planted(sheet, {key: Printed.parse(str(count))})


def _one_sided(sheet: Sheet, _: np.random.Generator) -> Sheet | None:
    """Plant half of a two-sided p-value."""
    (pair,) = sheet.pairs
    figure = sheet.get("p_value", PAIR)
    if figure is None or not figure.printed.exact or pair.sided != 2 or not figure.printed.number:
        return None
    return planted(sheet, {figure.key: replace(figure.printed, number=figure.printed.number / 2)})


def _p_shifted(sheet: Sheet, _: np.random.Generator) -> Sheet | None:
    """Plant a p-value with a zero too many."""
    figure = sheet.get("p_value", PAIR)
    if figure is None or not figure.printed.exact or not figure.printed.number:
        return None
    return planted(sheet, {figure.key: replace(figure.printed, number=figure.printed.number / 10)})


def _other_level(sheet: Sheet, _: np.random.Generator) -> Sheet | None:
    """Plant the limits of an interval of 80 %, at the level of the printed one."""
    keys = [_RATIO, *_RATIO.limits]
    if any(key not in sheet.figures for key in keys):
        return None
    ratio, lower, upper = (sheet.figures[key] for key in keys)
    beta = math.log(ratio.printed.value)
    spans = [abs(math.log(limit.printed.value) - beta) for limit in (lower, upper)]
    shrink = {90.0: 0.78, 95.0: 0.654, 99.0: 0.498}[lower.level]
    values = (math.exp(beta - spans[0] * shrink), math.exp(beta + spans[1] * shrink))
    changes = {
        limit.key: Printed.parse(limit.printed.render(value))
        for limit, value in zip((lower, upper), values, strict=True)
    }
    return planted(sheet, changes)


def _ratio_upside_down(sheet: Sheet, _: np.random.Generator) -> Sheet | None:
    """Plant the ratio of the reference arm over the experimental one."""
    keys = [_RATIO, *_RATIO.limits]
    if any(key not in sheet.figures for key in keys):
        return None
    own = [sheet.figures[key].printed for key in keys]
    turned = (own[0], own[2], own[1])
    new = [
        Printed.parse(old.render(1.0 / each.value)) for old, each in zip(own, turned, strict=True)
    ]
    if any(each.number == 0 for each in new):
        return None
    return planted(sheet, dict(zip(keys, new, strict=True)))


_LIMITS = _RATIO.limits

PLANTS: dict[str, Callable[[Sheet, np.random.Generator], Sheet | None]] = {
    "hazard ratio, a digit": _change_digit("hazard_ratio"),
    "limit of the hazard ratio, a digit": _change_digit("hazard_ratio_lower", "hazard_ratio_upper"),
    "limits of the hazard ratio exchanged": _exchange(_LIMITS),
    "hazard ratio upside down": _ratio_upside_down,
    "80 % interval under another level": _other_level,
    "risk reduction, a digit": _change_digit("risk_reduction"),
    "one-sided p as two-sided": _one_sided,
    "p-value, a zero too many": _p_shifted,
    "events and patients exchanged": _exchange(
        (FigureKey("n", "reference"), FigureKey("events", "reference"))
    ),
    "patients of an arm, a digit": _change_digit("n"),
    "events of an arm, a digit": _change_digit("events"),
    "events of the other arm": _events_of_the_other_arm,
    "events exchanged": _exchange(
        (FigureKey("events", "reference"), FigureKey("events", "experimental"))
    ),
    "total of events, a digit": _change_digit("total_events"),
    "median of the other arm": _median_of_the_other_arm,
    "medians exchanged": _exchange(
        (FigureKey("median", "reference"), FigureKey("median", "experimental"))
    ),
    "median, a digit": _change_digit("median"),
    "limit of a median, a digit": _change_digit("median_lower", "median_upper"),
    "percentage, a digit": _change_digit("survival"),
    "percentages of the arms exchanged": _exchange_arms("survival"),
    "limit of a percentage, a digit": _change_digit("survival_lower", "survival_upper"),
    "number at risk, a digit": _change_digit("at_risk"),
    "number at risk, a fifth too many": _a_fifth_too_many,
    "follow-up, a digit": _change_digit("max_follow_up"),
}
"""Kinds of errors: each changes a sheet, or returns None where it does not apply."""


def contradicts(sheet: Sheet) -> bool:
    """
    Decide, by exact fractions and apart from the audit, whether no data set prints a sheet.

    It knows the facts that need no assumption beyond the printed ones: order and sums, what a
    falling curve with its numbers at risk allows, that Cox information is at most a quarter of the
    events, what a reduction is, and, by trying out the rounding intervals, Wald's p-value.
    """
    arms = any(_arm_contradicts(sheet, arm) for arm in ARMS)
    return (
        arms or _totals_contradict(sheet) or _orders_contradict(sheet) or _ratio_contradicts(sheet)
    )


def _count(sheet: Sheet, quantity: str, subject: str = "") -> Fraction | None:
    figure = sheet.get(quantity, subject)
    return None if figure is None else Fraction(figure.printed.number or 0)


def _ends(figure: Figure) -> tuple[Fraction, Fraction]:
    number, half = (
        Fraction(figure.printed.number or 0),
        Fraction(5, 10 ** (figure.printed.decimals + 1)),
    )
    return number - half, number + half


def _totals_contradict(sheet: Sheet) -> bool:
    for quantity in ("n", "events"):
        total = _count(sheet, f"total_{quantity}")
        parts = [_count(sheet, quantity, arm) for arm in ARMS]
        if (
            total is not None
            and None not in parts
            and total != sum(p for p in parts if p is not None)
        ):
            return True
    return False


def _orders_contradict(sheet: Sheet) -> bool:
    """Decide whether an estimate lies outside its limits, all with as many decimals."""
    for figure in sheet.figures.values():
        limits = sheet.limits(figure)
        if limits is None or not all(each.printed.exact for each in (figure, *limits)):
            continue
        numbers = [each.printed.number for each in (limits[0], figure, limits[1])]
        if len({each.printed.decimals for each in (figure, *limits)}) == 1 and numbers != sorted(
            numbers
        ):
            return True
    return False


def _arm_contradicts(sheet: Sheet, arm: str) -> bool:
    n, events = _count(sheet, "n", arm), _count(sheet, "events", arm)
    curve = [(Fraction(f.key.time or 0), *_ends(f)) for f in sheet.series("survival", arm)]
    table = [
        (Fraction(f.key.time or 0), Fraction(f.printed.number or 0))
        for f in sheet.series("at_risk", arm)
    ]
    median, longest = sheet.get("median", arm), sheet.get("max_follow_up", arm)
    if n is None:
        return False
    facts = [
        events is not None and events > n,
        any(at_risk > n for _, at_risk in table),
        any(a[1] < b[1] for a, b in pairwise(table)),
        any(a[2] < b[1] for a, b in pairwise(curve)),
        any(100 * r > n * high for t, _, high in curve for u, r in table if t < u),
    ]
    if events is not None:
        facts += [
            events > n * (100 - low) / 100 + r for t, low, _ in curve for u, r in table if u <= t
        ]
    if median is not None:
        facts += _median_facts(median, n, events, curve, table)
    if longest is not None:
        end = _ends(longest)
        facts += [(t > end[1] and r > 0) or (t < end[0] and r == 0) for t, r in table]
        facts.append(bool(median and median.printed.reached and _ends(median)[0] > end[1]))
    return any(facts)


def _median_facts(
    median: Figure,
    n: Fraction,
    events: Fraction | None,
    curve: list[tuple[Fraction, Fraction, Fraction]],
    table: list[tuple[Fraction, Fraction]],
) -> list[bool]:
    if not median.printed.reached:
        below = any(high < 50 for _, _, high in curve)
        return [below, events is not None and 2 * events > n]
    early, late = _ends(median)
    return [
        any(t < early and high < 50 for t, _, high in curve),
        any(t >= late and low > 50 for t, low, _ in curve),
        any(t > late and 2 * r > n for t, r in table),
    ]


def _ratio_contradicts(sheet: Sheet) -> bool:
    """Decide by the largest width of the rounding intervals, and by the formula of a reduction."""
    keys = [_RATIO, *_RATIO.limits]
    if any(key not in sheet.figures for key in keys):
        return False
    ratio, lower, upper = (sheet.figures[key] for key in keys)
    low, high = _ends(ratio)
    reduction = sheet.get("risk_reduction", PAIR)
    if reduction is not None:
        least, most = _ends(reduction)
        if 100 * (1 - low) < least or 100 * (1 - high) > most:
            return True
    z = {90.0: 1.6449, 95.0: 1.96, 99.0: 2.5758}[lower.level]
    d = [_count(sheet, "events", arm) for arm in ARMS]
    widest = math.log(_ends(upper)[1] / max(_ends(lower)[0], Fraction(1, 10**9)))
    total = float(sum(each for each in d if each is not None)) if None not in d else math.inf
    if total and widest / (2.0 * z) * 1.001 < 2.0 / math.sqrt(total):
        return True
    return _wald_p_contradicts(sheet, (ratio, lower, upper), z)


def _wald_p_contradicts(sheet: Sheet, figures: tuple[Figure, Figure, Figure], z: float) -> bool:
    """Decide whether none of many unrounded intervals has a p-value that prints as printed."""
    (pair,), p = sheet.pairs, sheet.get("p_value", PAIR)
    if p is None or not p.printed.exact or pair.test != "wald" or not pair.same_model:
        return False
    low, high = _ends(figures[0])
    grids = []
    for limit in figures[1:]:
        start, end = (float(max(each, Fraction(1, 10**9))) for each in _ends(limit))
        grids.append([math.log(start + (end - start) * step / 30.0) for step in range(31)])
    found = []
    for one, other in product(*grids):
        beta, error = (one + other) / 2.0, (other - one) / (2.0 * z)
        if error > 0.0 and float(low) <= math.exp(beta) <= float(high):
            tail = math.erfc(abs(beta) / error / math.sqrt(2.0))
            found += [tail] if pair.sided == 2 else [tail / 2.0, 1.0 - tail / 2.0]
    start, end = (float(each) for each in _ends(p))
    return bool(found) and not any(start * 0.9 <= each <= end * 1.1 for each in found)
