from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import survkit

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


@pytest.fixture(scope="session")
def invented() -> Reproduction:
    """An invented trial with three arms in one analysis and one arm in the other."""
    path = Path(__file__).parent / "trials" / "several-arms.toml"
    return survkit.reproduce(survkit.read_trial(path))


@pytest.fixture(scope="session")
def three_arms(invented: Reproduction) -> AnalysisReproduction:
    return invented.analyses[0]


@pytest.fixture(scope="session")
def one_arm(invented: Reproduction) -> AnalysisReproduction:
    return invented.analyses[1]


@pytest.fixture(scope="session")
def radiant_3() -> Reproduction:
    trial = survkit.load_trial("radiant-3")
    return survkit.reproduce(trial.model_copy(update={"analyses": trial.analyses[:1]}))


@pytest.fixture(scope="session")
def record_1() -> Reproduction:
    trial = survkit.load_trial("record-1")
    return survkit.reproduce(trial.model_copy(update={"analyses": trial.analyses[:3]}))
