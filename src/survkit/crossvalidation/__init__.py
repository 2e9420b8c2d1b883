"""Each printed figure, forecast from the others, and what the audit makes of it."""

from __future__ import annotations

from survkit.crossvalidation.auditing import audit, find_surprises
from survkit.crossvalidation.crossvalidate import (
    CrossValidation,
    Prediction,
    Surprise,
    crossvalidate,
)

__all__ = ["CrossValidation", "Prediction", "Surprise", "audit", "crossvalidate", "find_surprises"]
