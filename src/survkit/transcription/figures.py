"""Figures printed in a panel, given to the arms and the contrast that they are said of."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.transcription.draft import DraftContrast, DraftFigure
from survkit.transcription.words import digits_of, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survkit.drawings import PrintedText

__all__ = ["Compared", "contrast_of", "medians_of"]

_LEVEL = re.compile(r"(\d{2}(?:\.\d)?)\s*%\s*(?:ci|cri|conf)", re.IGNORECASE)
_VERSUS = re.compile(r"\b(?:versus|vs\.?|over|v)\b|/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An arm as a contrast sees it: id, printed name, area under its curve to a common end."""

    id: str
    name: str
    area: float


def medians_of(
    printed: Sequence[PrintedText], names: Mapping[str, str], remarks: list[str]
) -> dict[str, DraftFigure]:
    """
    Give printed medians to arms by their names.

    Parameters
    ----------
    printed : sequence of PrintedText
        What is printed in the panel.
    names : mapping of str to str
        Names of the arms as printed, by id.
    remarks : list of str
        Takes a sentence for each median that is no arm's.

    Returns
    -------
    dict of str to DraftFigure
        Medians by id of the arm, the first of each.
    """
    found: dict[str, DraftFigure] = {}
    for text in printed:
        if text.quantity != "median":
            continue
        owners = [arm for arm, name in names.items() if _same(name, text.arm)]
        if not text.arm and len(names) == 1:
            owners = list(names)
        figure = _figure(text, remarks)
        if figure is None:
            continue
        if len(owners) != 1 or owners[0] in found:
            remarks.append(
                f"the median {figure.value} in {one_line(text.words)!r} is left out: "
                "whose it is could not be told"
            )
            continue
        found[owners[0]] = figure
    return found


def contrast_of(
    printed: Sequence[PrintedText], arms: Sequence[Compared], remarks: list[str]
) -> DraftContrast | None:
    """
    Make a contrast of the hazard ratio and the p-value printed in a panel.

    Parameters
    ----------
    printed : sequence of PrintedText
        What is printed in the panel.
    arms : sequence of Compared
        Its arms.
    remarks : list of str
        Takes a sentence for what had to be decided or is left out.

    Returns
    -------
    DraftContrast or None
        The comparison of two arms; None where nothing is printed or there are not two arms.
    """
    ratios = [text for text in printed if text.quantity == "hazard_ratio"]
    p_values = [text for text in printed if text.quantity == "p_value"]
    if not ratios and not p_values:
        return None
    if len(arms) != 2:
        remarks.append(
            f"the hazard ratio and p-value printed in it are left out: there are {len(arms)} arms"
        )
        return None
    ratio = _first(ratios, "hazard ratio", remarks)
    p_value = _first(p_values, "p-value", remarks)
    if ratio is None and p_value is None:
        return None
    words = " ".join(text.words for text in (*ratios[:1], *p_values[:1]))
    experimental, reference, why = _direction(ratio, arms, words)
    remarks.append(f"{experimental} is compared with {reference} as the reference: {why}")
    if p_value is not None and not re.search(r"(?i)log|wald|cox", words):
        remarks.append("the test behind the p-value is not printed: the log-rank test is assumed")
    return DraftContrast(
        experimental=experimental,
        reference=reference,
        why=why,
        hazard_ratio=ratio,
        p_value=p_value,
        sided=1 if re.search(r"(?i)\bone[- ]?sided|\b1[- ]sided", words) else 2,
        stratified=bool(re.search(r"(?i)(?<!un)stratified", words)),
    )


def _first(texts: Sequence[PrintedText], what: str, remarks: list[str]) -> DraftFigure | None:
    remarks += [f"a further {what} is left out: {one_line(other.words)!r}" for other in texts[1:]]
    return _figure(texts[0], remarks) if texts else None


def _direction(
    ratio: DraftFigure | None, arms: Sequence[Compared], words: str
) -> tuple[str, str, str]:
    """Return experimental and reference arm, and why: by the words, or by the curves."""
    first, second = arms
    for one, other in ((first, second), (second, first)):
        parts = [part.casefold() for part in _VERSUS.split(words)]
        if any(
            _named(one.name, before) and _named(other.name, after)
            for before, after in itertools.pairwise(parts)
        ):
            return one.id, other.id, "the words of the hazard ratio say so"
    if ratio is None or ratio.value == "not reached" or float(ratio.value.lstrip("<>")) == 1.0:
        return second.id, first.id, "the order of the curves, which the figure does not state"
    better, worse = (first, second) if first.area >= second.area else (second, first)
    if float(ratio.value.lstrip("<>")) < 1.0:
        return better.id, worse.id, "its curve is the higher one, and the hazard ratio is below 1"
    return worse.id, better.id, "its curve is the lower one, and the hazard ratio is above 1"


def _named(name: str, words: str) -> bool:
    return bool(name) and name.casefold() in words


def _same(name: str, other: str) -> bool:
    plain = [re.sub(r"[\W_]+", "", text).casefold() for text in (name, other)]
    return bool(plain[0]) and plain[0] == plain[1]


def _figure(text: PrintedText, remarks: list[str]) -> DraftFigure | None:
    """Return a figure that a trial file can hold, or None and a sentence."""
    what = text.quantity.replace("_", " ")
    value = digits_of(text.value)
    faults = list(_faults(text.quantity, value)) if value else ["its digits cannot be read"]
    if faults:
        remarks.append(f"the {what} in {one_line(text.words)!r} is left out: {faults[0]}")
        return None
    limits = tuple(digits_of(limit) for limit in text.ci or ())
    if not limits:
        return DraftFigure(value=value)
    sound = all(limit and not list(_faults(text.quantity, limit)) for limit in limits)
    if not sound or not _ordered(limits[0], value, limits[1]):
        remarks.append(f"the limits of the {what} in {one_line(text.words)!r} are left out")
        return DraftFigure(value=value)
    level = _LEVEL.search(text.words)
    return DraftFigure(value=value, ci=(limits[0], limits[1]), level=level[1] if level else "95")


def _faults(quantity: str, value: str) -> Iterator[str]:
    """Say what a trial file would refuse."""
    positive = _number(value) > 0 and value[0] not in "<>"
    if quantity == "hazard_ratio" and (value == "not reached" or not positive):
        yield f"a hazard ratio is a positive number, got {value}"
    if quantity == "p_value" and _number(value) > 1:
        yield f"a p-value lies between 0 and 1, got {value}"
    if quantity == "median" and not positive:
        yield f"a median is a positive number, got {value}"


def _number(value: str) -> float:
    return float("inf") if value == "not reached" else float(value.lstrip("<>"))


def _ordered(lower: str, value: str, upper: str) -> bool:
    return _number(lower) <= _number(value) <= _number(upper)
