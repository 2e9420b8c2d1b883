"""Two arms compared, with the figures printed for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, StrictBool, model_validator

from survkit.trial.kinds import Margin
from survkit.trial.stated import (
    HazardRatio,
    Identifier,
    RestrictedDifference,
    StatedProbability,
    StatedReduction,
    Table,
    Text,
)

__all__ = ["Contrast", "PValue"]


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
    risk_reduction: StatedReduction | None = Field(
        default=None, description="Reduction of the hazard in %, 100 (1 - hazard ratio)."
    )
    p_value: PValue | None = Field(default=None, description="P-value of the comparison.")
    rmst_difference: tuple[RestrictedDifference, ...] = Field(
        default=(), description="Restricted means, experimental minus reference."
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
