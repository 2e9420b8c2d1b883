"""The summary in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.results import markdown_summary

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction


def test_a_summary_of_a_reproduced_trial(reproductions: tuple[Reproduction, ...]) -> None:
    text = markdown_summary(reproductions[:1])
    assert text.startswith("## survkit: 1 reproduced\n")
    assert "synthetic" in text
    assert "| small | os | 0.60 | 7/7 | 0/1 |  | reproduced |" in text
    assert "Figures that fail" not in text


def test_impossible_figures_are_listed(reproductions: tuple[Reproduction, ...]) -> None:
    assert "os-women: **impossible**, events within patients (control)" in markdown_summary(
        reproductions
    )


def test_words_of_a_trial_are_neither_markup_nor_columns(
    reproductions: tuple[Reproduction, ...],
) -> None:
    text = markdown_summary(reproductions)
    assert "<" not in text
    assert "](" not in text.replace("\\](", "").replace("\\]\\(", "")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} <= {8, 6}
