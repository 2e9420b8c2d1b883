"""One file, one data set: all roads to the patients of an analysis give the same bytes."""

from __future__ import annotations

import pickle
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

import survkit
from survkit.export import csv_text
from survkit.reconstruction import Family
from survkit.reproduction import reproduce, reproduce_analysis
from survkit.trial import trial_from_document

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ["ceteg", "german-everolimus", "radiant-3"]


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_python_the_library_and_the_shipped_files_agree(name: str) -> None:
    trial = survkit.load_trial(name)
    whole = reproduce(trial)
    for result in whole.analyses:
        analysis = result.analysis
        shipped = (ROOT / "reconstructions" / name / f"{analysis.id}.csv").read_text("utf-8")
        assert csv_text(result.reconstruction, trial) == shipped
        assert survkit.reconstruct(analysis).equals(result.reconstruction.ipd)
    last = trial.analyses[-1]
    alone = reproduce_analysis(last).reconstruction
    assert csv_text(alone, trial) == csv_text(whole.analyses[-1].reconstruction, trial)


def test_an_analysis_knows_its_trial() -> None:
    trial = survkit.load_trial("radiant-3")
    sent = pickle.loads(pickle.dumps(trial))
    assert sent == trial
    for own, other in zip(trial.analyses, sent.analyses, strict=True):
        assert own.trial is trial
        assert other.trial is sent
        assert own == other
    changed = trial.analyses[0].model_copy(update={"note": "changed"})
    assert changed.trial is None


def test_an_analysis_alone_is_its_own_family() -> None:
    text = (ROOT / "reconstructions" / "ceteg.toml").read_text("utf-8")
    trial = trial_from_document(tomllib.loads(text, parse_float=Decimal))
    analysis = trial.analyses[0]
    assert Family.of(analysis).reconstruct(analysis).analysis is analysis
    copy = analysis.with_inputs_only()
    assert copy.trial is None
    assert Family.of(copy).reconstruct(copy).within is None
