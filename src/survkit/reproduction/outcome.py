"""What reproducing a trial came to: patients, refits, verdicts, and how a notebook shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.comparison import VERDICT_COLUMNS, Comparison, Verdict
from survkit.display import Curve, card, small_curves, table
from survkit.kernels import tabulate_arm
from survkit.trial import Analysis, Trial, figure_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.consistency import Finding
    from survkit.reconstruction import ArmPlausibility, Conflict, Reconstruction
    from survkit.refit import Refit
    from survkit.slips import Slip

__all__ = ["AnalysisReproduction", "Reproduction"]


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
    slips : tuple of Slip
        Usual slips of typing or reading without which all input figures would be met, where they
        were not; not sought for a sub-group whose own figures go together.
    conflict : Conflict or None
        Input figures that stand in each other's way, where not all were met and no slip explains
        it; None for a sub-group whose own figures go together, but not with those of its parent.
    findings : tuple of Finding
        What the audit finds about the printed figures, the worst first.
    plausibility : tuple of ArmPlausibility
        How usual the curve of each arm is among those of real trials, where events are enough to
        judge.
    """

    analysis: Analysis
    reconstruction: Reconstruction
    refit: Refit
    comparisons: tuple[Comparison, ...]
    slips: tuple[Slip, ...] = ()
    conflict: Conflict | None = None
    findings: tuple[Finding, ...] = ()
    plausibility: tuple[ArmPlausibility, ...] = ()

    def __repr__(self) -> str:
        return f"<AnalysisReproduction {self.analysis.id}: {_summary(self.comparisons)}>"

    def _repr_html_(self) -> str:
        """Show the curves and the verdicts in a notebook."""
        title = f"{self.analysis.id}: {_summary(self.comparisons)}"
        return card(title, small_curves(_curves(self)), _verdicts_table(self))

    def to_frame(self) -> pd.DataFrame:
        """
        List the printed figures with their verdicts.

        Returns
        -------
        pandas.DataFrame
            One row per figure, with the columns ``analysis``, ``figure`` (its name, as pytest and
            the JSON have it), ``subject``, ``quantity``, ``time`` (the analysis' unit),
            ``printed`` and ``refitted`` (text, with the same digits), ``estimate`` (unrounded, in
            the printed unit), ``verdict``, ``role``, ``verified`` and ``source``.
        """
        return pd.DataFrame(self.rows, columns=["analysis", "figure", *VERDICT_COLUMNS])

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """The rows of `to_frame`."""
        pairs = zip(figure_ids(self.analysis), self.comparisons, strict=True)
        return [(self.analysis.id, name, *comparison.cells) for name, comparison in pairs]

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

    def __repr__(self) -> str:
        good = sum(analysis.reproduced for analysis in self.analyses)
        return f"<Reproduction {self.trial.id}: {good} of {len(self.analyses)} reproduced>"

    def _repr_html_(self) -> str:
        """Show every analysis in a notebook."""
        good = sum(analysis.reproduced for analysis in self.analyses)
        title = f"{self.trial.name}: {good} of {len(self.analyses)} reproduced"
        return card(title, *(analysis._repr_html_() for analysis in self.analyses))

    def to_frame(self) -> pd.DataFrame:
        """
        List the printed figures of all analyses with their verdicts.

        Returns
        -------
        pandas.DataFrame
            The rows and columns of `AnalysisReproduction.to_frame`, one analysis after the other.
        """
        rows = [row for each in self.analyses for row in each.rows]
        return pd.DataFrame(rows, columns=["analysis", "figure", *VERDICT_COLUMNS])

    @property
    def reproduced(self) -> bool:
        """Whether every analysis is reproduced."""
        return all(analysis.reproduced for analysis in self.analyses)


def _summary(comparisons: Sequence[Comparison]) -> str:
    """Count verdicts in words."""
    found = [comparison.verdict for comparison in comparisons]
    return ", ".join(f"{found.count(each)} {each}" for each in Verdict if each in found)


def _verdicts_table(result: AnalysisReproduction) -> str:
    """Write the figures with their verdicts as a table of a page."""
    rows = [
        (
            each.figure.key.subject,
            each.figure.key.label,
            each.figure.printed,
            each.rendered,
            str(each.verdict),
        )
        for each in result.comparisons
    ]
    titles = ("subject", "quantity", "printed", "refitted", "verdict")
    return table(titles, rows, numbers="printed refitted")


def _curves(result: AnalysisReproduction) -> list[Curve]:
    """Return the curves of the synthetic patients, arm by arm."""
    names = {arm.id: arm.name or arm.id for arm in result.analysis.arms}
    found = []
    for arm, group in result.reconstruction.ipd.groupby("arm", observed=True):
        times = group["time"].to_numpy(dtype=np.float64)
        falls = tabulate_arm(times, group["event"].to_numpy() == 1)
        fallen = np.flatnonzero(falls.events)
        shares = np.cumprod(1.0 - falls.events[fallen] / falls.at_risk[fallen])
        curve = Curve(
            label=f"{names[str(arm)]} (synthetic)",
            times=falls.time[fallen].tolist(),
            survival=shares.tolist(),
            end=float(times.max()),
        )
        found.append(curve)
    return found
