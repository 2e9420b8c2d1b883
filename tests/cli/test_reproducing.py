"""Before anything long begins, a command says on standard error what it may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.cli.reproducing import announce_cost, said_aloud
from survkit.cli.terminal import write_remark
from survkit.reconstruction import tell_cost
from survkit.trial import load_trial
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


def test_what_turns_out_to_take_long_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    trial = load_trial("radiant-4")
    known = announce_cost(trial.analyses)
    assert capsys.readouterr().err == (
        "pfs-central: 4 sub-groups made of the same patients: this may take 30 s; Ctrl-C ends it\n"
    )
    with said_aloud(write_remark, known):
        tell_cost(trial.analyses[0])
        tell_cost(rising())
    tell_cost(rising())
    assert capsys.readouterr().err.splitlines()[:1] == [
        "all: printed figures exclude each other, as survkit audit says: this may take 50 s; "
        "Ctrl-C ends it"
    ]
