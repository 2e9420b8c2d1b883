"""Before anything long begins, a command says on standard error what it may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.cli.reproducing import announce_cost
from tests.reconstruction.test_cost import rising

if TYPE_CHECKING:
    import pytest


def test_what_may_take_long_is_said_before(capsys: pytest.CaptureFixture[str]) -> None:
    announce_cost([rising()])
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err == (
        "all: printed figures exclude each other, as survkit audit says: this may take 50 s; "
        "Ctrl-C ends it\n"
    )
