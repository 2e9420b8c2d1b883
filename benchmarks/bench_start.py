"""How long the command line takes to answer: help and version, then a check, cold and warm.

Cold means that nothing is compiled and no cache exists: Python's byte code and matplotlib's fonts
go to empty folders, as on the first run after an installation.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ALLOWED = {"--version": 0.5, "--help": 0.5, "check radiant-3": 3.0}
"""Seconds that a warm command may take."""
COLD = 15.0
"""Seconds that the first check after an installation may take."""
RUNS = 5
_NO_CACHE = "PYTHONDONTWRITEBYTECODE"


def main() -> int:
    """Print the times; 1 if a command is slower than allowed."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != _NO_CACHE} | {
            "PYTHONPYCACHEPREFIX": str(Path(folder, "bytecode")),
            "MPLCONFIGDIR": str(Path(folder, "matplotlib")),
            "XDG_CACHE_HOME": str(Path(folder, "cache")),
        }
        rows.append(
            ("check radiant-3, empty caches", _seconds("check radiant-3", environment), COLD)
        )
        for command, allowed in ALLOWED.items():
            _seconds(command, environment)
            taken = statistics.median(_seconds(command, environment) for _ in range(RUNS))
            rows.append((command, taken, allowed))
    table = pd.DataFrame(rows, columns=["survkit", "seconds", "allowed"]).set_index("survkit")
    print(table.to_string(float_format=lambda value: f"{value:.2f}"))
    return int((table["seconds"] > table["allowed"]).any())


def _seconds(command: str, environment: dict[str, str]) -> float:
    start = time.perf_counter()
    call = [sys.executable, "-m", "survkit.cli", *command.split()]
    subprocess.run(call, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
