"""The whole path for one trial: reconstruct, refit, compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.comparison import Comparison, Verdict, compare_figures
from survkit.reconstruction import Conflict, Family, Reconstruction, find_conflict
from survkit.refit import Refit, refit_ipd

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.trial import Analysis, Trial

__all__ = ["AnalysisReproduction", "Reproduction", "reproduce", "reproduce_analysis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisReproduction:
    """
    One analysis, reconstructed and refitted.

    Parameters
    ----------
    analysis : Analysis
        The published analysis.
    reconstruction : Reconstruction
        Its synthetic patients.
    refit : Refit
        What lifelines makes of them.
    comparisons : tuple of Comparison
        Every printed figure with its verdict, in the order of the figures.
    conflict : Conflict or None
        Input figures that stand in each other's way, where not all were met; None for a sub-group
        whose own figures go together, but not with those of its parent.
    """

    analysis: Analysis
    reconstruction: Reconstruction
    refit: Refit
    comparisons: tuple[Comparison, ...]
    conflict: Conflict | None = None

    @property
    def inputs(self) -> tuple[Comparison, ...]:
        """Figures that shaped the patients: agreement proves the reconstruction."""
        return tuple(c for c in self.comparisons if c.figure.role == "input")

    @property
    def checks(self) -> tuple[Comparison, ...]:
        """Figures that were kept out: agreement is a prediction that came true."""
        return tuple(c for c in self.comparisons if c.figure.role == "check")

    @property
    def reproduced(self) -> bool:
        """Whether no input, and no check with a stated tolerance, is missed."""
        return not any(comparison.failed for comparison in self.comparisons)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict among the binding comparisons that have an estimate."""
        found = {c.verdict for c in self.comparisons if c.binding}
        for verdict in (Verdict.MISSED, Verdict.WITHIN_TOLERANCE, Verdict.REPRODUCED):
            if verdict in found:
                return verdict
        return Verdict.NOT_COMPARABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """
    A trial, reproduced.

    Parameters
    ----------
    trial : Trial
        The published trial.
    analyses : tuple of AnalysisReproduction
        Its analyses, in the file's order.
    """

    trial: Trial
    analyses: tuple[AnalysisReproduction, ...]

    @property
    def reproduced(self) -> bool:
        """Whether every analysis is reproduced."""
        return all(analysis.reproduced for analysis in self.analyses)


def reproduce_analysis(analysis: Analysis, family: Family | None = None) -> AnalysisReproduction:
    """
    Reconstruct one analysis, refit it and compare.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    family : Family, optional
        The analyses of its trial, where a sub-group is to be made of its parent's patients.

    Returns
    -------
    AnalysisReproduction
        Patients, refit and verdicts.
    """
    reconstruction = (family or Family([analysis])).reconstruct(analysis)
    refit = refit_ipd(reconstruction.ipd, analysis)
    return AnalysisReproduction(
        analysis=analysis,
        reconstruction=reconstruction,
        refit=refit,
        comparisons=compare_figures(analysis.figures, refit.estimates),
        conflict=None if reconstruction.met else find_conflict(analysis),
    )


def reproduce(trial: Trial, *, progress: Callable[[Analysis], None] | None = None) -> Reproduction:
    """
    Reproduce a published trial: reconstruct every analysis, refit it with lifelines, compare.

    Parameters
    ----------
    trial : Trial
        A published trial.
    progress : callable or None
        Called with each analysis before it is reproduced.

    Returns
    -------
    Reproduction
        Patients, refits and verdicts of every analysis.

    Examples
    --------
    >>> import survkit
    >>> result = survkit.reproduce(survkit.load_trial("radiant-3"))
    >>> result.reproduced
    True
    >>> for comparison in result.analyses[0].inputs[-4:-1]:
    ...     print(comparison.figure.key.label, comparison.rendered, comparison.verdict)
    hazard ratio 0.35 reproduced
    hazard ratio, lower limit 0.27 reproduced
    hazard ratio, upper limit 0.45 reproduced
    """
    done = []
    family = Family(trial.analyses)
    for analysis in trial.analyses:
        if progress is not None:
            progress(analysis)
        done.append(reproduce_analysis(analysis, family))
    return Reproduction(trial=trial, analyses=tuple(done))
