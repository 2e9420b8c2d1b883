"""The shipped trials, and files wherever they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from survkit.errors import TrialFileError, UnknownTrialError
from survkit.trial import load_trial, shipped_trials, trial_files

SHIPPED = Path(__file__).parents[2] / "reconstructions"


def test_the_shipped_trials_are_sorted() -> None:
    assert shipped_trials() == tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))
    assert {"radiant-2", "radiant-3", "record-1"} <= set(shipped_trials())


def test_a_shipped_trial_loads_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    trial = load_trial("radiant-3")
    assert trial.name == "RADIANT-3"
    assert trial.origin == "radiant-3.toml"


def test_a_file_loads_by_its_path(tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_bytes((SHIPPED / "radiant-3.toml").read_bytes())
    for path in (copy, str(copy)):
        trial = load_trial(path)
        assert trial.digest == load_trial("radiant-3").digest
        assert trial.origin == str(copy)


def test_an_unknown_trial_gets_the_nearest_names() -> None:
    with pytest.raises(UnknownTrialError) as caught:
        load_trial("radiant3")
    assert "radiant3: a trial must be the id of a shipped trial" in str(caught.value)
    assert "did you mean radiant-" in str(caught.value)
    with pytest.raises(UnknownTrialError, match=r"shipped: .*record-1"):
        load_trial("xyz")


def test_no_name_is_not_the_current_folder() -> None:
    with pytest.raises(UnknownTrialError, match=r"^no name: a trial must be the id"):
        trial_files([""])


def test_a_missing_file_is_a_missing_file() -> None:
    with pytest.raises(TrialFileError, match=r"xyz\.toml: .* got no such file"):
        load_trial("xyz.toml")


def test_folders_are_expanded_and_names_looked_up(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", "notes.md"):
        (tmp_path / name).touch()
    files = trial_files(["radiant-3", tmp_path, tmp_path / "b.toml"])
    assert [path.name for path in files] == ["radiant-3.toml", "a.toml", "b.toml"]
    assert trial_files([]) == ()


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TrialFileError) as caught:
        trial_files([tmp_path])
    assert caught.value.faults == (
        f"{tmp_path}: the folder must contain a trial file (*.toml), got none",
    )
