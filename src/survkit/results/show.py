"""The JSON of a trial file, before anything is reconstructed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survkit.results.entries import analysis_entry, document_text, figure_entry
from survkit.trial import Trial
from survkit.typed import as_instance

if TYPE_CHECKING:
    from survkit.trial import Analysis

__all__ = ["show_json"]

_FORMAT = "survkit-show/1"


def show_json(trial: Trial) -> str:
    """Write down what a trial file says, with everything it leaves out filled in."""
    as_instance(trial, Trial, "show_json", "a trial")
    content = {
        "id": trial.id,
        "name": trial.name,
        "registration": trial.registration,
        "condition": trial.condition,
        "file": trial.origin,
        "sha256": trial.digest,
        "sources": {name: source.model_dump() for name, source in trial.sources.items()},
        "analyses": [_shown(analysis) for analysis in trial.analyses],
    }
    return document_text(_FORMAT, content)


def _shown(analysis: Analysis) -> dict[str, Any]:
    return {
        **analysis_entry(analysis),
        "of": analysis.of,
        "ties": analysis.ties,
        "median_interval": analysis.median_interval,
        "survival_interval": analysis.survival_scale,
        "figures": [figure_entry(figure) for figure in analysis.figures],
    }
