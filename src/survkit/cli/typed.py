"""Figures typed at the prompt, for a reviewer with a paper at hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from survkit.consistency import Pair, Sheet
from survkit.errors import SurvkitError
from survkit.printed import NOT_REACHED, Printed
from survkit.quantity import LIMITS, FigureKey
from survkit.trial import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TypedFigures", "lay_out_typed"]

_POINT = re.compile(r"(?<!\d)\.")
"""A decimal point without a digit before it, as some journals print p-values."""
_ARMS = ("experimental", "reference")
_WHOLE = {"patients"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedFigures:
    """
    What was typed, as it was typed; pairs are experimental arm, then reference arm.

    Parameters
    ----------
    hazard_ratio, p_value, reduction : str or None
        Figures of the comparison.
    interval : tuple of str or None
        Limits of the hazard ratio.
    level : float
        Confidence level of all intervals, in percent.
    test : str or None
        ``"log-rank"`` or ``"wald"``.
    sided : int or None
        1 or 2.
    patients, events, medians : tuple of str or None
        Figures of both arms.
    total_patients, total_events : str or None
        Figures of both arms together.
    survival, at_risk : sequence of str
        Time, then the percentages or the numbers at risk of both arms, such as ``"12:26:10"``.
    """

    hazard_ratio: str | None = None
    interval: tuple[str, str] | None = None
    level: float = 95.0
    p_value: str | None = None
    test: str | None = None
    sided: int | None = None
    reduction: str | None = None
    patients: tuple[str, str] | None = None
    events: tuple[str, str] | None = None
    total_patients: str | None = None
    total_events: str | None = None
    medians: tuple[str, str] | None = None
    survival: Sequence[str] = ()
    at_risk: Sequence[str] = ()

    def given(self) -> bool:
        """Whether anything was typed that an audit can look at."""
        return any(True for _ in self.entries())

    def entries(self) -> Iterator[tuple[str, FigureKey, str]]:
        """
        Walk through the typed figures.

        Yields
        ------
        tuple
            Option, key and text of each.
        """
        subject = Pair(experimental=_ARMS[0], reference=_ARMS[1]).subject
        alone = (
            ("--hr", "hazard_ratio", subject, self.hazard_ratio),
            ("--p", "p_value", subject, self.p_value),
            ("--reduction", "risk_reduction", subject, self.reduction),
            ("--total-n", "total_n", "", self.total_patients),
            ("--total-events", "total_events", "", self.total_events),
        )
        for option, quantity, of, text in alone:
            if text is not None:
                yield option, FigureKey(quantity, of), text
        for side, text in zip(LIMITS, self.interval or (), strict=False):
            yield "--ci", FigureKey("hazard_ratio", subject, side=side), text
        yield from self._of_arms()

    def _of_arms(self) -> Iterator[tuple[str, FigureKey, str]]:
        """Walk through the figures of both arms."""
        both = (("--n", "n", self.patients), ("--events", "events", self.events))
        for option, quantity, pair in (*both, ("--medians", "median", self.medians)):
            for arm, text in zip(_ARMS, pair or (), strict=False):
                yield option, FigureKey(quantity, arm), text
        timed = (("--survival", "survival", self.survival), ("--at-risk", "at_risk", self.at_risk))
        for option, quantity, rows in timed:
            for row in rows:
                time, *own = row.split(":")
                if len(own) != len(_ARMS):
                    msg = f"{option}: must be TIME:EXPERIMENTAL:REFERENCE, got {row!r}"
                    raise SurvkitError(msg)
                for arm, text in zip(_ARMS, own, strict=True):
                    yield option, FigureKey(quantity, arm, _number(option, time)), text


def lay_out_typed(typed: TypedFigures) -> Sheet:
    """
    Lay typed figures out for the audit.

    Parameters
    ----------
    typed : TypedFigures
        What was typed.

    Returns
    -------
    Sheet
        The figures, whatever they say.

    Raises
    ------
    SurvkitError
        If a text is no printed figure, or an option is none of its choices.
    """
    if typed.test not in {None, "log-rank", "wald"}:
        msg = f"--test must be log-rank or wald, got {typed.test!r}"
        raise SurvkitError(msg)
    if not 50.0 < typed.level < 100.0:
        msg = f"--level must be a percentage between 50 and 100, got {typed.level:g}"
        raise SurvkitError(msg)
    found: dict[FigureKey, Figure] = {}
    for option, key, text in typed.entries():
        if key in found:
            msg = f"{option}: the figure must be given once, got {key} twice"
            raise SurvkitError(msg)
        found[key] = Figure(
            key=key,
            printed=_printed(option, key, text),
            role="input",
            verified=True,
            source="typed",
            level=typed.level,
        )
    pair = Pair(experimental=_ARMS[0], reference=_ARMS[1], test=typed.test, sided=typed.sided)
    return Sheet(id="typed", arms=_ARMS, pairs=(pair,), figures=found)


def _printed(option: str, key: FigureKey, text: str) -> Printed:
    """Read one figure, and make sure that its quantity can be such a number."""
    try:
        printed = Printed.parse(_POINT.sub("0.", text.strip().removesuffix("%")))
    except ValueError as error:
        msg = f"{option}: {error}"
        raise SurvkitError(msg) from None
    whole = printed.exact and printed.decimals == 0 and printed.value >= 0
    if key.definition.unit in _WHOLE and not whole:
        msg = f"{option}: {key.label} must be a whole number, got {text!r}"
        raise SurvkitError(msg)
    negative = printed.number is not None and printed.number < 0
    if negative and key.quantity != "risk_reduction":
        msg = f"{option}: {key.label} must not be negative, got {text!r}"
        raise SurvkitError(msg)
    return printed


def _number(option: str, text: str) -> Decimal:
    try:
        printed = Printed.parse(text)
    except ValueError:
        printed = NOT_REACHED
    if not printed.exact or printed.number is None or printed.number < 0:
        msg = f"{option}: the time must be a number, 0 or more, got {text!r}"
        raise SurvkitError(msg)
    return printed.number
