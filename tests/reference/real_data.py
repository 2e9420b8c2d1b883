"""The two-group data sets that lifelines ships, in one form: time, event, group, stratum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import lifelines.datasets
import numpy as np

from survkit.kernels import EventTable, TwoArmTable, tabulate_arm, tabulate_two_arms

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GROUPS", "SETS", "Cohort", "load_cohort"]

_COLUMNS = {
    "dd": ("duration", "observed", "democracy", "Democracy"),
    "g3": ("time", "event", "group", "RIT"),
    "gbsg2": ("time", "cens", "horTh", "yes"),
    "kidney_transplant": ("time", "death", "black_male", 1),
    "larynx": ("time", "death", "Stage_IV", 1),
    "leukemia": ("t", "status", "Rx", 1),
    "lung": ("time", "status", "sex", 2),
    "lymphoma": ("Time", "Censor", "Stage_group", 1),
    "psychiatric_patients": ("T", "C", "sex", 2),
    "rossi": ("week", "arrest", "fin", 1),
    "waltons": ("T", "E", "group", "miR-137"),
}
"""Name in lifelines: columns of time, event and group, and the group taken as experimental."""

SETS = tuple(_COLUMNS)
"""Names of the data sets: 17 to 1,808 subjects, with and without ties, with every sort of tail."""

GROUPS = ("reference", "experimental")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """
    Two groups of subjects.

    Parameters
    ----------
    time : ndarray of float, shape (n,)
        Follow-up times.
    event : ndarray of bool, shape (n,)
        True for an event.
    experimental : ndarray of bool, shape (n,)
        True for the group above the fraction bar.
    stratum : ndarray of int, shape (n,)
        0, 1 or 2 by the order of the rows, which means nothing: strata for stratified tests.
    """

    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    experimental: NDArray[np.bool_]
    stratum: NDArray[np.int64]

    def table(self, group: str) -> EventTable:
        """
        Tabulate one group.

        Parameters
        ----------
        group : {"reference", "experimental"}
            Which one.

        Returns
        -------
        EventTable
            Its events.
        """
        members = self.members(group)
        return tabulate_arm(self.time[members], self.event[members])

    def members(self, group: str) -> NDArray[np.bool_]:
        """
        Tell who belongs to a group.

        Parameters
        ----------
        group : {"reference", "experimental"}
            Which one.

        Returns
        -------
        ndarray of bool, shape (n,)
            True for its members.
        """
        return self.experimental if group == "experimental" else ~self.experimental

    @property
    def two_arms(self) -> TwoArmTable:
        """Both groups, tabulated together."""
        return tabulate_two_arms(self.time, self.event, self.experimental)

    @property
    def two_arms_by_stratum(self) -> list[TwoArmTable]:
        """Both groups, tabulated together stratum by stratum."""
        return [
            tabulate_two_arms(self.time[own], self.event[own], self.experimental[own])
            for own in (self.stratum == stratum for stratum in np.unique(self.stratum))
        ]

    @property
    def horizon(self) -> float:
        """The middle one of all follow-up times, where restricted means end."""
        return float(np.median(self.time))


@cache
def load_cohort(name: str) -> Cohort:
    """
    Load a data set.

    Parameters
    ----------
    name : str
        One of `SETS`.

    Returns
    -------
    Cohort
        Its two groups.
    """
    time, event, group, experimental = _COLUMNS[name]
    frame = getattr(lifelines.datasets, f"load_{name}")()
    return Cohort(
        time=frame[time].to_numpy(np.float64),
        event=frame[event].to_numpy(np.bool_),
        experimental=(frame[group] == experimental).to_numpy(np.bool_),
        stratum=np.arange(len(frame)) % 3,
    )
