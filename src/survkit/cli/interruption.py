"""Ctrl-C: the process ends at once, with one sentence and without leftovers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from survkit.characters import visible
from survkit.cli.exits import ExitCode
from survkit.cli.files import discard_unfinished

__all__ = ["end_on_interrupt", "last_words"]

_TIDY = "\r\x1b[2K\x1b[?25h"
"""Takes the line of progress away and shows the cursor again, which rich had hidden."""


_words: list[Callable[[], str]] = []
"""What is still to be said when the process is interrupted."""


@contextmanager
def last_words(words: Callable[[], str]) -> Iterator[None]:
    """Say something more, where there is anything to say, if the process is interrupted within."""
    _words.append(words)
    try:
        yield
    finally:
        _words.remove(words)


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
        said = ["survkit: interrupted", *filter(None, (words() for words in _words))]
        os.write(2, (line + "".join(f"{visible(one)}\n" for one in said)).encode())
    finally:
        os._exit(ExitCode.INTERRUPTED)
