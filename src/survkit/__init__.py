"""Reproduce published survival results from the figures that papers print.

The public names are loaded when first used, so that ``survkit --help`` need not wait for pandas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survkit.comparison import Comparison, Verdict
    from survkit.consistency import Finding, Severity, audit
    from survkit.digitized import read_curves, read_risk_tables
    from survkit.drawings import digitize_panel, read_drawing
    from survkit.errors import (
        OutputError,
        SurvkitError,
        TrialFileError,
        UnknownTrialError,
    )
    from survkit.plot import plot_forest, plot_kaplan_meier
    from survkit.reconstruction import Reconstruction, reconstruct
    from survkit.reconstruction.curves import reconstruct_curve
    from survkit.reproduction import (
        AnalysisReproduction,
        Reproduction,
        reproduce,
        reproduce_analysis,
    )
    from survkit.trial import Analysis, Trial, load_trial, read_trial, shipped_trials

_ROOMS = {
    "Analysis": "trial",
    "AnalysisReproduction": "reproduction",
    "Comparison": "comparison",
    "Finding": "consistency",
    "OutputError": "errors",
    "Reconstruction": "reconstruction",
    "Reproduction": "reproduction",
    "Severity": "consistency",
    "SurvkitError": "errors",
    "Trial": "trial",
    "TrialFileError": "errors",
    "UnknownTrialError": "errors",
    "Verdict": "comparison",
    "audit": "consistency",
    "digitize_panel": "drawings",
    "load_trial": "trial",
    "plot_forest": "plot",
    "plot_kaplan_meier": "plot",
    "read_curves": "digitized",
    "read_drawing": "drawings",
    "read_risk_tables": "digitized",
    "read_trial": "trial",
    "reconstruct": "reconstruction",
    "reconstruct_curve": "reconstruction.curves",
    "reproduce": "reproduction",
    "reproduce_analysis": "reproduction",
    "shipped_trials": "trial",
}

__all__ = [
    "Analysis",
    "AnalysisReproduction",
    "Comparison",
    "Finding",
    "OutputError",
    "Reconstruction",
    "Reproduction",
    "Severity",
    "SurvkitError",
    "Trial",
    "TrialFileError",
    "UnknownTrialError",
    "Verdict",
    "audit",
    "digitize_panel",
    "load_trial",
    "plot_forest",
    "plot_kaplan_meier",
    "read_curves",
    "read_drawing",
    "read_risk_tables",
    "read_trial",
    "reconstruct",
    "reconstruct_curve",
    "reproduce",
    "reproduce_analysis",
    "shipped_trials",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    if name not in _ROOMS:
        msg = f"module 'survkit' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(importlib.import_module(f"survkit.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
