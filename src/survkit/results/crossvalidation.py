"""Figures that are forecast from the others, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survkit.results.entries import document_text, figure_entry, number_or_null
from survkit.typed import as_instances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.crossvalidation import CrossValidation, Prediction
    from survkit.trial import Trial

__all__ = ["crossvalidation_json"]

_FORMAT = "survkit-crossvalidation/1"


def crossvalidation_json(found: Sequence[tuple[Trial, CrossValidation]]) -> str:
    """Write down each figure with what the others say of it, the most surprising first."""
    as_instances(found, tuple, "crossvalidation_json", "trials with what crossvalidate found")
    return document_text(
        _FORMAT,
        {
            "analyses": [
                {
                    "trial": trial.id,
                    "analysis": one.analysis.id,
                    "file": trial.origin,
                    "sha256": trial.digest,
                    "prior": one.prior,
                    "predictions": [_entry(each) for each in one.predictions],
                }
                for trial, one in found
            ],
        },
    )


def _entry(one: Prediction) -> dict[str, Any]:
    return {
        **figure_entry(one.figure),
        "lower": number_or_null(one.lower),
        "middle": number_or_null(one.middle),
        "upper": number_or_null(one.upper),
        "probability": one.probability,
    }
