"""The summary in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.report import markdown_text
from tests.cli.example import make_example

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction


def test_a_summary_of_a_reproduced_trial(reproductions: tuple[Reproduction, ...]) -> None:
    text = markdown_text(reproductions[:1])
    assert text.startswith(
        "# survkit report\n\n1 of 1 analysis of 1 trial reproduced. All patients"
    )
    assert "**synthetic**" in text
    assert "| SMALL | os | 0.60 | 7/7 | 0/1 |  | ✅ reproduced |" in text
    assert "## Missed" not in text


def test_missed_figures_are_listed() -> None:
    text = markdown_text([make_example(missed=True)])
    assert "| EXAMPLE-1 | pfs-local | control | events | 80 | 81 | +1 |" in text


def test_impossible_figures_are_listed(reproductions: tuple[Reproduction, ...]) -> None:
    assert "os-women: **impossible**, events within patients (control)" in markdown_text(
        reproductions
    )


def test_words_of_a_trial_are_neither_markup_nor_columns(
    reproductions: tuple[Reproduction, ...],
) -> None:
    text = markdown_text(reproductions)
    assert "<" not in text
    assert "](" not in text.replace("\\](", "").replace("\\]\\(", "")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} == {8}
