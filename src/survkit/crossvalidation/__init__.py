"""Each printed figure, forecast from the others, and what the audit makes of it."""

from __future__ import annotations

from survkit.crossvalidation.auditing import Suspicion, audit, find_surprises, suspect
from survkit.crossvalidation.crossvalidate import (
    CrossValidation,
    Prediction,
    Surprise,
    crossvalidate,
)
from survkit.crossvalidation.omission import Omission, list_omissions
from survkit.crossvalidation.worth import Worth, weigh_figures

__all__ = [
    "CrossValidation",
    "Omission",
    "Prediction",
    "Surprise",
    "Suspicion",
    "Worth",
    "audit",
    "crossvalidate",
    "find_surprises",
    "list_omissions",
    "suspect",
    "weigh_figures",
]
