"""The pages about trials: their commands run, their examples read, their links lead somewhere."""

from __future__ import annotations

import re
import shlex
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from survkit.trial import load_trial, shipped_trials, trial_from_document
from tests.cli.running import run

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONTRIBUTING = (DOCS / "contributing-a-trial.md").read_text("utf-8")
SOURCES = (DOCS / "sources.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)


def test_the_walk_to_a_trial_can_be_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    begin, look, check = blocks("sh")
    for command in (*begin.splitlines(), *look.splitlines()):
        assert run(*shlex.split(command)[1:]).exit_code == 0
    (finished,) = blocks("toml")
    Path("example-7.toml").write_text(finished, "utf-8")
    for command in check.splitlines():
        assert run(*shlex.split(command)[1:]).exit_code == 0


def test_the_finished_file_says_more_than_the_begun_one() -> None:
    trial = trial_from_document(tomllib.loads(blocks("toml")[0], parse_float=Decimal))
    assert len(trial.analyses[0].figures) == 21
    assert trial.analyses[0].differences


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (DOCS / link).exists(), link


def test_every_shipped_trial_has_a_place_among_the_sources() -> None:
    named = set(re.findall(r"\(\.\./reconstructions/([a-z0-9-]+)\.toml\)", SOURCES))
    assert named == set(shipped_trials())


def test_analyses_that_the_sources_name_exist() -> None:
    known = {analysis.id for name in shipped_trials() for analysis in load_trial(name).analyses}
    named = set(re.findall(r"`((?:pfs|os|ttp|efs)[a-z0-9-]*)`", SOURCES))
    assert named
    assert named <= known
