"""Which figures give way where no patients are found that print all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.quantity import FigureKey
    from survkit.reconstruction.record.reconstruction import Match, Reconstruction

__all__ = [
    "count_missed",
    "figures_assumed",
    "figures_giving_way",
    "gives_way_first",
    "is_p_value",
]

_ASSUMED = "overall_median_follow_up"
"""What is printed of all arms together, and assumed of each."""


def count_missed(reconstruction: Reconstruction) -> tuple[int, int, int]:
    """
    Count what is missed, the gravest first; the smallest is the best.

    Figures other than p-values, estimates and counts among them, p-values.
    """
    missed = [match.figure.key for match in _missed(reconstruction)]
    others = [key for key in missed if not is_p_value(key)]
    estimates = sum(key.side == "estimate" for key in others)
    return len(others), estimates, len(missed) - len(others)


def figures_giving_way(reconstruction: Reconstruction) -> Iterator[frozenset[FigureKey]]:
    """
    Yield sets of figures without which the others may come out, the least costly first.

    P-values give way to all others: they follow from estimate and interval, and papers print them
    from many tests. Limits give way to their estimates.
    """
    inputs = [match.figure.key for match in reconstruction.matches]
    p_values = frozenset(filter(is_p_value, inputs))
    # the order of an arm does not hang on them: they cannot cost the arm its own figures
    if p_values and any(map(_is_of_contrast, _missed(reconstruction))):
        yield p_values
    limits = frozenset(
        match.figure.key for match in _missed(reconstruction) if match.figure.key.side != "estimate"
    )
    if limits and count_missed(reconstruction)[1]:
        yield p_values | limits


def figures_assumed(reconstruction: Reconstruction) -> frozenset[FigureKey]:
    """Return the median follow-up of all arms, where it may cost the arms figures of their own."""
    asked = {match.figure.key for match in reconstruction.matches}
    missed = {match.figure.key for match in _missed(reconstruction)}
    assumed = frozenset(key for key in asked if key.quantity == _ASSUMED)
    return assumed if missed - assumed else frozenset()


def _missed(reconstruction: Reconstruction) -> list[Match]:
    return [match for match in reconstruction.matches if not match.met]


def _is_of_contrast(match: Match) -> bool:
    return match.figure.key.definition.scope == "contrast"


def gives_way_first(key: FigureKey) -> bool:
    """Tell whether a figure is the first to be left out: what is left deserves a whole search."""
    return is_p_value(key) or key.quantity == _ASSUMED


def is_p_value(key: FigureKey) -> bool:
    """Tell whether a figure is a p-value, which gives way to all others."""
    return key.definition.unit == "probability"
