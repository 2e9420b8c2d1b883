"""The process: its streams, its interruption and its exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper, UnsupportedOperation
from pathlib import Path
from typing import TextIO

from survkit.cli.exits import ExitCode
from survkit.cli.interruption import end_on_interrupt
from survkit.cli.terminal import write_remark

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Run the command line and end the process.

    Parameters
    ----------
    arguments : sequence of str or None
        What follows the program's name; by default taken from the process.

    Raises
    ------
    SystemExit
        Always, with the exit code.
    """
    end_on_interrupt()
    _prepare_streams()
    # commands say themselves what will take long
    logging.getLogger("survkit").addHandler(logging.NullHandler())
    raise SystemExit(_flush(_run(arguments)))


def _prepare_streams() -> None:
    """Make sure that there are streams, and that no letter is beyond them."""
    if None in {sys.stdin, sys.stdout, sys.stderr}:  # closed by the caller
        _occupy_closed()
    if sys.stdout is None or sys.stderr is None:
        nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - open as long as the process lives
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if isinstance(sys.stdin, TextIOWrapper):
        with suppress(UnsupportedOperation):  # of a stream that has been read from
            sys.stdin.reconfigure(errors="surrogateescape")  # what is no text is refused later


def _run(arguments: Sequence[str] | None) -> int:
    """Run one command; Typer ends every command by SystemExit."""
    from survkit.cli.application import application

    try:
        application(args=arguments, prog_name="survkit")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.REPRODUCED
    except OSError:  # standard error takes no sentence any more
        return ExitCode.BAD_INPUT
    except Exception:  # noqa: BLE001 - whatever it is, it must not look like a missed figure
        with suppress(OSError):
            traceback.print_exc()
        return ExitCode.BROKEN
    return ExitCode.REPRODUCED


def _occupy_closed() -> None:
    """Give closed descriptors to nothing, before a file takes one and messages go into it."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        continue
    os.close(descriptor)


def _flush(code: int) -> int:
    """Send what is left in the buffers; return the exit code, another one if that fails."""
    try:
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)
    try:
        sys.stdout.flush()
    except OSError as error:
        _silence(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return ExitCode.CLOSED_PIPE
        if code != ExitCode.BAD_INPUT:  # else it has been said already
            write_remark(f"standard output: {error.strerror}")
        return ExitCode.BAD_INPUT
    return code


def _silence(stream: TextIO) -> None:
    """Keep the interpreter from trying, and complaining, once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
