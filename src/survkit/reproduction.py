"""The whole path for one trial: reconstruct, refit, compare."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from survkit.comparison import VERDICT_COLUMNS, Comparison, Verdict, compare_figures
from survkit.consistency import audit
from survkit.display import Curve, card, small_curves, table
from survkit.kernels import tabulate_arm
from survkit.reconstruction import (
    ArmPlausibility,
    Conflict,
    Family,
    Match,
    Reconstruction,
    find_conflict,
    judge_shapes,
    meets_without,
    reconstruct_analysis,
)
from survkit.reconstruction.record.curves import curve_digest
from survkit.refit import Refit, refit_ipd
from survkit.slips import Slip, find_slips
from survkit.trial import Analysis, Source, Trial, figure_ids
from survkit.typed import as_analysis, as_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survkit.consistency import Finding

__all__ = [
    "AnalysisReproduction",
    "Reproduction",
    "Witness",
    "reproduce",
    "reproduce_analysis",
    "seek_witness",
]

_COMPUTING = ("lifelines", "numpy", "pandas", "scipy")


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


def reproduce_analysis(
    analysis: Analysis,
    family: Family | None = None,
    *,
    explain: bool = True,
    cache: str | Path | None = None,
) -> AnalysisReproduction:
    """
    Reconstruct one analysis, refit it and compare.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    family : Family, optional
        The analyses of its trial, where a sub-group is to be made of its parent's patients.
    explain : bool
        Whether slips and a conflict are sought where figures are missed, which may take many
        reconstructions; patients and verdicts do not depend on it.
    cache : str or pathlib.Path, optional
        Folder that keeps what was found, for as long as trial and survkit are the same. It must be
        trusted as code is.

    Returns
    -------
    AnalysisReproduction
        Patients, refit and verdicts.

    Raises
    ------
    SurvkitError
        If the folder cannot be written.
    """
    analysis = as_analysis(analysis, "reproduce_analysis")
    family = family or Family.of(analysis)
    if cache is None:
        return _reproduce("", analysis, family, explain)
    from survkit.running import keep_answers  # noqa: PLC0415 - loads joblib, which few need

    kept = keep_answers(_reproduce, Path(cache), beside=("analysis", "family"))
    return replace(kept(_key(analysis), analysis, family, explain), analysis=analysis)


def _key(analysis: Analysis) -> str:
    """Name what an answer hangs on: the figures and curves of the whole trial, and the program."""
    trial = _home(analysis)
    drawn = [
        curve_digest(curve.digitized)
        for one in trial.analyses
        for arm in one.arms
        for curve in arm.curves
    ]
    told = (analysis.id, [one.model_dump_json() for one in trial.analyses], drawn, _program())
    return hashlib.sha256(repr(told).encode()).hexdigest()


@lru_cache(maxsize=1)
def _program() -> str:
    """Digest the package's own code and the versions of what computes."""
    digest = hashlib.sha256(repr([version(name) for name in _COMPUTING]).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _reproduce(
    key: str,  # noqa: ARG001 - what answers are kept by
    analysis: Analysis,
    family: Family,
    explain: bool,
) -> AnalysisReproduction:
    """Reproduce one analysis."""
    reconstruction = family.reconstruct(analysis)
    refit = refit_ipd(reconstruction.ipd, analysis)
    asks = explain and not _goes_together(reconstruction)
    return AnalysisReproduction(
        analysis=analysis,
        reconstruction=reconstruction,
        refit=refit,
        comparisons=compare_figures(analysis.figures, refit.estimates),
        slips=(slips := find_slips(analysis, reconstruction.missed_keys) if asks else ()),
        conflict=None if reconstruction.met or slips or not explain else find_conflict(analysis),
        findings=audit(analysis),
        plausibility=judge_shapes(reconstruction),
    )


def _goes_together(reconstruction: Reconstruction) -> bool:
    """Tell whether the figures are met, or those of a sub-group are when it is taken by itself."""
    if reconstruction.met:
        return True
    return reconstruction.within is not None and meets_without(reconstruction.analysis, frozenset())


def reproduce(
    trial: Trial | Analysis,
    *,
    only: Sequence[str] = (),
    prior: str | None = None,
    progress: Callable[[Analysis], None] | None = None,
    explain: bool = True,
    cache: str | Path | None = None,
) -> Reproduction:
    """
    Reproduce a published trial: reconstruct every analysis, refit it with lifelines, compare.

    Parameters
    ----------
    trial : Trial or Analysis
        A published trial, or one analysis of it alone.
    only : sequence of str
        Ids of the analyses that are asked for; all if empty. Their patients are those of the whole
        trial in any case: a sub-group is part of its parent.
    prior : {"learned", "smooth"}, optional
        What fills the gaps between figures, in place of what the analyses name.
    progress : callable or None
        Called with each analysis before it is reproduced.
    explain : bool
        Whether slips and conflicts are sought where figures are missed, which may take many
        reconstructions; patients and verdicts do not depend on it.
    cache : str or pathlib.Path, optional
        Folder that keeps what was found, for as long as trial and survkit are the same. It must be
        trusted as code is.

    Returns
    -------
    Reproduction
        Patients, refits and verdicts of every analysis that is asked for.

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
    if isinstance(trial, Analysis):
        trial, only = _home(trial), (trial.id,)
    trial, done = as_instance(trial, Trial, "reproduce", "a trial"), []
    trial = trial if prior is None else trial.with_prior(prior)
    family = Family(trial.analyses)
    found = audit(trial)
    for analysis in trial.analyses:
        if only and analysis.id not in only:
            continue
        if progress is not None:
            progress(analysis)
        findings = tuple(finding for finding in found if finding.analysis == analysis.id)
        one = reproduce_analysis(analysis, family, explain=explain, cache=cache)
        done.append(replace(one, findings=findings))
    return Reproduction(trial=trial, analyses=tuple(done))


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


def _home(analysis: Analysis) -> Trial:
    """Return the trial of an analysis; one around it where it stands alone."""
    if analysis.trial is not None:
        return analysis.trial
    named = dict.fromkeys(figure.source for figure in analysis.figures)
    alone: dict[str, Any] = {
        "spec_version": 1,
        "id": analysis.id,
        "name": analysis.endpoint,
        "registration": None,
        "condition": None,
        "sources": {key: Source(citation=key) for key in named},
        "analyses": (analysis.model_copy(),),
    }
    return Trial.model_construct(None, **alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """
    Synthetic patients called to prove that printed figures are compatible.

    Parameters
    ----------
    analysis : Analysis
        The published analysis.
    reconstruction : Reconstruction
        Patients made from all its figures, inputs and checks alike.
    matches : tuple of Match
        Every printed figure, reprints included, with what the patients give for it. Stratified
        figures are those of patients in one stratum.
    """

    analysis: Analysis
    reconstruction: Reconstruction
    matches: tuple[Match, ...]

    @property
    def missed(self) -> tuple[Match, ...]:
        """Figures that the patients do not print."""
        return tuple(match for match in self.matches if not match.met)

    @property
    def proves(self) -> bool:
        """Whether the patients print every figure, which proves the figures compatible."""
        return not self.missed


def seek_witness(analysis: Analysis) -> Witness:
    """
    Look for patients that print every figure of an analysis.

    One such data set proves that the figures can all be true at once. That none is found proves
    nothing: the search is bounded.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.

    Returns
    -------
    Witness
        The patients, measured by survkit's own kernels.
    """
    reconstruction = reconstruct_analysis(analysis.with_inputs_only())
    achieved = {match.figure.key: match.achieved for match in reconstruction.matches}
    matches = tuple(
        Match(
            figure=figure,
            achieved=achieved[figure.key],
            met=figure.printed.admits(achieved[figure.key]),
        )
        for figure in analysis.figures
    )
    return Witness(analysis=analysis, reconstruction=reconstruction, matches=matches)
