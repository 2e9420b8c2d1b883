"""Hazard ratios, p-values and medians printed in a panel, with the words they were read from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from survkit.drawings.panels import PrintedText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.reading.lines import Phrase

__all__ = ["read_figures"]

_NUMBER = r"\d*[.·,]?\d+"
_TO = r"\s*(?:-|–|—|−|to|,|;)\s*"
_RATIO = re.compile(
    rf"(?i)\b(?:a?hr|hazard\s+ratio)\b(?:\s*\([^)\d]*\))?\s*(?:for\s[^=:,]{{1,40}})?[\s:=,]*({_NUMBER})"
)
_INTERVAL = re.compile(
    rf"(?i)(?:\b\d{{2}}\s*%\s*(?:ci|cri|confidence\s+interval)?[\s:=,]*)?[(\[,;:]?\s*({_NUMBER}){_TO}({_NUMBER})\s*[)\]]?"
)
_LEVEL = re.compile(r"(?i)\(?\s*\d{2}\s*%\s*(?:ci|cri|confidence\s+interval)[\s:=,]*")
_P = re.compile(rf"(?i)\bp(?:[\s−–-]*value)?\s*([=<>≤≥:]?)\s*({_NUMBER}(?:[x×e]\s*10?[-−]\d+)?)")
_MEDIAN = re.compile(r"(?i)\bmedian\b")
_VALUE = re.compile(
    rf"(?i)(?P<value>{_NUMBER}|not\s+reached|not\s+estimable|\bNR\b|\bNE\b)\s*(?:months?|years?|mo|yr|weeks?|days?)?"
)
_ARM_VALUE = re.compile(
    rf"(?i)^(?P<arm>[^:]{{1,60}}?)\s*[:,]\s*(?P<value>{_NUMBER}|not\s+reached|not\s+estimable|NR|NE)\b(?P<rest>.*)$"
)
_UNIT = re.compile(r"(?i)\b(months?|years?|mo|yr|weeks?|days?|not reached|not estimable|NR|NE)\b")


def read_figures(lines: Sequence[Phrase]) -> tuple[PrintedText, ...]:
    """
    Return the figures in some lines of text.

    Parameters
    ----------
    lines : sequence of Phrase
        Lines of a panel, from above; an interval may stand on the line after its ratio.

    Returns
    -------
    tuple of PrintedText
        What they seem to say, each with its words. Nothing is checked.
    """
    texts = [line.text[:300] for line in lines]
    found: list[PrintedText] = []
    for number, text in enumerate(texts):
        following = texts[number + 1] if number + 1 < len(texts) else ""
        found += _ratio(text, following)
        found += _p_value(text)
    return tuple(found + _medians(texts))


def _ratio(text: str, following: str) -> list[PrintedText]:
    ratio = _RATIO.search(text)
    if ratio is None:
        return []
    interval = _limits(text[ratio.end() :])
    words = text
    if interval is None and _LEVEL.search(following):
        interval = _limits(following)
        words = f"{text} / {following}" if interval else text
    return [PrintedText(quantity="hazard_ratio", value=ratio[1], ci=interval, words=words)]


def _limits(text: str) -> tuple[str, str] | None:
    text = _LEVEL.sub("", text, count=1)
    found = _INTERVAL.search(text.split("p")[0].split("P")[0])
    return None if found is None else (found[1], found[2])


def _p_value(text: str) -> list[PrintedText]:
    found = _P.search(text)
    if found is None or not (found[1] or "." in found[2] or "·" in found[2]):
        return []
    sign = found[1] if found[1] in {"<", ">", "≤", "≥"} else ""
    return [PrintedText(quantity="p_value", value=sign + found[2], words=text)]


def _medians(texts: Sequence[str]) -> list[PrintedText]:
    """Read lines after a heading with the word median, `arm: value`, and `median 5.6 months`."""
    found: list[PrintedText] = []
    under = False
    for text in texts:
        heading = _MEDIAN.search(text)
        pair = _ARM_VALUE.match(_MEDIAN.sub("", text).strip() if heading else text)
        if pair and (under or heading) and _UNIT.search(text) and not _RATIO.search(text):
            name = re.sub(r"(?i)^(os|pfs|dfs|efs|survival)\b\s*", "", pair["arm"]).strip()
            found.append(
                PrintedText(
                    quantity="median",
                    value=pair["value"],
                    ci=_limits(pair["rest"]) if re.search(r"\d", pair["rest"]) else None,
                    arm=name,
                    words=text,
                )
            )
        elif heading and (value := _VALUE.search(text[heading.end() :])):
            rest = text[heading.end() + value.end() :]
            limits = _limits(rest)
            found.append(
                PrintedText(quantity="median", value=value["value"], ci=limits, words=text)
            )
        under = bool(heading) or (under and pair is not None)
    return found
