"""The data, the index and the table of predictions are what the code makes, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.library import INDEX, LIBRARY, PREDICTIONS, ROOT, library_files, reproduce_library

if TYPE_CHECKING:
    from pathlib import Path

RERUN = "run make library"


@pytest.fixture(scope="module")
def made() -> dict[Path, str]:
    """What the code makes now; skipped in a checkout whose library was never written."""
    if not stored():
        pytest.skip(f"the library has not been written: {RERUN}")
    return library_files(reproduce_library())


def stored() -> set[Path]:
    """The data files that lie there."""
    return {path.relative_to(ROOT) for path in (ROOT / LIBRARY).glob("*/*.csv")}


def test_every_file_is_what_the_code_makes(made: dict[Path, str]) -> None:
    for path, content in made.items():
        there = (ROOT / path).read_bytes() if (ROOT / path).exists() else b""
        assert there == content.encode(), f"{path}: {RERUN}"


def test_no_data_file_is_left_over(made: dict[Path, str]) -> None:
    assert stored() == set(made) - {INDEX, PREDICTIONS}


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
