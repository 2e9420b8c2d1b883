"""What a key of a trial file may hold: kinds of numbers, their words and their wording.

A kind reads the value that TOML gives (int, Decimal or str), keeps its digits, and says in a few
words what it expected when it has to refuse. The same kind describes itself as JSON Schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import PydanticCustomError, core_schema

from survkit.printed import Printed

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler

__all__ = [
    "Absolute",
    "Count",
    "Difference",
    "Duration",
    "DurationLimit",
    "Horizon",
    "Level",
    "Margin",
    "NumberKind",
    "Patients",
    "Percent",
    "PrintedKind",
    "Probability",
    "Rate",
    "Ratio",
    "Reduction",
    "Spacing",
    "Span",
    "TimePoint",
    "printed_figure",
    "printed_number",
    "refusal",
]

_MOST_DIGITS = 9
"""Digits before and after the point beyond which a number is no printed figure any more."""

NOT_STATED = "not stated"
"""What a file says of a number that a paper used and did not print."""

_WORDS = ("not reached", "not estimable", "NR", "NE")


def printed_number(value: object) -> Decimal | None:
    """
    Return the digits of a number as TOML gives it.

    Parameters
    ----------
    value : object
        An int or a Decimal; anything else is no number here, a Python float included because its
        digits are gone.

    Returns
    -------
    decimal.Decimal or None
        The digits, trailing zeros included; None for everything that no journal prints.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    plain = isinstance(exponent, int) and -_MOST_DIGITS <= exponent <= 0
    return number if plain and number.adjusted() < _MOST_DIGITS else None


def printed_figure(value: object) -> Printed | None:
    """Return the figure that a value of a trial file stands for."""
    if isinstance(value, Printed):
        return value
    if not isinstance(value, str):
        number = printed_number(value)
        return None if number is None else Printed("=", number)
    try:
        printed = Printed.parse(value)
    except ValueError:
        return None
    return None if printed.exact else printed


def refusal(what: str, value: object) -> PydanticCustomError:
    """Return the error that says what was expected."""
    hint = ""
    if isinstance(value, str) and value.strip().lstrip("+-")[:1].isdigit():
        hint = " (numbers are written without quotes)"
    if isinstance(value, float):
        hint = " (a float has lost its printed digits, use Decimal)"
    return PydanticCustomError("kind", "must be {what}{hint}", {"what": what, "hint": hint})


@dataclass(frozen=True, kw_only=True)
class NumberKind:
    """A kind of number, kept as exact digits."""

    name: str  # short name, used in titles of the JSON Schema
    what: str  # what a value must be, as it reads after "must be"
    least: int | None = 0  # smallest allowed number; None where there is no such bound
    above: bool = False  # whether `least` itself is excluded
    most: int | None = None  # largest allowed number
    below: bool = False  # whether `most` itself is excluded
    whole: bool = False  # whether only whole numbers are allowed

    def admits(self, number: Decimal) -> bool:
        """
        Whether a number is of this kind.

        Parameters
        ----------
        number : decimal.Decimal
            A finite number.

        Returns
        -------
        bool
            True if it lies in the range and, where asked for, is written as a whole number.
        """
        if self.least is not None and (number < self.least or self._excludes(number)):
            return False
        if self.most is not None and (number > self.most or (self.below and number == self.most)):
            return False
        return not self.whole or number.as_tuple().exponent == 0

    def _excludes(self, number: Decimal) -> bool:
        """Whether a number is the lower bound, and the bound does not count."""
        return self.above and number == self.least

    def read(self, value: object) -> Decimal:
        """
        Read a value of a trial file.

        Parameters
        ----------
        value : object
            What TOML gave.

        Returns
        -------
        decimal.Decimal
            Its digits.

        Raises
        ------
        PydanticCustomError
            If the value is not of this kind.
        """
        number = printed_number(value)
        if number is None or not self.admits(number):
            raise refusal(self.what, value)
        return number

    def json_schema(self) -> dict[str, Any]:
        """Describe the kind to an editor."""
        schema: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        if self.least is not None:
            schema["exclusiveMinimum" if self.above else "minimum"] = self.least
        if self.most is not None:
            schema["exclusiveMaximum" if self.below else "maximum"] = self.most
        return schema

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> Any:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.to_string_ser_schema()
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.json_schema()


@dataclass(frozen=True, kw_only=True)
class MarginKind(NumberKind):
    """A margin, or the words that say that there is one and nobody prints it."""

    def read(self, value: object) -> Decimal | str:  # type: ignore[override]
        """
        Read a margin of a trial file.

        Parameters
        ----------
        value : object
            What TOML gave.

        Returns
        -------
        decimal.Decimal or str
            Its digits, or ``"not stated"``.

        Raises
        ------
        PydanticCustomError
            If the value is neither.
        """
        return NOT_STATED if value == NOT_STATED else super().read(value)

    def json_schema(self) -> dict[str, Any]:
        """Describe the kind to an editor."""
        return {"anyOf": [super().json_schema(), {"type": "string", "enum": [NOT_STATED]}]}


