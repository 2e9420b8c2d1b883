"""Exit codes, the part of the answer that a CI job reads."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """What the process says when it ends."""

    REPRODUCED = 0
    """Every analysis is reproduced, or the command did what it was asked."""
    MISSED = 1
    """At least one analysis is not reproduced."""
    BAD_INPUT = 2
    """Something could not be read, understood or written."""
    BROKEN = 70
    """A fault of survkit itself, with its traceback: the only case that has one."""
    INTERRUPTED = 130
    """Ctrl-C."""
    CLOSED_PIPE = 141
    """Nobody reads the output any more, as behind ``| head``."""
