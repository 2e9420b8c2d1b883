"""What the times of an analysis are to bring about: hazard ratios, tests and areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.kernels import ArmTimes, TwoArmFit, fit_two_arms
from survkit.reconstruction.constraints.families.areas import area_violation
from survkit.reconstruction.constraints.families.contrast import fit_violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.families.areas import AreaConstraint
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.placement.timeline import Timeline

__all__ = ["Aims", "fit_contrast", "members_of_arm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """The figures of an analysis that depend on times."""

    contrasts: tuple[ContrastConstraint, ...]  # comparisons with a hazard ratio to aim at
    areas: tuple[AreaConstraint, ...]  # restricted means and their differences

    @classmethod
    def of(cls, constraints: AnalysisConstraints) -> Aims:
        """Gather what depends on the times of an analysis."""
        aimed = (one for one in constraints.contrasts if one.log_ratio is not None)
        return cls(contrasts=tuple(aimed), areas=constraints.areas)

    def without_test(self, contrast: ContrastConstraint) -> Aims:
        """Leave out the log-rank test of a contrast, and the contrast if nothing else is asked."""
        rest = (one.without_test() if one is contrast else one for one in self.contrasts)
        return replace(self, contrasts=tuple(one for one in rest if one.asks))

    def missed(self, arms: Sequence[Timeline]) -> float:
        """Squared distance from what is printed; rounded, so that machines agree on the better."""
        missed = sum(fit_violation(one, fit_contrast(one, arms)) for one in self.contrasts)
        if self.areas:
            times = [(arm.clock.times(arm.ticks), arm.event) for arm in arms]
            missed += sum(area_violation(area, times) for area in self.areas)
        return round(missed, 9)


def fit_contrast(contrast: ContrastConstraint, arms: Sequence[Timeline]) -> TwoArmFit:
    """Compare the two arms of a contrast, or those of their patients that it is about."""
    return fit_two_arms(*(members_of_arm(contrast, arms, arm) for arm in contrast.arms))


def members_of_arm(contrast: ContrastConstraint, arms: Sequence[Timeline], index: int) -> ArmTimes:
    """Return the patients of an arm that a contrast is about."""
    patients = arms[index].patients
    return patients if contrast.members is None else patients.only(contrast.members[index])
