"""Where the text goes: the width, colours and progress line of a terminal, or a plain pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TextIO

from survkit.errors import OutputError

__all__ = ["Progress", "Screen", "Style", "find_screen", "write_bytes", "write_text"]

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
_CLEAR_LINE = "\r\x1b[2K"


@dataclass(frozen=True, slots=True)
class Screen:
    """
    What the reader's side can show.

    Parameters
    ----------
    width : int
        Columns of text.
    colour : bool
        Whether escape codes are understood and wanted.
    """

    width: int
    colour: bool = False

    def paint(self, text: str, style: Style) -> str:
        """
        Give text a style, where there is colour.

        Parameters
        ----------
        text : str
            The text.
        style : {"good", "fair", "bad", "faint", "strong", "plain"}
            What the style means.

        Returns
        -------
        str
            The text, within escape codes or as it was.
        """
        code = _CODES.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text.strip() else text


def find_screen() -> Screen:
    """
    Ask the environment who reads standard output.

    Returns
    -------
    Screen
        A terminal's width between 60 and 120 columns, or 100 columns without colour for a pipe.
        ``COLUMNS`` overrules the width, ``NO_COLOR`` and ``TERM=dumb`` switch colour off.
    """
    if not _is_terminal(sys.stdout):
        asked = os.environ.get("COLUMNS", "")
        width = int(asked) if asked.isdecimal() else _PIPE_WIDTH
        return Screen(_within_bounds(width))
    width = shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns
    understood = os.name != "nt" or "WT_SESSION" in os.environ
    return Screen(_within_bounds(width), colour=understood and not os.environ.get("NO_COLOR"))


def write_text(text: str) -> None:
    """
    Write text to standard output, at once.

    Parameters
    ----------
    text : str
        Whole lines.

    Raises
    ------
    BrokenPipeError
        If nobody reads any more.
    OutputError
        If it cannot be written for another reason, such as a full disk.
    """
    with _as_output_error():
        sys.stdout.write(text)
        sys.stdout.flush()


def write_bytes(content: bytes) -> None:
    """
    Write bytes to standard output as they are, with the same line ends on every system.

    Parameters
    ----------
    content : bytes
        The whole content.

    Raises
    ------
    BrokenPipeError
        If nobody reads any more.
    OutputError
        If it cannot be written for another reason, such as a full disk.
    """
    with _as_output_error():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


class Progress:
    """One line on standard error that tells what is being done; nothing unless in a terminal."""

    def __init__(self) -> None:
        self._shown = False

    def show(self, text: str) -> None:
        """
        Put text in place of what the line said before.

        Parameters
        ----------
        text : str
            What is being done now.
        """
        if _is_terminal(sys.stderr):
            width = shutil.get_terminal_size((80, 24)).columns
            sys.stderr.write(f"{_CLEAR_LINE}{text[: width - 1]}")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()
            self._shown = False


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _within_bounds(width: int) -> int:
    return max(_NARROWEST, min(width, _WIDEST))


@contextmanager
def _as_output_error() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        msg = f"standard output: it must be writable, got: {error.strerror}"
        raise OutputError(msg) from None
