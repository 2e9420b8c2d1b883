"""Printed figures: the digits as a journal prints them, and the values they stand for.

A printed number is an interval. ``0.30`` stands for everything that rounds to two decimals as 0.30,
``0.3`` for a set ten times as wide, and ``<0.001`` for everything below one thousandth.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

__all__ = ["CLOSED", "NOT_REACHED", "Printed", "Relation"]

Relation = Literal["=", "<", ">", "not reached"]

CLOSED = 1e-9
"""Slack at both ends of a rounding interval: binary floats miss decimal halves by less."""

_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
"""Room for every float with its decimals: estimates that diverge are printed, too."""

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_THRESHOLD = re.compile(r"(<|>)\s*(\d+(?:\.\d+)?)")
_NOT_REACHED_WORDS = frozenset({"not reached", "nr", "not estimable", "ne"})


@dataclass(frozen=True, slots=True)
class Printed:
    """
    A figure as printed: its digits, and the interval of values that print like it.

    Parameters
    ----------
    relation : {"=", "<", ">", "not reached"}
        How the figure is stated.
    number : decimal.Decimal or None
        The printed digits, trailing zeros included; None when the figure is "not reached".

    Examples
    --------
    >>> hazard_ratio = Printed.parse("0.30")
    >>> hazard_ratio.lower, hazard_ratio.upper
    (0.295, 0.305)
    >>> hazard_ratio.admits(0.3049), hazard_ratio.admits(0.3051)
    (True, False)
    >>> str(Printed.parse("<0.001")), Printed.parse("<0.001").admits(0.0004)
    ('<0.001', True)
    """

    relation: Relation
    number: Decimal | None

    @classmethod
    def parse(cls, text: str) -> Printed:
        """
        Read a figure from the characters that were printed.

        Parameters
        ----------
        text : str
            Digits (``"0.30"``), a threshold (``"<0.001"``) or words (``"not reached"``, ``"NR"``).

        Returns
        -------
        Printed
            The figure.

        Raises
        ------
        ValueError
            If `text` is none of these.
        """
        stripped = text.strip()
        if stripped.lower() in _NOT_REACHED_WORDS:
            return NOT_REACHED
        if threshold := _THRESHOLD.fullmatch(stripped):
            relation: Relation = "<" if threshold[1] == "<" else ">"
            return cls(relation, Decimal(threshold[2]))
        if _NUMBER.fullmatch(stripped):
            return cls("=", Decimal(stripped))
        msg = (
            "a printed figure must be digits, a threshold such as '<0.001' or 'not reached', "
            f"got {text!r}"
        )
        raise ValueError(msg)

    @property
    def value(self) -> float:
        """The number itself; infinite when the figure was not reached."""
        return math.inf if self.number is None else float(self.number)

    @property
    def reached(self) -> bool:
        """Whether the figure has a number at all."""
        return self.number is not None

    @property
    def exact(self) -> bool:
        """Whether the figure is stated as digits, neither a threshold nor "not reached"."""
        return self.relation == "="

    @property
    def decimals(self) -> int:
        """Printed decimal places."""
        if self.number is None:
            return 0
        exponent = self.number.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    @property
    def half_unit(self) -> float:
        """Half a unit of the last printed place, the rounding error of the figure."""
        return 0.0 if self.number is None else float(Decimal(5).scaleb(-self.decimals - 1))

    @property
    def lower(self) -> float:
        """Smallest value that prints like this."""
        if self.number is None:
            return math.inf
        if self.relation == "=":
            return float(self.number - Decimal(5).scaleb(-self.decimals - 1))
        return self.value if self.relation == ">" else -math.inf

    @property
    def upper(self) -> float:
        """Largest value that prints like this."""
        if self.number is None:
            return math.inf
        if self.relation == "=":
            return float(self.number + Decimal(5).scaleb(-self.decimals - 1))
        return self.value if self.relation == "<" else math.inf

    def admits(self, value: float) -> bool:
        """
        Whether `value`, printed the same way, gives the same characters.

        Both ends of the rounding interval count as inside, because journals and programs round
        halves either way; a threshold is strict.

        Parameters
        ----------
        value : float
            An unrounded value in the printed unit; infinite for "not reached".

        Returns
        -------
        bool
            True if the figure stands for `value`.
        """
        if math.isnan(value):
            return False
        if self.relation == "not reached":
            return math.isinf(value)
        if self.relation == "<":
            return value < self.value
        if self.relation == ">":
            return value > self.value
        return self.lower - CLOSED <= value <= self.upper + CLOSED

    def render(self, value: float) -> str:
        """
        Print `value` the way this figure is printed.

        Parameters
        ----------
        value : float
            An unrounded value in the printed unit.

        Returns
        -------
        str
            Digits with the same number of decimals, the same threshold where `value` respects it,
            or ``"not reached"``.
        """
        if math.isnan(value):
            return "not estimable"
        if math.isinf(value):
            return "not reached"
        if not self.exact and self.reached and self.admits(value):
            return str(self)
        places = Decimal(1).scaleb(-self.decimals) if self.reached else Decimal("0.1")
        if self.exact and self.number is not None and self.admits(value):
            return str(self)
        rounded = Decimal(repr(float(value))).quantize(places, context=_WIDE)
        return f"{rounded or abs(rounded):f}"  # nobody prints a negative zero

    def __str__(self) -> str:
        if self.number is None:
            return "not reached"
        return f"{'' if self.relation == '=' else self.relation}{self.number:f}"


NOT_REACHED = Printed("not reached", None)
"""A median, or a limit, that the curve never got down to."""
