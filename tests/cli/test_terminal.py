"""Who reads: a terminal of some width, with or without colour, or a pipe."""

from __future__ import annotations

import io
import os
import re
import sys

import pytest

from survkit.cli.terminal import Progress, Screen, find_screen, write_bytes, write_text
from survkit.errors import OutputError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Full(io.TextIOBase):
    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")


def become_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Pretend that a terminal reads, from within a test: pytest captures anew for each phase."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("WT_SESSION", "1")
    return stream


def test_a_terminal_has_colour_and_a_width_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    become_terminal(monkeypatch)
    for columns, width in ((80, 80), (400, 120), (20, 60)):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert find_screen() == Screen(width, colour=True)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    become_terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    assert not find_screen().colour


def test_a_pipe_is_plain_and_a_hundred_columns_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.delenv("COLUMNS", raising=False)
    assert find_screen() == Screen(100)
    monkeypatch.setenv("COLUMNS", "80")
    assert find_screen() == Screen(80)


def test_paint_needs_colour_and_something_to_paint() -> None:
    assert Screen(80).paint("missed", "bad") == "missed"
    assert Screen(80, colour=True).paint("missed", "bad") == "\x1b[1;31mmissed\x1b[0m"
    assert Screen(80, colour=True).paint("  ", "bad") == "  "
    assert Screen(80, colour=True).paint("missed", "plain") == "missed"


def test_progress_is_one_line_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = become_terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "60")
    progress = Progress(8)
    progress.clear()
    assert terminal.getvalue() == ""
    for text in ("one [of] them", "a long way to go" * 20):
        progress.show(text, 2)
        progress.clear()
    said = terminal.getvalue()
    assert "one [of] them" in said
    assert said.count("\n") == 2
    for line in said.split("\n")[:2]:
        last = line.rpartition("\r")[2]
        assert len(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", last)) <= 60
    removed = "\r\x1b[1A\x1b[2K"
    assert said.endswith(removed)
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h") == 2


def test_progress_is_silent_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()
    progress.show("working")
    progress.clear()
    assert stream.getvalue() == ""


def test_a_full_disk_is_an_output_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(OutputError, match=r"standard output: .* No space left on device"):
        write_text("text")


def test_bytes_keep_their_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, newline=os.linesep))
    write_bytes(b"a\nb\n")
    assert raw.getvalue() == b"a\nb\n"
