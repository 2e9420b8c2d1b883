"""How the figures of a comparison are computed from patients: ratios, their limits, tests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.kernels import two_sided_quantile
from survkit.trial import prints_no_maximum

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.kernels import CoxFit
    from survkit.reconstruction.constraints.sample import ContrastSample
    from survkit.trial import Figure

__all__ = ["MEASURES"]


def _measure_ratio(contrast: ContrastSample, figure: Figure) -> float:
    if prints_no_maximum(figure) and not math.isfinite(contrast.cox.log_hazard_ratio):
        return 0.0 if figure.printed.reached else math.inf
    return _ratio_or_limit(contrast.cox, figure)


def _ratio_or_limit(fit: CoxFit, figure: Figure) -> float:
    if not figure.key.is_limit:
        return fit.hazard_ratio
    lower, upper = fit.limits(two_sided_quantile(figure.level))
    return upper if figure.key.side == "upper" else lower


def _measure_p_value(contrast: ContrastSample, _: Figure) -> float:
    """Return the p-value of the printed test, in its direction and against its margin."""
    cox, hypothesis = contrast.tested_cox, contrast.hypothesis
    if contrast.test == "log-rank":
        return hypothesis.p_value(contrast.log_rank.z)
    return hypothesis.p_value(hypothesis.wald(cox.log_hazard_ratio, cox.standard_error))


MEASURES: dict[str, Callable[[ContrastSample, Figure], float]] = {
    "hazard_ratio": _measure_ratio,
    "unstratified_hazard_ratio": lambda contrast, figure: _ratio_or_limit(
        contrast.plain_cox, figure
    ),
    "risk_reduction": lambda contrast, _: 100.0 * (1.0 - contrast.cox.hazard_ratio),
    "p_value": _measure_p_value,
}
"""How each quantity is computed from patients."""
