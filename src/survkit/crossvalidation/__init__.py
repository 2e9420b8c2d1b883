"""Each printed figure, forecast from the others, and what the audit makes of it."""

from __future__ import annotations

from survkit.crossvalidation.auditing import audit, find_surprises
from survkit.crossvalidation.crossvalidate import (
    CrossValidation,
    Prediction,
    Surprise,
    crossvalidate,
)
from survkit.crossvalidation.worth import Worth, tabulate_worth, weigh_figures

__all__ = [
    "CrossValidation",
    "Prediction",
    "Surprise",
    "Worth",
    "audit",
    "crossvalidate",
    "find_surprises",
    "tabulate_worth",
    "weigh_figures",
]
