"""Reproduce published survival results from the figures that papers print.

The public names are loaded when first used, so that ``survkit --help`` need not wait for pandas.
"""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survkit.comparison import Comparison, Verdict
    from survkit.consistency import Finding, Severity
    from survkit.crossvalidation import CrossValidation, Worth, audit, crossvalidate, weigh_figures
    from survkit.digitized import read_curves, read_risk_tables
    from survkit.drawings import digitize_panel, read_drawing
    from survkit.ensembles import Ensemble, Extreme, ensemble, find_extremes
    from survkit.errors import (
        OutputError,
        ReconstructionError,
        SurvkitError,
        TrialFileError,
        UnknownTrialError,
        WrongArgumentError,
    )
    from survkit.plot import plot_forest, plot_kaplan_meier
    from survkit.reconstruction import Reconstruction, reconstruct
    from survkit.reconstruction.curves import reconstruct_curve
    from survkit.reconstruction.curves.competing import reconstruct_incidences
    from survkit.reproduction import (
        AnalysisReproduction,
        Reproduction,
        reproduce,
        reproduce_analysis,
    )
    from survkit.trial import Analysis, Trial, load_trial, read_trial, shipped_trials
    from survkit.typed import from_figures

_ROOMS = {
    "Analysis": "trial",
    "AnalysisReproduction": "reproduction",
    "Comparison": "comparison",
    "CrossValidation": "crossvalidation",
    "Ensemble": "ensembles",
    "Extreme": "ensembles",
    "Finding": "consistency",
    "OutputError": "errors",
    "Reconstruction": "reconstruction",
    "ReconstructionError": "errors",
    "Reproduction": "reproduction",
    "Severity": "consistency",
    "SurvkitError": "errors",
    "Trial": "trial",
    "TrialFileError": "errors",
    "UnknownTrialError": "errors",
    "Verdict": "comparison",
    "Worth": "crossvalidation",
    "WrongArgumentError": "errors",
    "audit": "crossvalidation",
    "crossvalidate": "crossvalidation",
    "digitize_panel": "drawings",
    "ensemble": "ensembles",
    "find_extremes": "ensembles",
    "from_figures": "typed",
    "load_trial": "trial",
    "plot_forest": "plot",
    "plot_kaplan_meier": "plot",
    "read_curves": "digitized",
    "read_drawing": "drawings",
    "read_risk_tables": "digitized",
    "read_trial": "trial",
    "reconstruct": "reconstruction",
    "reconstruct_curve": "reconstruction.curves",
    "reconstruct_incidences": "reconstruction.curves.competing",
    "reproduce": "reproduction",
    "reproduce_analysis": "reproduction",
    "shipped_trials": "trial",
    "weigh_figures": "crossvalidation",
}

_PUBLIC_ROOMS = ("digitized", "drawings", "export", "printed", "trial")
"""Rooms whose documented names are reached as ``survkit.export.structured_outcome``."""

__all__ = [
    "Analysis",
    "AnalysisReproduction",
    "Comparison",
    "CrossValidation",
    "Ensemble",
    "Extreme",
    "Finding",
    "OutputError",
    "Reconstruction",
    "ReconstructionError",
    "Reproduction",
    "Severity",
    "SurvkitError",
    "Trial",
    "TrialFileError",
    "UnknownTrialError",
    "Verdict",
    "Worth",
    "WrongArgumentError",
    "audit",
    "crossvalidate",
    "digitize_panel",
    "ensemble",
    "find_extremes",
    "from_figures",
    "load_trial",
    "plot_forest",
    "plot_kaplan_meier",
    "read_curves",
    "read_drawing",
    "read_risk_tables",
    "read_trial",
    "reconstruct",
    "reconstruct_curve",
    "reconstruct_incidences",
    "reproduce",
    "reproduce_analysis",
    "shipped_trials",
    "weigh_figures",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    if name in _PUBLIC_ROOMS:
        return importlib.import_module(f"survkit.{name}")
    if name not in _ROOMS:
        near = difflib.get_close_matches(name, [*_ROOMS, *_PUBLIC_ROOMS], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        msg = f"module 'survkit' has no attribute {name!r}{hint}"
        raise AttributeError(msg)
    value = getattr(importlib.import_module(f"survkit.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, *_PUBLIC_ROOMS])
