"""A report on two small trials, one of them full of markup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import survkit
from tests.cli.running import TRIAL, run

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction

TRIALS = Path(__file__).parent / "trials"


@pytest.fixture(scope="session")
def reproductions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reproduction, ...]:
    path = tmp_path_factory.mktemp("trials") / "small.toml"
    path.write_text(TRIAL, "utf-8")
    files = (path, TRIALS / "hostile.toml")
    return tuple(survkit.reproduce(survkit.read_trial(file)) for file in files)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the command writes."""
    folder = tmp_path_factory.mktemp("report")
    small = folder / "small.toml"
    small.write_text(TRIAL, "utf-8")
    done = run("report", small, TRIALS / "hostile.toml", "-o", folder / "site")
    assert done.exit_code in {0, 1}, done.output
    return folder / "site"
