"""Plots as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.cli.drawing import write_trial_plot
from tests.shipped import reproduction_as_shipped

if TYPE_CHECKING:
    from pathlib import Path


def test_further_pages_are_numbered(tmp_path: Path) -> None:
    pages = write_trial_plot(reproduction_as_shipped("viale-a"), tmp_path / "viale-a.svg")
    assert pages == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["viale-a-2.svg", "viale-a.svg"]
