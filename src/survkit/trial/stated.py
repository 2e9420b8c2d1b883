"""Figures as a trial file states them: a value, its interval, its source and its standing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)

from survkit.characters import fold_lines
from survkit.trial.kinds import (
    Absolute,
    Count,
    Difference,
    Duration,
    DurationLimit,
    Horizon,
    Level,
    Patients,
    Percent,
    Probability,
    Rate,
    Ratio,
    Reduction,
    Spacing,
    Span,
    TimePoint,
    refusal,
)

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import core_schema

    from survkit.printed import Printed

__all__ = [
    "AssessmentSchedule",
    "AtRisk",
    "Estimate",
    "EstimateDuration",
    "EstimateRatio",
    "EstimatedDuration",
    "HazardRatio",
    "Identifier",
    "Interval",
    "IntervalDuration",
    "Provenance",
    "Reprint",
    "Restricted",
    "RestrictedDifference",
    "RestrictedSpan",
    "Role",
    "Stated",
    "StatedCount",
    "StatedPatients",
    "StatedProbability",
    "StatedRate",
    "StatedReduction",
    "StatedSpan",
    "Survival",
    "Table",
    "Text",
    "TimeUnit",
    "Tolerance",
]

Role = Literal["input", "check"]
TimeUnit = Literal["day", "week", "month", "year"]
Text = Annotated[
    str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(fold_lines)
]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

V = TypeVar("V")

_DESCRIBING = ("title", "description")


class Table(BaseModel):
    """A table of a trial file: frozen, and every key it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __dir__(self) -> list[str]:
        """List the keys of the file and what is derived from them, not pydantic's methods."""
        names = [name for name in super().__dir__() if not hasattr(BaseModel, name)]
        return sorted({*names, *type(self).model_fields})

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """
        Name a figure after its kind, so that the JSON Schema reads well.

        Parameters
        ----------
        params : tuple
            The kind of the figure's number.

        Returns
        -------
        str
            For example ``"EstimateDuration"``.
        """
        kinds = (getattr(param, "__metadata__", (param,))[0] for param in params)
        return cls.__name__ + "".join(getattr(kind, "name", str(kind)).title() for kind in kinds)


class Tolerance(Table):
    """How far an estimate may lie from the printed figure, where rounding is not the measure."""

    absolute: Absolute = Field(description="Allowed distance, in the unit of the figure.")
    reason: Text = Field(description="Why the printed digits are not the tolerance here.")


class Provenance(Table):
    """Where a figure was read, and what it is used for."""

    source: Text | None = Field(
        default=None, description="Id of the source that prints the figure; else inherited."
    )
    verified: StrictBool = Field(
        default=True, description="False where nobody has read the figure in its source."
    )
    role: Role = Field(
        default="input",
        description="An input shapes the reconstruction; a check is kept out and predicted.",
    )
    tolerance: Tolerance | None = Field(
        default=None, description="Allowed distance, where it is not the rounding of the digits."
    )
    note: Text | None = Field(default=None, description="Anything a reader should know.")


class Interval(Table, Generic[V]):
    """A confidence interval; what it leaves out it inherits from its estimate."""

    lower: V = Field(description="Lower confidence limit.")
    upper: V = Field(description="Upper confidence limit.")
    level: Level = Field(default=Decimal(95), description="Confidence level in %.")
    source: Text | None = Field(default=None, description="Source, if not that of the estimate.")
    verified: StrictBool | None = Field(
        default=None, description="Standing, if not that of the estimate."
    )
    role: Role | None = Field(default=None, description="Role, if not that of the estimate.")
    tolerance: Tolerance | None = Field(default=None, description="Tolerance of both limits.")
    note: Text | None = Field(default=None, description="Anything a reader should know.")

    @model_validator(mode="before")
    @classmethod
    def _read_pair(cls, value: object) -> object:
        """Take the short form, two limits in a list."""
        if isinstance(value, Mapping | Interval):
            return value
        if isinstance(value, list) and len(value) == 2:
            return {"lower": value[0], "upper": value[1]}
        what = "a list of two limits or a table"
        raise refusal(what, value)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return _with_short_form(_pair, schema, handler)


class Reprint(Table, Generic[V]):
    """The same figure as another source prints it; always a check."""

    value: V = Field(description="The figure as this source prints it.")
    source: Text = Field(description="Id of the source that prints it.")
    verified: StrictBool = Field(
        default=True, description="False where nobody has read the figure in its source."
    )
    tolerance: Tolerance | None = Field(
        default=None, description="Allowed distance, where it is not the rounding of the digits."
    )
    note: Text | None = Field(default=None, description="Anything a reader should know.")


class Stated(Provenance, Generic[V]):
    """A figure without an interval, written as a bare number or as a table."""

    value: V = Field(description="The figure with its printed digits.")
    also: tuple[Reprint[V], ...] = Field(
        default=(), description="The same figure in other sources, each a check."
    )

    @model_validator(mode="before")
    @classmethod
    def _read_bare(cls, value: object) -> object:
        """Take the short form, a number or a word in place of the table."""
        return value if isinstance(value, Mapping | Stated) else {"value": value}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return _with_short_form(_bare, schema, handler)

    @property
    def printed(self) -> Printed:
        """The figure with its digits."""
        return self.value  # type: ignore[return-value]

    @property
    def at(self) -> Decimal | None:
        """No point in time: the figure describes the whole follow-up."""
        return None


