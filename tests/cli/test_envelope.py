"""The command ``survkit envelope``: what it says, what it writes, and how it goes on."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from survkit.export import SYNTHETIC
from tests.cli.running import run

if TYPE_CHECKING:
    from pathlib import Path

ASKED = ("envelope", "radiant-3", "--analysis", "pfs-investigator", "--workers", "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ensembles") / "drawn"
    result = run(*ASKED, "--members", "5", "-o", str(place))
    assert result.exit_code == 0, result.stderr
    first, *_ = result.stdout.splitlines()
    assert first.startswith("pfs-investigator: 5 data sets to draw, ")
    assert "5 synthetic data sets print every input figure" in result.stdout
    assert "no confidence interval" in " ".join(result.stdout.split())
    return place


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_has_a_file_a_member_and_what_they_show_together(folder: Path) -> None:
    members = [f"members/member-{number:05d}.csv" for number in range(1, 6)]
    others = ["bands.csv", "bands.png", "ensemble.json", "intervals.csv"]
    assert sorted(contents(folder)) == sorted(others + members)


def test_every_file_says_that_it_is_synthetic(folder: Path) -> None:
    for name, content in contents(folder).items():
        said = b"Synthetic patients" if name.endswith(".png") else SYNTHETIC.encode()
        assert said in content, name


def test_members_and_bands_are_tables(folder: Path) -> None:
    for path in (folder / "members").iterdir():
        patients = pd.read_csv(path, comment="#")
        assert list(patients.columns) == ["subject", "time", "event", "arm"]
        assert len(patients) == 410
    bands = pd.read_csv(io.StringIO((folder / "bands.csv").read_text()), comment="#")
    assert (bands["lower"] <= bands["upper"]).all()


def test_a_run_goes_on_where_it_stopped(folder: Path) -> None:
    before = contents(folder)
    (folder / "members" / "member-00002.csv").unlink()
    spoilt = folder / "members" / "member-00004.csv"
    spoilt.write_bytes(spoilt.read_bytes()[:-200])
    kept = folder / "members" / "member-00003.csv"
    written = kept.stat().st_mtime_ns
    result = run(*ASKED, "--members", "5", "-o", str(folder))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("pfs-investigator: 2 data sets to draw")
    assert contents(folder) == before
    assert kept.stat().st_mtime_ns == written


def test_a_run_with_nothing_to_draw_says_so(folder: Path) -> None:
    result = run(*ASKED, "--members", "5", "-o", str(folder))
    assert result.stdout.startswith("all members are there already\n")


def test_members_of_another_ensemble_are_refused(folder: Path) -> None:
    result = run(*ASKED, "--members", "5", "--seed", "2", "-o", str(folder))
    assert result.exit_code == 2
    assert "must have members of these figures, prior, seed and versions" in result.stderr


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    result = run(*ASKED, "--members", "2", "-o", str(tmp_path))
    assert result.exit_code == 2
    assert "got one with other files" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt"]


@pytest.mark.parametrize(
    "wrong", [("--level", "90"), ("--members", "1"), ("--seed", "-1"), ("--workers", "0")]
)
def test_numbers_out_of_range_are_refused_before_anything_is_made(
    wrong: tuple[str, str], tmp_path: Path
) -> None:
    place = tmp_path / "new"
    result = run(*ASKED, *wrong, "-o", str(place))
    assert result.exit_code == 2
    assert not place.exists()


def test_the_document_says_what_the_members_belong_to(folder: Path) -> None:
    document = json.loads((folder / "ensemble.json").read_text())
    assert document["format"] == "survkit-ensemble/1"
    assert (document["trial"], document["analysis"]) == ("radiant-3", "pfs-investigator")
    assert document["seed"] == 1
