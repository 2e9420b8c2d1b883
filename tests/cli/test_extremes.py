"""The command ``survkit extremes``: how far what is not printed was found to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import survkit.ensembles
from survkit.ensembles import extremes
from tests.cli.running import TRIAL, run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_each_end_has_its_patients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sought = extremes.list_ends
    monkeypatch.setattr(extremes, "list_ends", lambda draws: sought(draws)[:2])
    monkeypatch.setattr(extremes, "_MOST_STEPS", 2)
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    folder = tmp_path / "ends"
    result = run("extremes", str(path), "-o", str(folder), "--workers", "1")
    assert result.exit_code == 0, result.stderr
    written = sorted(one.name for one in folder.iterdir())
    assert len(written) == 3
    assert "extremes.csv" in written
    assert (folder / written[0]).read_text("utf-8").startswith("# SYNTHETIC")
    said = " ".join(result.stdout.split())
    assert "They were found; others may go farther." in said
    assert survkit.ensembles.list_ends is sought
