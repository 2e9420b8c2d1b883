"""What a printed p-value tests: stated, or taken from the figures beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.kernels.hypothesis import Alternative, Hypothesis
    from survkit.trial.contrasts.contrast import Contrast, PValue
    from survkit.trial.figures import Figure
    from survkit.trial.parts import Arm

__all__ = ["hypothesis_of", "prints_no_maximum"]

_TIMES = ("median", "lower_quartile", "upper_quartile")
"""Figures of an arm that are smaller where its hazard is larger."""


def prints_no_maximum(figure: Figure) -> bool:
    """
    Tell whether a ratio, or a limit of it, is printed as of an arm without events.

    Such a ratio is "not estimable", and its lower limit 0.
    """
    return not figure.printed.reached or (figure.key.is_limit and figure.printed.number == 0)


def hypothesis_of(arms: Sequence[Arm], contrast: Contrast) -> Hypothesis:
    """
    Say what the p-value of a contrast was computed against.

    A one-sided test whose direction is not stated is taken to look on the side of the printed
    estimate, as papers do: a ratio above 1 that is good is tested against 1 from above. Where such
    a p-value is above one half, it looked the other way.

    Parameters
    ----------
    arms : sequence of Arm
        The arms of an analysis.
    contrast : Contrast
        Two of them, compared.

    Returns
    -------
    Hypothesis
        The hypothesis; that of a two-sided test of no difference where no p-value is printed.
    """
    from survkit.kernels.hypothesis import Hypothesis  # loads numpy, which reading files does not

    test = contrast.p_value
    if test is None:
        return Hypothesis()
    margin = _log_margin(test)
    if test.alternative is not None:
        return Hypothesis(alternative=test.alternative, sided=test.sided, log_margin=margin)
    if margin and not math.isnan(margin):
        side: Alternative = "less" if margin > 0.0 else "greater"
        return Hypothesis(alternative=side, sided=test.sided, log_margin=margin)
    above = next((sign > 0.0 for sign in _signs(arms, contrast) if sign), False)
    if test.sided == 1 and test.printed.lower > 0.5:
        above = not above
    return Hypothesis(
        alternative="greater" if above else "less",
        sided=test.sided,
        log_margin=margin,
        assumed=test.sided == 1,
    )


def _log_margin(test: PValue) -> float:
    if test.margin is None:
        return 0.0
    return math.nan if isinstance(test.margin, str) else math.log(test.margin)


def _signs(arms: Sequence[Arm], contrast: Contrast) -> Iterator[float]:
    """Yield what the printed figures say of the log ratio's sign, those that tell most first."""
    if contrast.hazard_ratio is not None:
        yield contrast.hazard_ratio.printed.value - 1.0
    if contrast.risk_reduction is not None:
        yield -contrast.risk_reduction.printed.value
    yield from (-entry.printed.value for entry in contrast.rmst_difference)
    known_arms = {arm.id: arm for arm in arms}
    experimental, reference = (
        known_arms[one] for one in (contrast.experimental, contrast.reference)
    )
    for key in _TIMES:
        one, other = getattr(experimental, key), getattr(reference, key)
        if one is not None and other is not None and one.printed != other.printed:
            yield other.printed.value - one.printed.value
    known = {entry.time: entry.printed.value for entry in reference.survival}
    for entry in experimental.survival:
        if entry.time in known:
            yield known[entry.time] - entry.printed.value
