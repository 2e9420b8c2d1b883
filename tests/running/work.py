"""Work that other processes can do, because they can import it."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["name_thread", "place_and_threads", "refuse", "wait_for"]


def place_and_threads(_unit: int) -> tuple[int, str | None]:
    """Tell the process, and how many threads its linear algebra may have."""
    return os.getpid(), os.environ.get("OPENBLAS_NUM_THREADS")


def wait_for(path: Path) -> str:
    """Return a file's name once it is there."""
    while not path.exists():
        time.sleep(0.01)
    return path.name


def name_thread(_unit: int) -> str:
    """Tell the thread."""
    return threading.current_thread().name


def refuse(unit: int) -> int:
    """Refuse one unit."""
    if unit == 1:
        fault = "the unit must not be 1"
        raise SurvkitError(fault)
    return unit
