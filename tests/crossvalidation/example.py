"""A trial of two arms whose figures go together, and one error planted in them at a time."""

from __future__ import annotations

from typing import Any

import survkit

__all__ = ["PRINTED", "typed"]

PRINTED: dict[str, Any] = {
    "arms": {
        "control": {
            "n": 210,
            "events": 168,
            "median": "6.1 (5.2 to 7.1)",
            "survival": {6: "51.0", 12: "26.0"},
            "at_risk": {6: 98, 12: 40},
        },
        "treated": {
            "n": 205,
            "events": 131,
            "median": "10.2 (8.6 to 12.0)",
            "survival": {6: "68.0", 12: "43.5"},
            "at_risk": {6: 126, 12: 62},
        },
    },
    "hazard_ratio": "0.59 (0.47 to 0.74)",
    "p_value": "<0.001",
    "endpoint": "PFS",
}
"""Figures of constant hazards, about, with patients who leave evenly."""


def typed(**changes: Any) -> survkit.Analysis:
    """Type the figures; a word with two underscores changes a figure of one arm."""
    arms = {name: dict(figures) for name, figures in PRINTED["arms"].items()}
    further = {}
    for name, value in changes.items():
        arm, _, quantity = name.partition("__")
        if quantity:
            arms[arm][quantity] = value
        else:
            further[name] = value
    return survkit.from_figures(**{**PRINTED, "arms": arms, **further})
