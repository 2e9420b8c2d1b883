"""Arms and endpoints as a picture names them, and the figures that it looks up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.comparison import Comparison
    from survkit.quantity import FigureKey
    from survkit.reproduction import AnalysisReproduction
    from survkit.trial import Analysis

__all__ = ["SYNTHETIC", "SceneArm", "first_by_key", "is_survival", "order_arms"]

SYNTHETIC = "Synthetic patients, reconstructed from printed figures: not the data of the trial"
"""The line that every picture bears."""

_SURVIVALS = frozenset({"DFS", "DMFS", "EFS", "IDFS", "MFS", "OS", "PFS", "RFS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneArm:
    """An arm in a picture."""

    id: str  # its id, and its name in running text: the id where it has no other
    name: str
    look: int  # which colour and dashes it has, counted from 0; experimental arms come first
    colour: str | None = None  # a colour in place of that of the look, as "#0072b2"


def order_arms(analysis: Analysis) -> dict[str, SceneArm]:
    """
    Put the arms in the order of their looks, the experimental ones first, by id.

    Where an analysis has no contrast, those of its trial tell, so that arms keep their looks.
    """
    siblings = () if analysis.trial is None else analysis.trial.analyses
    contrasts = analysis.contrasts or [one for each in siblings for one in each.contrasts]
    references = {contrast.reference for contrast in contrasts}
    references -= {contrast.experimental for contrast in contrasts}
    ordered = sorted(analysis.arms, key=lambda arm: arm.id in references)
    return {
        arm.id: SceneArm(id=arm.id, name=arm.name or arm.id, look=look)
        for look, arm in enumerate(ordered)
    }


def is_survival(endpoint: str) -> bool:
    """Tell whether an endpoint names those without the event, as a time to an event does not."""
    return endpoint.upper() in _SURVIVALS or endpoint.lower().endswith("survival")


def first_by_key(result: AnalysisReproduction) -> dict[FigureKey, Comparison]:
    """Index the comparisons; of a figure that several sources print, the first one counts."""
    found: dict[FigureKey, Comparison] = {}
    for comparison in result.comparisons:
        found.setdefault(comparison.figure.key, comparison)
    return found
