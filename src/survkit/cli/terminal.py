"""Where the text goes: the width, colours and progress line of a terminal, or a plain pipe."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from survkit.characters import visible, without_commands
from survkit.errors import OutputError

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = [
    "Progress",
    "Screen",
    "Style",
    "find_screen",
    "plain_lines",
    "write_bytes",
    "write_remark",
    "write_text",
]

Style = Literal["good", "fair", "bad", "faint", "strong", "plain"]

_CODES: dict[Style, str] = {
    "good": "32",
    "fair": "33",
    "bad": "1;31",
    "faint": "2",
    "strong": "1",
}
_PIPE_WIDTH = 100
_NARROWEST, _WIDEST = 60, 120
_STATED_WIDTH = re.compile(r"[0-9]{1,5}")
_OF_OURS = re.compile(r"(\n|\x1b\[(?:[0-9]|1;3[0-9]|3[0-9])m)")
"""Line ends, and the escape codes that give text a style."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the reader's side can show: columns of text, and whether it understands escape codes."""

    width: int
    colour: bool = False

    def paint(self, text: str, style: Style) -> str:
        """Give text a style, where there is colour."""
        code = _CODES.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text.strip() else text


def find_screen() -> Screen:
    """
    Ask the environment who reads standard output.

    A terminal has its width between 60 and 120 columns, a pipe 100 columns without colour.
    ``COLUMNS`` overrules the width, ``NO_COLOR`` and ``TERM=dumb`` switch colour off.
    """
    if not _is_terminal(sys.stdout):
        asked = os.environ.get("COLUMNS", "")
        width = int(asked) if _STATED_WIDTH.fullmatch(asked) else _PIPE_WIDTH
        return Screen(_within_bounds(width))
    width = _width_of_terminal()
    understood = os.name != "nt" or "WT_SESSION" in os.environ
    return Screen(_within_bounds(width), colour=understood and not os.environ.get("NO_COLOR"))


def write_text(text: str) -> None:
    """Write whole lines to standard output, at once, whatever words are in them."""
    with _as_output_error():
        sys.stdout.write(plain_lines(text))
        sys.stdout.flush()


def write_remark(text: str) -> None:
    """Write lines to standard error, which may be closed or full: the exit code is said anyway."""
    with suppress(OSError):
        print(plain_lines(text), file=sys.stderr, flush=True)


def plain_lines(text: str) -> str:
    """Take from lines what moves a cursor, styles of ours aside, and what a CI log would obey."""
    pieces = _OF_OURS.split(text)
    pieces[::2] = map(visible, pieces[::2])
    return without_commands("".join(pieces))


def write_bytes(content: bytes) -> None:
    """Write bytes to standard output as they are, with the same line ends on every system."""
    with _as_output_error():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


class Progress:
    """
    A line on standard error: what is being done, how much is, for how long; only in a terminal.

    `total` is how many steps there are; None where nothing can be counted.
    """

    def __init__(self, total: int | None = None) -> None:
        self._total = total
        self._bar: Bar | None = None

    def show(self, text: str, done: int = 0) -> None:
        """Put text in place of what the line said before; `done` steps are behind it."""
        if not _is_terminal(sys.stderr):
            return
        if self._bar is None:
            self._bar = _bar()
            self._bar.add_task(text, total=self._total)
        self._bar.update(self._bar.task_ids[0], description=text, completed=done)
        self._bar.start()

    def remark(self, text: str) -> None:
        """Write a remark above the line, which goes on below it."""
        self.clear()
        write_remark(text)
        if self._bar is not None:
            self._bar.start()

    def clear(self) -> None:
        """Take the line away, so that something can be printed in its place."""
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Bar:
    """Set up rich's line of progress: it turns while Python is busy, and vanishes in the end."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    text = TextColumn(
        "{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True)
    )
    return Progress(
        SpinnerColumn(),
        text,
        BarColumn(20),
        TimeElapsedColumn(),
        console=Console(stderr=True, width=_width_of_terminal(), height=24),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        expand=True,
    )


def _width_of_terminal() -> int:
    """Return the columns of the terminal; what COLUMNS says, where that is a number."""
    return shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _within_bounds(width: int) -> int:
    return max(_NARROWEST, min(width, _WIDEST))


@contextmanager
def _as_output_error() -> Iterator[None]:
    """Turn a full disk and its like into one sentence; a pipe that nobody reads is another case."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        msg = f"standard output: it must be writable, got: {error.strerror}"
        raise OutputError(msg) from None
