"""Two cumulative incidences of one arm to patients who leave by either cause, or are censored."""

from __future__ import annotations

from survkit.reconstruction.curves.competing.incidences import (
    DecodedIncidences,
    reconstruct_incidences,
)

__all__ = ["DecodedIncidences", "reconstruct_incidences"]
