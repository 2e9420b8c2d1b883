"""Patients to export: a small analysis, and one with strata."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from survkit.reconstruction import Reconstruction, reconstruct_analysis
from survkit.trial import Trial, trial_from_document
from tests.cli.running import TRIAL

STRATIFIED = TRIAL.replace(
    'source = "paper"\n',
    """\
source = "paper"
assessment = "Comité central"

[[analysis.stratification]]
factor = 'a factor, "quoted"'
levels = [
    { id = "low", per_arm = { control = 15, active = 16 } },
    { id = "high", per_arm = { control = 15, active = 15 } },
]
""",
)


@pytest.fixture(scope="session")
def trial() -> Trial:
    return trial_from_document(tomllib.loads(TRIAL, parse_float=Decimal))


@pytest.fixture(scope="session")
def patients(trial: Trial) -> Reconstruction:
    return reconstruct_analysis(trial.analyses[0])


@pytest.fixture(scope="session")
def stratified_trial() -> Trial:
    return trial_from_document(tomllib.loads(STRATIFIED, parse_float=Decimal))


@pytest.fixture(scope="session")
def stratified(stratified_trial: Trial) -> Reconstruction:
    return reconstruct_analysis(stratified_trial.analyses[0])
