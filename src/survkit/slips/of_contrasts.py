"""Slips in what is printed of two arms: which is over which, which test, which level."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from survkit.slips.slip import changed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.trial import Contrast

__all__ = ["contrast_slips"]

_LEVELS = (90, 95, 99)
_RATIO = frozenset({"hazard_ratio", "risk_reduction"})
_ALL = _RATIO | {"p_value", "rmst_difference", "survival_difference", "survival_p_value"}

_Other = tuple[str, frozenset[str], "Contrast"]
"""What would be so, quantities that say something else then, and the comparison."""


def contrast_slips(contrast: Contrast) -> Iterator[_Other]:
    """Yield a comparison with its arms exchanged, another estimator, test or level."""
    if contrast.hazard_ratio is not None or contrast.risk_reduction is not None:
        reverse = {"experimental": contrast.reference, "reference": contrast.experimental}
        condition = f"the ratio were {contrast.reference} over {contrast.experimental}"
        yield condition, _ALL, changed(contrast, **reverse)
    yield from _other_tests(contrast)
    if contrast.estimator == "cox" and contrast.hazard_ratio is not None:
        condition = "the ratio were exp((O - E) / V) of the log-rank test"
        yield condition, _RATIO, changed(contrast, estimator="peto")
    yield from _other_levels(contrast)


def _other_tests(contrast: Contrast) -> Iterator[_Other]:
    """Yield Wald for log-rank, one- for two-sided, and the other way round."""
    p = contrast.p_value
    if p is None or p.role != "input" or p.margin is not None:
        return
    of_p = frozenset({"p_value"})
    other = "wald" if p.test == "log-rank" else "log-rank"
    name = "the Cox model (Wald)" if other == "wald" else "a log-rank test"
    yield f"p were of {name}", of_p, changed(contrast, p_value=changed(p, test=other))
    sides = {1: "one", 2: "two"}
    sided = 2 if p.sided == 1 else 1
    turned = changed(p, sided=sided, alternative=None)
    yield f"p were {sides[sided]}-sided", of_p, changed(contrast, p_value=turned)


def _other_levels(contrast: Contrast) -> Iterator[_Other]:
    """Yield other usual levels of the interval; an unusual one was stated on purpose."""
    ratio = contrast.hazard_ratio
    if ratio is None or ratio.ci is None or ratio.ci.level not in _LEVELS:
        return
    for level in _LEVELS:
        if level != ratio.ci.level:
            interval = changed(ratio.ci, level=Decimal(level))
            condition = f"the interval of the ratio had {level} %"
            yield (
                condition,
                frozenset({"hazard_ratio"}),
                changed(contrast, hazard_ratio=changed(ratio, ci=interval)),
            )
