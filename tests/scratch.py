"""Scratch repositories with a trial file, whose hazard ratio is right or wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.cli.running import TRIAL

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PYTEST", "RIGHT", "WRONG", "fill_repository", "run_in", "survkit_on_path"]

PYTEST = (
    *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider"),
    # these two load for a second in every process, and have nothing to do there
    *("-p", "no:hypothesispytest", "-p", "no:nbmake"),
)
"""Run pytest as somebody else's repository does, who has survkit and pytest-xdist beside it."""

_TOLERANCE = 'role = "check", tolerance = { absolute = 0.05, reason = "predicted" }'
RIGHT = TRIAL.replace("hazard_ratio = 0.60", f"hazard_ratio = {{ value = 0.63, {_TOLERANCE} }}")
"""Its hazard ratio is kept out, and predicted within its tolerance."""
WRONG = RIGHT.replace("0.63", "0.96")
"""Two digits have changed places."""


def fill_repository(folder: Path, **files: str) -> None:
    """Write trial files by id into a folder of trials; the ids are those of the files."""
    trials = folder / "trials"
    trials.mkdir(exist_ok=True)
    for name, text in files.items():
        content = text.replace('id = "small"', f'id = "{name}"')
        (trials / f"{name}.toml").write_text(content, "utf-8")


def run_in(
    folder: Path, *command: str | Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, without what this test run has set for its own children."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "GITHUB_", "SURVKIT_"))
    }
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**kept, "PYTHONUTF8": "1", **(env or {})},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def survkit_on_path(folder: Path) -> str:
    """Put a command survkit into a folder; return a search path that begins there."""
    folder.mkdir()
    command = folder / "survkit"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m survkit.cli "$@"\n', "utf-8")
    command.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
