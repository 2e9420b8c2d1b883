"""Answers that are kept: the same as new ones, for the same trial only, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import survkit.reproduction
from survkit.errors import SurvkitError
from survkit.reproduction import reproduce, reproduce_analysis
from survkit.running import keep_answers
from tests.cli.running import TRIAL, run
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from pathlib import Path

    from survkit.trial import Analysis


def small(events: int = 8, **keys: Any) -> Analysis:
    return analysis(
        arm("old", 12, events, "4.6"), arm("new", 12, 6, "9.0"), contrast("0.60"), **keys
    )


@pytest.fixture
def reconstructions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the analyses that are reconstructed from now on."""
    done: list[str] = []
    original = survkit.reconstruction.Family.reconstruct

    def counted(self: Any, asked: Analysis) -> Any:
        done.append(asked.id)
        return original(self, asked)

    monkeypatch.setattr("survkit.reconstruction.Family.reconstruct", counted)
    return done


def test_nothing_of_the_same_trial_is_done_twice(
    tmp_path: Path, reconstructions: list[str]
) -> None:
    asked = small()
    first = reproduce_analysis(asked, cache=tmp_path / "kept")
    again = reproduce_analysis(small(), cache=tmp_path / "kept")
    assert len(reconstructions) == 1
    assert again.reconstruction.ipd.equals(first.reconstruction.ipd)
    assert again.to_frame().equals(first.to_frame())
    assert again.to_frame().equals(reproduce_analysis(asked).to_frame())


@pytest.mark.parametrize("changed", [small(events=9), small(ties="breslow"), small(prior="smooth")])
def test_another_file_is_another_question(
    tmp_path: Path, reconstructions: list[str], changed: Analysis
) -> None:
    reproduce_analysis(small(), cache=tmp_path)
    reproduce_analysis(changed, cache=tmp_path)
    assert len(reconstructions) == 2


def test_another_program_is_another_question(
    tmp_path: Path, reconstructions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reproduce_analysis(small(), cache=tmp_path)
    monkeypatch.setattr("survkit.reproduction.reproducing._program", lambda: "changed")
    reproduce_analysis(small(), cache=tmp_path)
    assert len(reconstructions) == 2


def test_what_cannot_be_loaded_is_worked_out_again(tmp_path: Path) -> None:
    first = reproduce_analysis(small(), cache=tmp_path)
    kept = list(tmp_path.rglob("output.pkl"))
    assert kept
    for path in kept:
        path.write_bytes(path.read_bytes()[:100])
    assert reproduce_analysis(small(), cache=tmp_path).to_frame().equals(first.to_frame())


def test_a_folder_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SurvkitError, match="the cache must be a folder that can be written"):
            keep_answers(abs, folder, beside=())
        with pytest.raises(SurvkitError, match="the cache must be"):
            reproduce(small(), cache=folder)


def test_the_command_prints_the_same_with_and_without(tmp_path: Path) -> None:
    trial = tmp_path / "study.toml"
    trial.write_text(TRIAL, "utf-8")
    plain = run("check", trial, "--json")
    kept = [run("check", trial, "--json", "--cache", tmp_path / "kept") for _ in range(2)]
    assert {one.stdout for one in kept} == {plain.stdout}
    assert {one.exit_code for one in kept} == {plain.exit_code}
    refused = run("check", trial, "--cache", trial)
    assert refused.exit_code == 2
    assert "the cache must be a folder" in refused.stderr
