"""Shipped trials with the patients that lie beside them.

test_library_files.py proves these patients to be what the code makes of the trial files, so that no
other test has to make them again.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from survkit.comparison import compare_figures
from survkit.reconstruction.methods import NUMBERS
from survkit.reconstruction.record.reconstruction import record
from survkit.refit import refit_ipd
from survkit.reproduction import AnalysisReproduction, Reproduction
from survkit.trial import Analysis, load_trial

__all__ = ["digest_as_shipped", "patients_as_shipped", "reproduction_as_shipped"]

_LIBRARY = Path(__file__).parents[1] / "reconstructions"


def digest_as_shipped(trial: str, analysis: Analysis) -> str:
    """The digest of the patients, from the lines above them."""
    text = _file(trial, analysis).read_text("utf-8")
    (digest,) = re.findall(r"^# patients digest: sha256 (\w+)$", text, re.MULTILINE)
    return str(digest)


def patients_as_shipped(trial: str, analysis: Analysis) -> pd.DataFrame:
    """The patients, with the types that a reconstruction has; no shipped trial has strata yet."""
    references = {contrast.reference for contrast in analysis.contrasts}
    arms = sorted((arm.id for arm in analysis.arms), key=lambda arm: arm not in references)
    ipd = pd.read_csv(
        _file(trial, analysis), comment="#", index_col="subject", float_precision="round_trip"
    )
    return ipd.assign(arm=pd.Categorical(ipd["arm"], categories=arms))


@cache
def reproduction_as_shipped(name: str) -> Reproduction:
    """The trial, refitted and compared; no sub-group knows that it is part of its parent."""
    trial = load_trial(name)
    return Reproduction(
        trial=trial,
        analyses=tuple(_reproduce(name, analysis) for analysis in trial.analyses),
    )


def _reproduce(trial: str, analysis: Analysis) -> AnalysisReproduction:
    ipd = patients_as_shipped(trial, analysis)
    _, time, *_ = _file(trial, analysis).read_text("utf-8").splitlines()[-1].split(",")
    decimals = len(time.partition(".")[2])
    reconstruction = record(analysis, ipd, method=NUMBERS.label, decimals=decimals, assumptions=())
    # the digest covers every time and event: nothing was lost on the way through the file
    assert reconstruction.provenance.ipd_digest == digest_as_shipped(trial, analysis)
    refit = refit_ipd(ipd, analysis)
    return AnalysisReproduction(
        analysis=analysis,
        reconstruction=reconstruction,
        refit=refit,
        comparisons=compare_figures(analysis.figures, refit.estimates),
    )


def _file(trial: str, analysis: Analysis) -> Path:
    path = _LIBRARY / trial / f"{analysis.id}.csv"
    if not path.exists():
        pytest.fail(f"{trial}, {analysis.id}: no patients lie there, run make library")
    return path
