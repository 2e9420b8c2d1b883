"""Trial files, and commands as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.cli.running import TRIAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Start(Protocol):
    """Starts ``survkit`` with arguments; `before` is Python that runs first."""

    def __call__(
        self, *arguments: str | Path, before: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]: ...


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the file of a trial that is reproduced in an instant."""
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    return path


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a folder of so many trials that further processes are started for them."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(16):
        text = TRIAL.replace('id = "small"', f'id = "small-{number:02d}"')
        (folder / f"{number:02d}.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture
def start() -> Iterator[Start]:
    """Start processes that do not outlive the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start_process(
        *arguments: str | Path, before: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        program = (
            "import signal, sys\n"
            # a shell that runs tests in the background tells its children to ignore Ctrl-C
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            f"{before}\n"
            "from survkit.cli import main\n"
            "main(sys.argv[1:])\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
            start_new_session=True,  # a group of processes, as a terminal has it
        )
        started.append(process)
        return process

    yield start_process
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
