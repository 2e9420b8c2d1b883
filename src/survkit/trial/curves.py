"""Curves in a trial file: points that stand in it, or in a file beside it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from survkit.errors import DigitizedFileError
from survkit.trial.kinds import NumberKind, TimePoint, refusal
from survkit.trial.paths import PathBelow, find_below
from survkit.trial.stated import Role, Table, Text

if TYPE_CHECKING:
    from survkit.digitized import DigitizedCurve

__all__ = ["Curve"]

_MOST = 20_000
"""Most points, and most marks, that may stand in a trial file; a file may have more."""

Taken = Literal["clicks at feet of drops", "evenly spaced", "mixed", "exact"]
Faults = dict[str, tuple[str, ...]]


def _read_pair(value: object) -> object:
    """Take two numbers in a list."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return value
    what = "two numbers in a list, time and survival"
    raise refusal(what, value)


def _read_column(value: object) -> object:
    """Take a column's name, or its position from 1."""
    position = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if position or (isinstance(value, str) and value):
        return value
    what = "the name of a column or its position from 1"
    raise refusal(what, value)


_Coordinate = Annotated[Decimal, NumberKind(name="coordinate", what="a number", least=None)]
_Pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
Point = Annotated[
    tuple[_Coordinate, _Coordinate], BeforeValidator(_read_pair), WithJsonSchema(_Pair)
]
_Column = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer", "minimum": 1}]}
Column = Annotated[str | int, BeforeValidator(_read_column), WithJsonSchema(_Column)]
Columns = Annotated[
    tuple[Column, ...],
    Field(min_length=2, max_length=2),
]
Precision = Annotated[
    Decimal,
    NumberKind(
        name="precision",
        what="a probability between 0 and 1",
        above=True,
        most=1,
        below=True,
    ),
]


class Curve(Table):
    """A Kaplan-Meier curve of an arm, as somebody took it off a figure."""

    file: PathBelow | None = Field(
        default=None, description="File with its points, relative to the trial file."
    )
    points: tuple[Point, ...] | None = Field(
        default=None,
        max_length=_MOST,
        description="Its points, each a time and survival, in place of a file.",
    )
    name: Text | None = Field(
        default=None, description="Name of the curve in a file that holds several."
    )
    columns: Columns | None = Field(
        default=None, description="Columns of times and survival, by name or position from 1."
    )
    scale: Literal["probability", "percent"] | None = Field(
        default=None, description="Unit of the values; detected where it is not stated."
    )
    shows: Literal["survival", "incidence"] | None = Field(
        default=None,
        description="Whether values are survival S or 1 - S; detected where it is not stated.",
    )
    taken: Taken | None = Field(
        default=None, description="How points were taken; detected, except that they are exact."
    )
    precision: Precision | None = Field(
        default=None, description="Standard deviation of a point, as a probability."
    )
    marks: tuple[TimePoint, ...] = Field(
        default=(), max_length=_MOST, description="Censoring times marked on the curve."
    )
    marks_file: PathBelow | None = Field(
        default=None, description="File with the marks, in place of a list."
    )
    source: Text | None = Field(
        default=None, description="Id of the source that shows the curve; else inherited."
    )
    verified: StrictBool = Field(
        default=True, description="False where nobody has read the curve in its source."
    )
    role: Role = Field(
        default="input",
        description="An input shapes the reconstruction; a check is kept out and compared.",
    )
    note: Text | None = Field(default=None, description="Anything a reader should know.")

    _digitized: DigitizedCurve | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _take_points(self, info: ValidationInfo) -> Self:
        """Read points and marks, wherever they stand."""
        folder = (info.context or {}).get("folder")
        faults: Faults = {}
        curve, marks = self._points_in(folder, faults), self._marks_in(folder, faults)
        if faults or curve is None:
            kind = "curve"
            raise PydanticCustomError(kind, "must hold a curve", {"faults": faults})
        self._digitized = replace(curve, marks=marks) if marks else curve
        return self

    @property
    def digitized(self) -> DigitizedCurve:
        """Its points and marks; survival as probabilities."""
        if self._digitized is None:
            msg = "curve: the points of a curve must be validated before they are used"
            raise DigitizedFileError((msg,))
        return self._digitized

    def _points_in(self, folder: Path | None, faults: Faults) -> DigitizedCurve | None:
        """Read the points, and note faults by the key that they belong to."""
        if (self.file is None) == (self.points is None):
            faults["file"] = ("must be given, or points in its place, not both",)
            return None
        try:
            found = self._of_points() if self.file is None else self._of_file(folder, self.file)
        except DigitizedFileError as error:
            key = "points" if self.file is None else "file"
            faults[key] = tuple(f"must hold a curve: {fault}" for fault in error.faults)
            return None
        chosen = [curve for curve in found if self.file is None or self.name in (None, curve.name)]
        if len(chosen) != 1:
            names = ", ".join(f'"{curve.name}"' for curve in found)
            faults["name"] = (f"must be that of one curve in the file, which holds {names}",)
            return None
        return chosen[0]

    def _of_points(self) -> tuple[DigitizedCurve, ...]:
        """Take the points of the trial file itself."""
        from survkit.digitized import curve_from_points  # loads numpy, which few trials need

        points = self.points or ()
        exponents = (survival.as_tuple().exponent for _, survival in points)
        places = [-exponent for exponent in exponents if isinstance(exponent, int)]
        curve = curve_from_points(
            [float(time) for time, _ in points],
            [float(survival) for _, survival in points],
            name=self.name or "points",
            decimals=max(places, default=0),
            **self._stated,
        )
        return (curve,)

    def _of_file(self, folder: Path | None, file: str) -> tuple[DigitizedCurve, ...]:
        """Read the curves of the file."""
        from survkit.digitized import read_curves

        return read_curves(find_below(folder, file), columns=self.columns, **self._stated)

    @property
    def _stated(self) -> dict[str, Any]:
        """What is stated of the points, as their readers have it."""
        return {
            "percent": None if self.scale is None else self.scale == "percent",
            "incidence": None if self.shows is None else self.shows == "incidence",
            "taken": self.taken,
            "precision": None if self.precision is None else float(self.precision),
        }

    def _marks_in(self, folder: Path | None, faults: Faults) -> tuple[float, ...]:
        """Read the marks, and note faults by the key that they belong to."""
        if self.marks_file is None:
            return tuple(sorted(float(time) for time in self.marks))
        if self.marks:
            faults["marks"] = ("must stand in the trial file or in marks_file, not in both",)
            return ()
        from survkit.digitized import read_marks

        try:
            return read_marks(find_below(folder, self.marks_file))
        except DigitizedFileError as error:
            faults["marks_file"] = tuple(f"must hold times: {fault}" for fault in error.faults)
            return ()
