"""Two arms compared, with the figures printed for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, StrictBool, model_validator

from survkit.trial.kinds import Difference, Horizon, Margin, Probability
from survkit.trial.stated import (
    EstimateRatio,
    HazardRatio,
    Identifier,
    Provenance,
    ReprintProbability,
    RestrictedDifference,
    Role,
    StatedProbability,
    StatedReduction,
    Table,
    Text,
)

if TYPE_CHECKING:
    from survkit.printed import Printed

__all__ = ["Contrast", "PValue"]

_CHECK: Any = Field(
    default="check",
    description="A check is predicted; as an input it gives one arm's percentage where only the "
    "other's is printed.",
)


class UnstratifiedRatio(EstimateRatio):
    """A hazard ratio printed beside that of the stratified model; a check unless said."""

    role: Role = Field(default="check", description="Patients are not shaped by it.")


class PValue(StatedProbability):
    """A p-value and the test it belongs to."""

    test: Literal["log-rank", "wald"] = Field(
        default="log-rank", description="The test; with a margin that of the Cox model, wald."
    )
    sided: Literal[1, 2] = Field(default=2, description="One-sided or two-sided.")
    alternative: Literal["less", "greater"] | None = Field(
        default=None,
        description="Whether a one-sided test looks for a ratio less or greater than 1, or than "
        "its margin; else the side of the printed estimate is assumed.",
    )
    margin: Margin | None = Field(
        default=None,
        description='Ratio that a test of non-inferiority starts from, or "not stated".',
    )
    stratified: StrictBool = Field(default=False, description="Whether the test was stratified.")

    @model_validator(mode="before")
    @classmethod
    def _read_margin(cls, value: object) -> object:
        """Take the test of a margin for Wald's; against an unknown one nothing can be asked."""
        if not isinstance(value, Mapping) or value.get("margin") is None:
            return value
        unknown = {"role": "check"} if isinstance(value["margin"], str) else {}
        given: dict[str, Any] = {"test": "wald"} | unknown | dict(value)
        return given


class SurvivalDifference(RestrictedDifference):
    """Survival of one arm less that of another, at one point in time; a check unless said."""

    role: Role = _CHECK
    time: Horizon = Field(description="Point in time, in the analysis' time unit.")
    value: Difference = Field(description="Experimental minus reference, in percentage points.")


class SurvivalPValue(Provenance):
    """Two-sided p-value of the difference of survival at one point in time; a check unless said."""

    role: Role = _CHECK
    time: Horizon = Field(description="Point in time, in the analysis' time unit.")
    value: Probability = Field(description="P-value of the difference over its error.")
    also: tuple[ReprintProbability, ...] = Field(
        default=(), description="The same p-value in other sources, each a check."
    )

    @property
    def printed(self) -> Printed:
        """The p-value with its digits."""
        return self.value

    @property
    def at(self) -> Decimal:
        """The point in time."""
        return self.time


class Contrast(Table):
    """Two arms compared: ratios are experimental over reference."""

    experimental: Identifier = Field(description="Id of the arm above the fraction bar.")
    reference: Identifier = Field(description="Id of the arm below the fraction bar.")
    estimator: Literal["cox", "peto", "pike"] = Field(
        default="cox",
        description="How the ratio was estimated: by a Cox model, as exp((O - E) / V) of the "
        "log-rank test (peto), or as its (O1 / E1) / (O0 / E0) (pike).",
    )
    hazard_ratio: HazardRatio | None = Field(
        default=None, description="Hazard of the experimental arm over that of the reference."
    )
    unstratified_hazard_ratio: UnstratifiedRatio | None = Field(
        default=None,
        description="Hazard ratio of the Cox model without strata, where hazard_ratio is that of "
        "a stratified one.",
    )
    risk_reduction: StatedReduction | None = Field(
        default=None, description="Reduction of the hazard in %, 100 (1 - hazard ratio)."
    )
    p_value: PValue | None = Field(default=None, description="P-value of the comparison.")
    rmst_difference: tuple[RestrictedDifference, ...] = Field(
        default=(), description="Restricted means, experimental minus reference."
    )
    survival_difference: tuple[SurvivalDifference, ...] = Field(
        default=(), description="Survival percentages, experimental minus reference."
    )
    survival_p_value: tuple[SurvivalPValue, ...] = Field(
        default=(), description="P-values of survival at points in time."
    )
    model: Text | None = Field(default=None, description="The printed model, in words.")

    @property
    def arms(self) -> tuple[str, str]:
        """Ids of the reference and of the experimental arm."""
        return self.reference, self.experimental

    @property
    def subject(self) -> str:
        """Name of the contrast in figures: ``"experimental vs reference"``."""
        return f"{self.experimental} vs {self.reference}"
