"""How a trial was run and analysed: who entered when, who was followed how long, by what rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field, Strict

from survkit.errors import SurvkitError
from survkit.trial.kinds import Spacing, TimePoint
from survkit.trial.stated import Table

__all__ = [
    "Day",
    "Enrolment",
    "FollowUpRange",
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
PriorName = Literal["learned", "smooth"]


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
