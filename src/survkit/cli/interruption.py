"""Ctrl-C: the process ends at once, with one sentence and without leftovers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from types import FrameType

from survkit.cli.exits import ExitCode
from survkit.cli.files import discard_unfinished

__all__ = ["end_on_interrupt"]

_TIDY = "\r\x1b[2K\x1b[?25h"
"""Takes the line of progress away and shows the cursor again, which rich had hidden."""


def end_on_interrupt() -> None:
    """
    Let Ctrl-C end the process from now on.

    The usual KeyboardInterrupt is no good here: raised while heavy modules are being imported it
    may surface as another error, be swallowed, or be reported as "ignored" with its traceback.
    A process told to ignore the signal goes on ignoring it.
    """
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if usual and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _end)


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Remove unfinished files, stop those who work for this process, say so, and end at once."""
    discard_unfinished()
    for worker in multiprocessing.active_children():
        worker.terminate()
    try:
        line = _TIDY if os.isatty(2) else ""
        os.write(2, f"{line}survkit: interrupted\n".encode())
    finally:
        os._exit(ExitCode.INTERRUPTED)
