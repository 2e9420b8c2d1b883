"""Published trials, written down: the model of the TOML files, their reader and their library."""

from __future__ import annotations

from survkit.trial.conduct import YEAR
from survkit.trial.contrasts.contrast import Contrast, PValue
from survkit.trial.contrasts.hypothesis import hypothesis_of, prints_no_maximum
from survkit.trial.curves import Curve
from survkit.trial.figures import Figure, as_survival
from survkit.trial.library import load_trial, shipped_trials, trial_files
from survkit.trial.model import Analysis, Trial
from survkit.trial.naming import figure_ids, line_of_analysis
from survkit.trial.parts import Arm, Factor, Level, Source
from survkit.trial.reading import read_trial, trial_from_document
from survkit.trial.stated import AssessmentSchedule, Interval, Role, Tolerance

__all__ = [
    "YEAR",
    "Analysis",
    "Arm",
    "AssessmentSchedule",
    "Contrast",
    "Curve",
    "Factor",
    "Figure",
    "Interval",
    "Level",
    "PValue",
    "Role",
    "Source",
    "Tolerance",
    "Trial",
    "as_survival",
    "figure_ids",
    "hypothesis_of",
    "line_of_analysis",
    "load_trial",
    "prints_no_maximum",
    "read_trial",
    "shipped_trials",
    "trial_files",
    "trial_from_document",
]
