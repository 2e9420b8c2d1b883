"""The second opinion: R's package survival analyses the same patients, where R is installed."""

from __future__ import annotations

from survkit.second_opinion.agreement import Opinion, compare_opinions
from survkit.second_opinion.asking import FIGURES_SCRIPT, RSurvival, find_r, write_inputs

__all__ = [
    "FIGURES_SCRIPT",
    "Opinion",
    "RSurvival",
    "compare_opinions",
    "find_r",
    "write_inputs",
]
