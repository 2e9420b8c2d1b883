"""Two programs on one figure: they agree, or differ by a convention that has a name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.quantity import FOLLOW_UP, SHARES
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from survkit.refit import Estimate
    from survkit.trial import Analysis, Figure

__all__ = ["Opinion", "compare_opinions"]

_RELATIVE = 1e-6
"""Two programs iterate, and stop, by rules of their own."""
_ZERO = 1e-12

_MIDDLE = "where a curve rests exactly on the share, R takes the middle of the plateau"
_NONE = "lifelines gives no value"
_NO_MAXIMUM = "R stops where the partial likelihood has no maximum; the ratio is at its bound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """R's value for one figure."""

    value: float  # in the printed unit: infinite for "not reached", NaN for none
    agrees: bool  # whether it is lifelines' value, to 1e-6 relative
    convention: str | None = None  # why it differs, where that has a name

    @property
    def contradicts(self) -> bool:
        """Whether it differs without an explanation."""
        return not self.agrees and self.convention is None


def compare_opinions(
    analysis: Analysis, ipd: pd.DataFrame, estimates: Sequence[Estimate], values: Sequence[float]
) -> tuple[Opinion, ...]:
    """Hold R's values against those of lifelines."""
    analysis = as_analysis(analysis, "compare_opinions")
    return tuple(
        Opinion(
            value=value,
            agrees=_agree(figure, estimate.value, value),
            convention=_convention(figure, ipd, estimate, value),
        )
        for figure, estimate, value in zip(analysis.figures, estimates, values, strict=True)
    )


def _agree(figure: Figure, estimate: float, value: float) -> bool:
    if math.isnan(estimate) or math.isnan(value):
        return math.isnan(estimate) and math.isnan(value)
    least = 0.0 if figure.key.definition.unit == "probability" else _ZERO
    return math.isclose(estimate, value, rel_tol=_RELATIVE, abs_tol=least)


def _convention(figure: Figure, ipd: pd.DataFrame, estimate: Estimate, value: float) -> str | None:
    """Name the convention behind a difference; None for agreement, and where there is none."""
    if _agree(figure, estimate.value, value):
        return None
    if math.isnan(estimate.value):
        return f"{_NONE}: {estimate.reason}"
    if figure.key.quantity == "hazard_ratio" and (
        estimate.value == 0.0 or math.isinf(estimate.value)
    ):
        return _NO_MAXIMUM
    if figure.key.quantity in SHARES and not figure.key.is_limit:
        return _MIDDLE if _is_middle(figure, ipd, estimate.value, value) else None
    return None


def _is_middle(figure: Figure, ipd: pd.DataFrame, estimate: float, value: float) -> bool:
    """
    Tell whether R's value is the middle of a plateau that lifelines' value begins or ends.

    It ends it where the rounding of a product leaves lifelines' curve just above the share.
    """
    patients = ipd[ipd["arm"] == figure.key.subject] if figure.key.subject else ipd
    steps = 0 if figure.key.quantity in FOLLOW_UP else 1
    times = np.unique(patients.loc[patients["event"] == steps, "time"].to_numpy(float))
    ends = np.flatnonzero(np.isclose(times, estimate, rtol=0.0, atol=_ZERO))
    neighbours = (
        times[end + side] for end in ends for side in (-1, 1) if 0 <= end + side < len(times)
    )
    if math.isinf(estimate) and times.size:  # not estimable: nobody has the event after the rest
        return math.isclose(value, 0.5 * (times[-1] + patients["time"].max()), rel_tol=_RELATIVE)
    return any(
        math.isclose(value, 0.5 * (estimate + time), rel_tol=_RELATIVE) for time in neighbours
    )
