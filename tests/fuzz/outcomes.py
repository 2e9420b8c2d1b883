"""What comes of a trial file: it is refused in a sentence, or everything can be made of it."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from survkit.cli.terminal import Screen
from survkit.cli.text.verdicts import trial_text
from survkit.comparison import compare_figures
from survkit.consistency import audit
from survkit.errors import ReconstructionError, SurvkitError
from survkit.reconstruction import Family
from survkit.refit import refit_ipd
from survkit.reproduction import AnalysisReproduction, Reproduction
from survkit.results import CheckedTrial, check_json, junit_xml
from survkit.trial import trial_from_document
from tests.fuzz.documents import mutated, nonsensical, plausible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency import Finding
    from survkit.trial import Trial

__all__ = ["documents", "outcome"]

_SHIPPED = Path(__file__).parents[2] / "reconstructions" / "radiant-3.toml"


def documents(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield files: typed plausibly, typed at random, and broken, in turn."""
    rng = np.random.default_rng(seed)
    shipped = tomllib.loads(_SHIPPED.read_text("utf-8"), parse_float=Decimal)
    for number in range(count):
        kind = number % 3
        if kind == 0:
            yield plausible(rng)
        elif kind == 1:
            yield nonsensical(rng)
        else:
            yield mutated(shipped if number % 2 else plausible(rng), rng)


def _reproduced(trial: Trial, findings: tuple[Finding, ...]) -> Reproduction:
    """Reproduce a trial, but for the search of a conflict, which only repeats what is done here."""
    family, done = Family(trial.analyses), []
    for analysis in trial.analyses:
        made = family.reconstruct(analysis)
        refit = refit_ipd(made.ipd, analysis)
        comparisons = compare_figures(analysis.figures, refit.estimates)
        one = AnalysisReproduction(
            analysis=analysis,
            reconstruction=made,
            refit=refit,
            comparisons=comparisons,
            findings=findings,
        )
        done.append(one)
    return Reproduction(trial=trial, analyses=tuple(done))


def outcome(document: dict[str, Any], *, whole: bool) -> str:
    """Read a file and audit it; reproduce it and write it down where that is asked for."""
    try:
        trial = trial_from_document(document)
    except SurvkitError:
        return "refused"
    findings = audit(trial)
    if not whole:
        return "audited"
    try:
        result = _reproduced(trial, findings)
    except ReconstructionError:
        return "given up"
    assert trial_text(result, Screen(80))
    assert check_json([CheckedTrial(reproduction=result)])
    assert junit_xml([result])
    return "reproduced" if result.reproduced else "missed"
