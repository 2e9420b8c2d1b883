"""Every shipped trial is reproduced; data, index and predictions are that run's, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from survkit.cli.text import verdicts
from survkit.cli.text.verdicts import trial_text
from survkit.trial import shipped_trials
from tests.cli.running import run
from tools.library import INDEX, LIBRARY, PREDICTIONS, ROOT, library_files

if TYPE_CHECKING:
    from pathlib import Path

    from survkit.reproduction import Reproduction

RERUN = "run make library"


def stored() -> set[Path]:
    """The data files that lie there."""
    return {path.relative_to(ROOT) for path in (ROOT / LIBRARY).glob("*/*.csv")}


@pytest.mark.first
def test_the_library_is_reproduced_and_its_files_are_what_the_code_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One test, because it needs one run of the whole library, which takes longest of all."""
    behind_the_tables = []

    def keep(reproduction: Reproduction, *rest: Any) -> str:
        behind_the_tables.append(reproduction)
        return trial_text(reproduction, *rest)

    monkeypatch.setattr(verdicts, "trial_text", keep)
    checked = run("check")
    assert checked.exit_code == 0, checked.output
    assert [each.trial.id for each in behind_the_tables] == list(shipped_trials())
    if not stored():
        pytest.skip(f"the library has not been written: {RERUN}")
    made = library_files(behind_the_tables)
    for path, content in made.items():
        there = (ROOT / path).read_bytes() if (ROOT / path).exists() else b""
        assert there == content.encode(), f"{path}: {RERUN}"
    assert stored() == set(made) - {INDEX, PREDICTIONS}, f"data files are left over: {RERUN}"


def test_every_data_file_says_that_it_is_synthetic_and_where_it_comes_from() -> None:
    for path in stored():
        first, _, *header = (ROOT / path).read_text("utf-8").splitlines()[:8]
        assert first.startswith("# SYNTHETIC patients")
        assert header[0].startswith(f"# trial: {path.parent.name} ")
        assert header[1].startswith(f"# analysis: {path.stem} ")
        assert header[-1].startswith("# made by: survkit ")


def test_the_data_are_small_enough_to_keep() -> None:
    assert sum((ROOT / path).stat().st_size for path in stored()) < 2_000_000


@pytest.mark.parametrize("page", [INDEX, PREDICTIONS])
def test_the_pages_have_their_markers(page: Path) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert text.count("<!-- made by make library: begin -->") == 1
    assert text.count("<!-- end -->") == 1
