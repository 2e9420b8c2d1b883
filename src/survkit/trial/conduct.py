"""How a trial was run and analysed: who entered when, who was followed how long, by what rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field, Strict

from survkit.errors import SurvkitError
from survkit.trial.kinds import Spacing, TimePoint
from survkit.trial.stated import Table

__all__ = [
    "YEAR",
    "Conventions",
    "Day",
    "Enrolment",
    "FollowUpRange",
    "MedianScale",
    "Plateau",
    "PriorName",
    "Scale",
    "Status",
    "Ties",
    "known_prior",
]

Day = Annotated[date, Strict()]
Status = Literal["final", "interim", "preliminary", "post hoc"]
Ties = Literal["efron", "breslow"]
Scale = Literal["log-log", "log", "plain"]
MedianScale = Literal["log-log", "log", "plain", "symmetric"]
Plateau = Literal["left end", "middle", "not estimable"]
PriorName = Literal["learned", "smooth"]

YEAR = {"day": 365.25, "week": 365.25 / 7.0, "month": 12.0, "year": 1.0}
"""Length of a year in each time unit."""


class Enrolment(Table):
    """When patients entered: with the cut-off, how long they can have been followed."""

    first: Day | None = Field(
        default=None, alias="from", description="Date of the first patient's enrolment."
    )
    last: Day | None = Field(
        default=None, alias="to", description="Date of the last patient's enrolment."
    )


class FollowUpRange(Table):
    """The shortest and the longest follow-up of any patient, in the analysis' time unit."""

    min: TimePoint | None = Field(default=None, description="Shortest follow-up.")
    max: Spacing | None = Field(default=None, description="Longest follow-up.")


class Conventions(Table):
    """By which rules of their own the programs of a publication estimate."""

    ties: Ties = Field(default="efron", description="Handling of ties in the printed Cox model.")
    median_interval: MedianScale = Field(
        default="log-log",
        description="Transformation behind the intervals of medians and quartiles; symmetric for "
        "estimate ± z · error of the quantile itself.",
    )
    plateau: Plateau | None = Field(
        default=None,
        description="What is a quantile where the curve rests on its share; else inferred.",
    )
    survival_interval: Scale | None = Field(
        default=None,
        description="Transformation behind the intervals of survival, if not that of the medians.",
    )

    @property
    def median_scale(self) -> Scale:
        """Scale of the curve's limits behind intervals of quantiles; plain for symmetric ones."""
        return "plain" if self.median_interval == "symmetric" else self.median_interval

    @property
    def survival_scale(self) -> Scale:
        """Transformation behind the intervals of survival percentages."""
        return self.survival_interval or self.median_scale


def known_prior(name: str) -> str:
    """
    Return the name of a prior, and refuse any other.

    Parameters
    ----------
    name : str
        A name.

    Returns
    -------
    str
        The same.

    Raises
    ------
    SurvkitError
        If there is no prior of that name.
    """
    known = get_args(PriorName)
    if name not in known:
        msg = f"prior must be one of {', '.join(known)}, got {name!r}"
        raise SurvkitError(msg)
    return name
