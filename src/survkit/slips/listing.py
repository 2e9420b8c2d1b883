"""All slips that can have been made in an analysis, the most usual kinds first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from survkit.quantity import QUANTILES
from survkit.slips.of_arms import arms_exchanged, other_level, other_percentages, other_units
from survkit.slips.of_contrasts import contrast_slips
from survkit.slips.slip import Slip, changed, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survkit.quantity import FigureKey
    from survkit.trial import Analysis

__all__ = ["list_slips"]

_SCALES = ("log-log", "log", "plain", "symmetric")
_LEVELS = (Decimal(90), Decimal(95), Decimal(99))


def list_slips(analysis: Analysis) -> Iterator[Slip]:
    """
    Yield the slips that can have been made in an analysis.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.

    Yields
    ------
    Slip
        Each with the analysis as it would read without it.
    """
    for index, contrast in enumerate(analysis.contrasts):
        for condition, quantities, other in contrast_slips(contrast):
            contrasts = replaced(analysis.contrasts, index, other)
            touched = _keys(analysis, _of(contrast.subject, quantities))
            yield Slip(
                condition=condition,
                analysis=changed(analysis, contrasts=contrasts),
                touched=touched,
            )
    for find in (arms_exchanged, other_percentages, other_units):
        for condition, quantities, arms in find(analysis):
            touched = _keys(analysis, _of_any(quantities))
            yield Slip(condition=condition, analysis=changed(analysis, arms=arms), touched=touched)
    yield from _other_intervals(analysis)


def _other_intervals(analysis: Analysis) -> Iterator[Slip]:
    """Yield other scales, and other levels, of the intervals of medians and survival."""
    touched = _keys(analysis, lambda key: key.is_limit and key.quantity in {*QUANTILES, "survival"})
    if not touched:
        return
    of_quantiles = any(key.quantity in QUANTILES for key in touched)
    # a percentage has no symmetric form of its own: it is the plain one
    for scale in _SCALES if of_quantiles else _SCALES[:-1]:
        if (analysis.median_interval, analysis.survival_interval) != (scale, None):
            yield Slip(
                condition=f"the intervals of medians and survival were of the {scale} form",
                analysis=changed(analysis, median_interval=scale, survival_interval=None),
                touched=touched,
            )
    stated = {figure.level for figure in analysis.figures if figure.key in touched}
    for level in _LEVELS if stated <= {float(level) for level in _LEVELS} else ():
        if stated != {float(level)}:
            yield Slip(
                condition=f"the intervals of medians and survival had {level} %",
                analysis=changed(analysis, arms=other_level(analysis.arms, level)),
                touched=touched,
            )


def _keys(analysis: Analysis, touches: Callable[[FigureKey], bool]) -> frozenset[FigureKey]:
    return frozenset(figure.key for figure in analysis.figures if touches(figure.key))


def _of(subject: str, quantities: frozenset[str]) -> Callable[[FigureKey], bool]:
    """Ask for some quantities of one subject."""
    return lambda key: key.subject == subject and key.quantity in quantities


def _of_any(quantities: frozenset[str]) -> Callable[[FigureKey], bool]:
    return lambda key: key.quantity in quantities
