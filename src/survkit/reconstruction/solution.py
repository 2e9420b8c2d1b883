"""What one reconstruction is asked, the patients that it comes to, and methods between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from survkit.kernels import ArmTimes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survkit.arrays import Codes
    from survkit.interval import Interval
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.constraints.strata import Strata
    from survkit.reconstruction.curves.decoded import ArmCurve
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.placement.clock import Clock
    from survkit.reconstruction.population.population import Population
    from survkit.reconstruction.population.prior import PopulationPrior

__all__ = ["Method", "Solution", "Task"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a reconstruction is asked."""

    constraints: AnalysisConstraints  # the figures
    strata: Strata | None  # the patients' strata, where their sizes are printed
    windows: Sequence[Sequence[Interval]]  # for each arm, where sub-groups need events
    prior: PopulationPrior  # what fills the gaps between figures
    # the curve that each arm follows, None where it has none; empty where no arm follows one
    curves: tuple[ArmCurve | None, ...] = ()
    most_orders: int = 30_000  # orders of small arms that are looked at, in each way
    # lengths of an unprinted follow-up that are tried, at most; with 1, one prior alone
    stretches: int = 4
    # whether it is proved that not all can be met: one attempt, as thorough as it need be, will do
    hopeless: bool = False
    # populations and orders so far, shared by tasks that differ in strata alone
    ordered: dict[
        tuple[str, float], tuple[AnalysisConstraints, tuple[Population, list[History]]]
    ] = field(default_factory=dict, compare=False, repr=False)

    @property
    def codes(self) -> Sequence[Codes | None]:
        """For each arm the stratum of its patients in the order of leaving, where there are any."""
        if self.strata is None:
            return tuple(None for _ in self.constraints.arms)
        return self.strata.codes

    def with_contrasts(self, contrasts: Sequence[ContrastConstraint]) -> Task:
        """Ask for further comparisons, of some of the patients."""
        asked = (*self.constraints.contrasts, *contrasts)
        return replace(self, constraints=replace(self.constraints, contrasts=asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What one attempt gave."""

    arms: tuple[ArmTimes, ...]  # patients with times in ticks of the clock
    clock: Clock  # the grid of times
    end: float  # end of follow-up, in time units
    loss: float  # how far figures are missed
    # what the patients were drawn from; None where they were decoded from a curve
    population: Population | None = field(default=None, repr=False)
    # the order of each arm, held to the analysis' own figures alone; none at visits
    histories: tuple[History, ...] = field(default=(), repr=False)

    @property
    def patients(self) -> list[ArmTimes]:
        """The arms' patients with times in time units."""
        return [
            ArmTimes(time=self.clock.times(arm.time), event=arm.event, stratum=arm.stratum)
            for arm in self.arms
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way to make patients."""

    name: str  # its name
    version: int  # changes whenever the patients that it makes change
    # from a task to its solution; the same solution for the same task, on every machine
    solve: Callable[[Task], Solution]
    # from a solution that misses figures to one that meets all, where it finds one
    mend: Callable[[Task, Solution], Solution | None] | None = None

    @property
    def label(self) -> str:
        """Name and version, as the record has them."""
        return f"{self.name}/{self.version}"
