"""A small trial whose ensembles are drawn in a moment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from survkit.trial import Trial, trial_from_document

__all__ = ["document", "small_trial"]


def document(**stated: Any) -> dict[str, Any]:
    """Write a trial file of two arms, with further keys of both."""
    arms = [
        {"id": "control", "n": 60, "events": 45, "median": {"value": Decimal("6.1")}, **stated},
        {"id": "treated", "n": 62, "events": 38, "median": {"value": Decimal("9.4")}, **stated},
    ]
    ratio = {"value": Decimal("0.66"), "ci": [Decimal("0.43"), Decimal("1.02")]}
    contrast = {"experimental": "treated", "reference": "control", "hazard_ratio": ratio}
    return {
        "spec_version": 1,
        "id": "small",
        "name": "SMALL",
        "sources": {"made-up": {"citation": "made up"}},
        "analysis": [
            {
                "id": "pfs",
                "endpoint": "PFS",
                "time_unit": "month",
                "source": "made-up",
                "arm": arms,
                "contrast": [contrast],
            }
        ],
    }


def small_trial(**stated: Any) -> Trial:
    """Read that trial."""
    return trial_from_document(document(**stated), origin="small.toml")
