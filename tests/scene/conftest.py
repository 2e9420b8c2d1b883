from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import survkit
from survkit.reproduction import Reproduction
from tests.shipped import reproduction_as_shipped

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction


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
    return first_analyses("radiant-3", 1)


@pytest.fixture(scope="session")
def record_1() -> Reproduction:
    return first_analyses("record-1", 3)


def first_analyses(trial: str, count: int) -> Reproduction:
    """A shipped trial as if it had no more analyses."""
    whole = reproduction_as_shipped(trial)
    return Reproduction(
        trial=whole.trial.model_copy(update={"analyses": whole.trial.analyses[:count]}),
        analyses=whole.analyses[:count],
    )
