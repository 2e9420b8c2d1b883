"""The ensemble of an analysis: its members, and what they say of all that is not printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from survkit.ensembles.bands import band_curves
from survkit.ensembles.curves import curves_of_arms
from survkit.ensembles.drawing import draw_members, prepare_draws
from survkit.ensembles.intervals import measure_members, summarise
from survkit.errors import SurvkitError
from survkit.reconstruction.cost import tell_draws
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.ensembles.drawing import Member
    from survkit.trial import Analysis

__all__ = ["Ensemble", "ensemble"]

_MOST_MEMBERS = 100_000
"""Members of an ensemble at most: a day's work of many cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """
    Whole data sets that print the same figures, drawn from what is known of trials.

    What lies between them is what the printed figures leave open, under the prior: no sampling
    error of the trial, and no confidence interval.

    Parameters
    ----------
    analysis : Analysis
        What was reconstructed.
    seed : int
        The seed of all members.
    prior : str
        Name of the prior that they were drawn from.
    members : tuple of Member
        The data sets; each prints every input figure.
    """

    analysis: Analysis
    seed: int
    prior: str
    members: tuple[Member, ...]

    @property
    def redrawn(self) -> int:
        """How many draws led to no patients who print every input figure, and were repeated."""
        return sum(member.redrawn for member in self.members)

    @property
    def patients(self) -> pd.DataFrame:
        """
        All members under each other.

        Columns ``member`` (its number), ``subject``, ``time``, ``event``, ``arm`` and, where the
        patients have strata, ``stratum``; all of them synthetic.
        """
        frames = [
            member.reconstruction.ipd.reset_index().assign(member=member.number)
            for member in self.members
        ]
        columns = ["member", *(name for name in frames[0] if name != "member")]
        return pd.concat(frames, ignore_index=True)[columns]

    def bands(self, level: float = 0.9, times: Sequence[float] = ()) -> pd.DataFrame:
        """
        Lay bands around the survival curves.

        Parameters
        ----------
        level : float
            Share of what is drawn that the bands hold, between 0 and 1.
        times : sequence of float
            Times in the analysis' unit; evenly over the follow-up if left out.

        Returns
        -------
        pandas.DataFrame
            One row per arm and time: ``arm``, ``time``, ``lower``, ``median`` and ``upper``
            (survival; the share lies between at each time), ``whole_lower`` and ``whole_upper``
            (the share of whole curves lies between at all times) and ``members`` (how many are
            followed so long).

        Raises
        ------
        SurvkitError
            If `level` is not between 0 and 1.
        """
        return band_curves(curves_of_arms(self.analysis, self.members, times), level)

    def intervals(self, level: float = 0.9) -> pd.DataFrame:
        """
        Say between which values a share of the members lies, quantity by quantity.

        Parameters
        ----------
        level : float
            The share, between 0 and 1.

        Returns
        -------
        pandas.DataFrame
            One row per quantity: ``quantity``, ``subject`` (arm or arms compared), ``time``,
            ``lower``, ``median``, ``upper`` and ``printed`` (the digits, where it is an input
            figure). Survival is a share, differences and ratios are experimental over reference.

        Raises
        ------
        SurvkitError
            If `level` is not between 0 and 1.
        """
        return summarise(measure_members(self.analysis, self.members), level)


def ensemble(
    analysis: Analysis, members: int = 200, seed: int = 1, *, workers: int | None = None
) -> Ensemble:
    """
    Draw data sets that all print the input figures of an analysis, each to the digit.

    Parameters
    ----------
    analysis : Analysis
        A published analysis, taken by itself: the patients of a sub-group are not sought among
        those of its parent.
    members : int
        How many data sets, 2 or more; 200 are enough for bands of 90 %.
    seed : int
        Seed of all that is drawn, 0 or more. The first members of a longer ensemble are those of a
        shorter one.
    workers : int, optional
        Processes side by side, as many as there are cores if left out; the members are the same
        however many there are.

    Returns
    -------
    Ensemble
        The members, with bands and intervals. Synthetic: none of them is the trial.

    Raises
    ------
    SurvkitError
        If no patients are found that print every input figure, if a drawn curve shapes them, or if
        a number is out of range.

    Examples
    --------
    >>> import survkit
    >>> analysis = survkit.load_trial("radiant-3").analyses[0]
    >>> drawn = survkit.ensemble(analysis, members=3, workers=1)
    >>> [member.reconstruction.met for member in drawn.members]
    [True, True, True]
    """
    check_members(members)
    asked = as_analysis(analysis, "ensemble")
    draws = prepare_draws(asked, seed=seed)
    tell_draws(asked, members)
    return Ensemble(
        analysis=asked,
        seed=seed,
        prior=draws.prior,
        members=tuple(draw_members(draws, range(1, members + 1), workers=workers)),
    )


def check_members(members: int) -> None:
    """Refuse too few members to lie apart, and more than anybody waits for."""
    given: object = members
    if not isinstance(given, int) or not 2 <= given <= _MOST_MEMBERS:
        many = isinstance(given, int) and given > _MOST_MEMBERS
        what = f"at most {_MOST_MEMBERS:,} members" if many else "2 members or more"
        msg = f"an ensemble must have {what}, got {members}"
        raise SurvkitError(msg)
