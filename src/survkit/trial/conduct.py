"""How a trial was run: when patients entered, and how long they were followed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, Strict

from survkit.trial.kinds import Spacing, TimePoint
from survkit.trial.stated import Table

__all__ = ["Day", "Enrolment", "FollowUpRange"]

Day = Annotated[date, Strict()]


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
