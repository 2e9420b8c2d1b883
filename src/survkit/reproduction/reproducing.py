"""The whole path for one trial: reconstruct, refit, compare."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survkit.comparison import compare_figures
from survkit.consistency import audit
from survkit.reconstruction import (
    Family,
    find_conflict,
    judge_shapes,
    meets_without,
    tell_cost,
    tell_reasons,
)
from survkit.reconstruction.record.curves import curve_digest
from survkit.refit import refit_ipd
from survkit.reproduction.outcome import AnalysisReproduction, Reproduction
from survkit.slips import find_slips
from survkit.trial import Analysis, Source, Trial
from survkit.typed import as_analysis, as_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survkit.reconstruction import Reconstruction

__all__ = ["reproduce", "reproduce_analysis"]

_COMPUTING = ("lifelines", "numpy", "pandas", "scipy")
"""Packages whose versions patients and verdicts may depend on."""


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


def _reproduce(
    key: str,  # noqa: ARG001 - what answers are kept by
    analysis: Analysis,
    family: Family,
    explain: bool,
) -> AnalysisReproduction:
    """Reproduce one analysis."""
    tell_cost(analysis, explain=explain, known=family.done)
    reconstruction = family.reconstruct(analysis)
    refit = refit_ipd(reconstruction.ipd, analysis)
    if explain and not reconstruction.met:
        tell_reasons(analysis)
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
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
