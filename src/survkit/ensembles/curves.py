"""The Kaplan-Meier curves of an ensemble's members, arm by arm, at common times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import EventTable, survival_at, tabulate_arm

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from survkit.arrays import Floats
    from survkit.ensembles.drawing import Member
    from survkit.trial import Analysis

__all__ = ["ArmCurves", "curves_of_arms", "tabulate_members"]

_STEPS = 200
"""Steps of the times at which curves are taken, besides the printed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCurves:
    """One arm's curves at common times."""

    arm: str  # the arm's id
    n: int  # its patients
    time: Floats  # shape (m,); rising from 0, in time units
    # shape (members, m); survival, not a number where a member is no longer followed
    survival: Floats


def tabulate_members(members: Sequence[Member], arm: str) -> list[EventTable]:
    """Tabulate the events of one arm, member by member."""
    return [_tabulate(member.reconstruction.ipd, arm) for member in members]


def curves_of_arms(
    analysis: Analysis, members: Sequence[Member], times: Sequence[float] = ()
) -> list[ArmCurves]:
    """
    Take the curves of every arm at common times.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    members : sequence of Member
        Its ensemble.
    times : sequence of float
        The times; if left out, evenly as long as half of the members are followed, and those for
        which survival is printed.

    Returns
    -------
    list of ArmCurves
        One per arm, in the file's order.
    """
    return [_curves(analysis, members, arm.id, times) for arm in analysis.arms]


def _curves(
    analysis: Analysis, members: Sequence[Member], arm: str, times: Sequence[float]
) -> ArmCurves:
    asked = analysis.arm(arm)
    ends = np.array([_last(member.reconstruction.ipd, arm) for member in members])
    if len(times) > 0:
        time = np.array(times, dtype=np.float64)
    else:
        printed = [float(point.time) for point in asked.survival]
        last = float(np.median(ends))
        even = np.linspace(0.0, last, _STEPS + 1)
        time = np.unique([*even, *(one for one in printed if one < last)])
    tables = tabulate_members(members, arm)
    survival = np.stack([survival_at(table, time) for table in tables])
    followed = (time <= ends[:, None]) | (survival == 0.0)
    return ArmCurves(
        arm=arm,
        n=int(asked.n.printed.value),
        time=time,
        survival=np.where(followed, survival, np.nan),
    )


def _tabulate(ipd: pd.DataFrame, arm: str) -> EventTable:
    rows = ipd[ipd["arm"] == arm]
    return tabulate_arm(rows["time"].to_numpy(), rows["event"].to_numpy() == 1)


def _last(ipd: pd.DataFrame, arm: str) -> float:
    return float(ipd.loc[ipd["arm"] == arm, "time"].max())