class Estimate(Stated[V], Generic[V]):
    """A figure that may have a confidence interval."""

    ci: Interval[V] | None = Field(default=None, description="Confidence interval.")


class Restricted(Provenance, Generic[V]):
    """A mean of the time to event, counted up to a horizon, or a difference of two such means."""

    time: Horizon = Field(description="The horizon, in the analysis' time unit.")
    value: V = Field(description="The mean with its printed digits, in the same unit.")
    ci: Interval[V] | None = Field(default=None, description="Confidence interval.")
    also: tuple[Reprint[V], ...] = Field(
        default=(), description="The same figure in other sources, each a check."
    )

    @property
    def printed(self) -> Printed:
        """The mean with its digits."""
        return self.value  # type: ignore[return-value]

    @property
    def at(self) -> Decimal:
        """The horizon."""
        return self.time


# Every parametrised table has its name here: that is what makes a trial picklable.
ReprintPatients = Reprint[Patients]
ReprintCount = Reprint[Count]
ReprintDuration = Reprint[Duration]
ReprintSpan = Reprint[Span]
ReprintPercent = Reprint[Percent]
ReprintReduction = Reprint[Reduction]
ReprintRate = Reprint[Rate]
ReprintRatio = Reprint[Ratio]
ReprintDifference = Reprint[Difference]
ReprintProbability = Reprint[Probability]
IntervalDuration = Interval[DurationLimit]
IntervalSpan = Interval[Span]
IntervalPercent = Interval[Percent]
IntervalRatio = Interval[Ratio]
IntervalDifference = Interval[Difference]
StatedPatients = Stated[Patients]
StatedCount = Stated[Count]
StatedSpan = Stated[Span]
StatedReduction = Stated[Reduction]
StatedProbability = Stated[Probability]
StatedRate = Stated[Rate]
EstimatedDuration = Estimate[Duration]
EstimateRatio = Estimate[Ratio]


class EstimateDuration(EstimatedDuration):
    """A time that may have a confidence interval; a limit of it may print as 0."""

    ci: IntervalDuration | None = Field(default=None, description="Confidence interval.")


class HazardRatio(EstimateRatio):
    """A hazard ratio, with confidence intervals at one level or several."""

    further_ci: tuple[IntervalRatio, ...] = Field(
        default=(), description="Confidence intervals at further levels, each with its level."
    )


RestrictedSpan = Restricted[Span]
RestrictedDifference = Restricted[Difference]


class Survival(Provenance):
    """Survival at one point in time, in percent."""

    time: TimePoint = Field(description="Point in time, in the analysis' time unit.")
    percent: Percent = Field(description="Patients without the event by then, in %.")
    ci: IntervalPercent | None = Field(default=None, description="Confidence interval in %.")
    also: tuple[ReprintPercent, ...] = Field(
        default=(), description="The same percentage in other sources, each a check."
    )

    @property
    def printed(self) -> Printed:
        """The percentage with its digits."""
        return self.percent

    @property
    def at(self) -> Decimal:
        """The point in time."""
        return self.time


class AtRisk(Provenance):
    """Patients still under observation, and without the event, at one point in time."""

    time: TimePoint = Field(description="Point in time, in the analysis' time unit.")
    n: Count = Field(description="Patients at risk.")
    also: tuple[ReprintCount, ...] = Field(
        default=(), description="The same number in other sources, each a check."
    )

    @property
    def printed(self) -> Printed:
        """The number of patients."""
        return self.n

    @property
    def at(self) -> Decimal:
        """The point in time."""
        return self.time


class AssessmentSchedule(Table):
    """How often patients are assessed, as a bare number or as a table."""

    value: Spacing = Field(description="Time between two visits.")
    unit: TimeUnit | None = Field(
        default=None, description="Unit of the schedule, if not the analysis' time unit."
    )
    window: TimePoint = Field(
        default=Decimal(0), description="How much before or after its date a visit may take place."
    )
    until: Spacing | None = Field(default=None, description="Time from which visits are rarer.")
    then_every: Spacing | None = Field(
        default=None, description="Time between two visits from then on."
    )

    @model_validator(mode="before")
    @classmethod
    def _read_bare(cls, value: object) -> object:
        """Take the short form, a number in place of the table."""
        return value if isinstance(value, Mapping | AssessmentSchedule) else {"value": value}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return _with_short_form(_bare, schema, handler)


def _with_short_form(
    short: Callable[[dict[str, Any]], dict[str, Any]],
    schema: core_schema.CoreSchema,
    handler: GetJsonSchemaHandler,
) -> dict[str, Any]:
    """Return the JSON Schema of a table that may also be written in its short form."""
    table = handler.resolve_ref_schema(handler(schema))
    described: dict[str, Any] = {key: table.pop(key) for key in _DESCRIBING if key in table}
    return described | {"anyOf": [short(table["properties"]), table]}


def _bare(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a figure's number alone."""
    return {key: rule for key, rule in properties["value"].items() if key not in _DESCRIBING}


def _pair(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of two limits in a list."""
    limit = {key: rule for key, rule in properties["lower"].items() if key not in _DESCRIBING}
    return {"type": "array", "items": limit, "minItems": 2, "maxItems": 2}