@dataclass(frozen=True, kw_only=True)
class PrintedKind(NumberKind):
    """A kind of figure: a number as printed, or the words journals print in its place."""

    threshold: bool = False  # whether ``"<0.001"`` and ``">0.99"`` are allowed
    unreached: bool = False  # whether ``"not reached"`` is allowed

    def read(self, value: object) -> Printed:  # type: ignore[override]
        """
        Read a figure of a trial file.

        Parameters
        ----------
        value : object
            What TOML gave; a `Printed` is taken as it is.

        Returns
        -------
        Printed
            The figure with its digits.

        Raises
        ------
        PydanticCustomError
            If the value is not of this kind.
        """
        printed = printed_figure(value)
        if printed is None or not self._allows(printed):
            raise refusal(self.what, value)
        return printed

    def _allows(self, printed: Printed) -> bool:
        """Whether words and range of the figure are those of this kind."""
        if printed.number is None:
            return self.unreached
        if not printed.exact and (not self.threshold or self._beyond(printed)):
            return False
        return self.admits(printed.number)

    def _beyond(self, printed: Printed) -> bool:
        """Whether a threshold leaves nothing of the range, such as ``"<0"``."""
        bound = self.least if printed.relation == "<" else self.most
        return bound is not None and printed.number == bound

    def json_schema(self) -> dict[str, Any]:
        """Describe the kind to an editor."""
        choices = [super().json_schema()]
        if self.threshold:
            choices.append({"type": "string", "pattern": r"^\s*[<>]\s*\d+(\.\d+)?\s*$"})
        if self.unreached:
            choices.append({"type": "string", "enum": list(_WORDS)})
        return choices[0] if len(choices) == 1 else {"anyOf": choices}


_PATIENTS = PrintedKind(name="patients", what="a whole number, 1 or more", least=1, whole=True)
_COUNT = PrintedKind(name="count", what="a whole number, 0 or more", whole=True)
_DURATION = PrintedKind(
    name="duration", what='a positive number or "not reached"', above=True, unreached=True
)
_DURATION_LIMIT = PrintedKind(
    name="duration limit", what='a number, 0 or more, or "not reached"', unreached=True
)
_SPAN = PrintedKind(name="span", what="a positive number", above=True)
_PERCENT = PrintedKind(
    name="percent",
    what='a number from 0 to 100 or a threshold such as "<2"',
    most=100,
    threshold=True,
)
_DIFFERENCE = PrintedKind(
    name="difference", what="a number, negative where the reference arm does better", least=None
)
_REDUCTION = PrintedKind(
    name="reduction", what="a number of at most 100, negative for an increase", least=None, most=100
)
_RATE = PrintedKind(name="rate", what="a number, 0 or more")
_RATIO = PrintedKind(name="ratio", what='a number, 0 or more, or "not estimable"', unreached=True)
_PROBABILITY = PrintedKind(
    name="probability",
    what='a number from 0 to 1 or a threshold such as "<0.001"',
    most=1,
    threshold=True,
)

Patients = Annotated[Printed, _PATIENTS]
Count = Annotated[Printed, _COUNT]
Duration = Annotated[Printed, _DURATION]
DurationLimit = Annotated[Printed, _DURATION_LIMIT]
Span = Annotated[Printed, _SPAN]
Percent = Annotated[Printed, _PERCENT]
Difference = Annotated[Printed, _DIFFERENCE]
Reduction = Annotated[Printed, _REDUCTION]
Rate = Annotated[Printed, _RATE]
Ratio = Annotated[Printed, _RATIO]
Probability = Annotated[Printed, _PROBABILITY]

TimePoint = Annotated[Decimal, NumberKind(name="time", what="a number, 0 or more")]
Horizon = Annotated[Decimal, NumberKind(name="horizon", what="a positive number", above=True)]
Spacing = Annotated[Decimal, NumberKind(name="spacing", what="a positive number", above=True)]
Level = Annotated[
    Decimal,
    NumberKind(
        name="level",
        what="a percentage between 50 and 100",
        least=50,
        above=True,
        most=100,
        below=True,
    ),
]
Absolute = Annotated[Decimal, NumberKind(name="absolute", what="a positive number", above=True)]
Margin = Annotated[
    Decimal | str,
    MarginKind(name="margin", what='a positive number or "not stated"', above=True),
]
