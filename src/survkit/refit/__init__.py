"""The referee: lifelines analyses the synthetic patients as it would analyse anybody's.

This is the only room that imports lifelines. Every verdict rests on its numbers, never on those of
the kernels that made the patients.
"""

from __future__ import annotations

from survkit.refit.curve import Curve
from survkit.refit.estimate import Estimate
from survkit.refit.ipd import Refit, refit_ipd

__all__ = ["Curve", "Estimate", "Refit", "refit_ipd"]
