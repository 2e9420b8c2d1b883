"""Parts of a trial file: sources, arms and factors with their printed figures."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from survkit.trial.curves import Curve
from survkit.trial.kinds import Count, Patients, Percent
from survkit.trial.stated import (
    AtRisk,
    EstimatedDuration,
    EstimateDuration,
    Identifier,
    IntervalDuration,
    RestrictedSpan,
    Role,
    StatedCount,
    StatedPatients,
    StatedProbability,
    StatedRate,
    StatedSpan,
    Survival,
    Table,
    Text,
)

__all__ = [
    "Arm",
    "EventRate",
    "Factor",
    "Incidence",
    "Level",
    "OverallFollowUp",
    "OverallPValue",
    "Source",
]


class Source(Table):
    """A publication that prints figures."""

    citation: Text = Field(description="Authors, title, journal, year: enough to find it.")
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$")] | None = Field(
        default=None, description="DOI without a resolver's address."
    )
    pmid: Annotated[str, Field(pattern=r"^\d{1,9}$")] | None = Field(
        default=None, description="PubMed id, in quotes."
    )
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(
        default=None, description="Address, where there is no better identifier."
    )
    note: Text | None = Field(default=None, description="Anything a reader should know.")


class Incidence(Survival):
    """Cumulative incidence by one point in time, in percent: 100 less the survival."""

    percent: Percent = Field(description="Patients with the event by then, in %.")


class OverallInterval(IntervalDuration):
    """Confidence interval of a time of all arms together; a check unless said."""

    role: Role | None = Field(default="check", description="Patients are not shaped by it.")


class OverallFollowUp(EstimatedDuration):
    """Median follow-up of all arms together; its interval is a check unless said."""

    ci: OverallInterval | None = Field(default=None, description="Confidence interval.")


class EventRate(StatedRate):
    """Events per 100 patient-years; a check unless said."""

    role: Role = Field(default="check", description="Patients are not shaped by it.")


class OverallPValue(StatedProbability):
    """Two-sided p-value of the log-rank test of all arms at once; a check unless said."""

    role: Role = Field(default="check", description="Patients are not shaped by it.")


class Arm(Table):
    """One arm of an analysis and the figures printed for it."""

    id: Identifier = Field(description="Id of the arm, unique in its analysis.")
    name: Text | None = Field(default=None, description="Name in running text, if not the id.")
    n: StatedPatients = Field(description="Patients analysed.")
    events: StatedCount | None = Field(default=None, description="Patients with the event.")
    median: EstimateDuration | None = Field(default=None, description="Median time to event.")
    lower_quartile: EstimateDuration | None = Field(
        default=None, description="Time at which survival falls to 75 %."
    )
    upper_quartile: EstimateDuration | None = Field(
        default=None, description="Time at which survival falls to 25 %."
    )
    survival: tuple[Survival, ...] = Field(
        default=(), description="Survival percentages at points in time."
    )
    incidence: tuple[Incidence, ...] = Field(
        default=(), description="Percentages of patients with the event by points in time."
    )
    at_risk: tuple[AtRisk, ...] = Field(
        default=(), description="Numbers at risk at points in time."
    )
    rmst: tuple[RestrictedSpan, ...] = Field(
        default=(), description="Restricted mean survival times: areas under the curve."
    )
    median_follow_up: EstimateDuration | None = Field(
        default=None, description="Median follow-up by the reverse Kaplan-Meier estimate."
    )
    max_follow_up: StatedSpan | None = Field(
        default=None, description="Longest observation, event or not."
    )
    event_rate: EventRate | None = Field(
        default=None, description="Events per 100 patient-years of observation."
    )
    curves: tuple[Curve, ...] = Field(
        default=(),
        alias="curve",
        max_length=8,
        description="Its Kaplan-Meier curve, as taken off a figure; at most one is an input.",
    )

    @property
    def curve(self) -> Curve | None:
        """The curve that shapes the reconstruction, if there is one."""
        return next((curve for curve in self.curves if curve.role == "input"), None)


class Level(Table):
    """One level of a factor and how many patients it has."""

    id: Identifier = Field(description="Id of the level, unique in its factor.")
    n: Patients | None = Field(default=None, description="Patients over all arms.")
    per_arm: dict[Identifier, Count] | None = Field(
        default=None, description="Patients by arm id, in place of n."
    )


class Factor(Table):
    """A factor that the printed model is stratified by."""

    factor: Text = Field(description="The factor in words, as in stratified_by.")
    levels: tuple[Level, ...] = Field(min_length=2, description="Its levels.")
    source: Text | None = Field(
        default=None, description="Source of the sizes, if not that of the analysis."
    )
    verified: StrictBool = Field(
        default=True, description="False where nobody has read the sizes in their source."
    )
    note: Text | None = Field(default=None, description="Anything a reader should know.")
