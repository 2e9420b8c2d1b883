"""Words that mean harm to a terminal, a page, a spreadsheet, R or a CI job; a trial full of one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.comparison import compare_figures
from survkit.reproduction import Reproduction

if TYPE_CHECKING:
    from survkit.trial import Trial

__all__ = ["ALL_WORDS", "HIDDEN", "WORDS", "spoken", "trial_text"]

HIDDEN = (
    "\x00", "\x07", "\x08", "\x0b", "\x1b", "\r", "\x7f", "\x85", "\x9b", "\u2028", "\u2029",
    "\u202e", "\u2066", "\ud800", "\udfff", "\uffff",
)  # fmt: skip
"""Characters that no text of a trial file may hold."""

WORDS = (
    "<script>alert(1)</script>",
    "--><img src=x onerror=alert(1)>",
    "]]>&amp;&lt;",
    '" onclick="alert(1)',
    '"); system("id"); c("',
    "'); system('id'); c('",
    "`system('id')`",
    "\\",
    "@CSV@ @MODEL@ @ARMS@",
    "{{ 7 * 7 }} {% raw %}",
    "$x^2$ ${HOME} $(id)",
    "%s %n %0A",
    "=cmd|' /C calc'!A0",
    "+1, =1+1; =1",
    "-2+3",
    "@SUM(1)",
    "::error::stop",
    "::add-mask::a",
    "##[error]stop",
    "| a | b |",
    "`code` **b** [x](javascript:alert(1)) @somebody #1",
    "# heading",
    "生存 🙂 ≥",
)
"""Texts that a trial file may hold, and that mean something to a program behind an output."""

ALL_WORDS = " ".join(WORDS)

_PLACES = """\
spec_version = 1
id = "small"
name = @
registration = @
condition = @

[sources.paper]
citation = @
doi = "10.1000/@@"
note = @

[[analysis]]
id = "os"
endpoint = @
assessment = @
population = @
time_unit = "month"
source = "paper"
stratified_by = [@]
differences = @
note = @

[[analysis.arm]]
id = "control"
name = @
n = { value = 30, note = @ }
events = 24
median = 6.0
survival = [{ time = 12, percent = 90, tolerance = { absolute = 1, reason = @ }, role = "check" }]

[[analysis.arm]]
id = "active"
name = @
n = 31
events = 20
median = 9.1

[[analysis.contrast]]
experimental = "active"
reference = "control"
hazard_ratio = { value = 0.60, note = @ }
model = @
"""


def trial_text(word: str) -> str:
    """A trial file that says one word wherever a text may stand; one of its checks fails."""
    link = "".join(letter for letter in word if not letter.isspace())
    inside = json.dumps(link, ensure_ascii=False)[1:-1]
    return re.sub(
        "@@|@",
        lambda found: {"@": json.dumps(word, ensure_ascii=False), "@@": inside}[found[0]],
        _PLACES,
    )


def spoken(reproduction: Reproduction, trial: Trial) -> Reproduction:
    """The same patients and estimates, with the words of another trial."""
    (result,), (analysis,) = reproduction.analyses, trial.analyses
    again = replace(
        result,
        analysis=analysis,
        reconstruction=replace(result.reconstruction, analysis=analysis),
        comparisons=compare_figures(analysis.figures, result.refit.estimates),
    )
    return Reproduction(trial=trial, analyses=(again,))
