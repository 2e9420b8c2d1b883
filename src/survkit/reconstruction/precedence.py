"""Which figures give way where no patients are found that print all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.quantity import FigureKey
    from survkit.reconstruction.record.reconstruction import Match, Reconstruction

__all__ = ["count_missed", "figures_giving_way", "is_p_value"]


def count_missed(reconstruction: Reconstruction) -> tuple[int, int, int]:
    """
    Count what is missed, the gravest first; the smallest is the best.

    Parameters
    ----------
    reconstruction : Reconstruction
        Patients.

    Returns
    -------
    tuple of int
        Figures other than p-values, estimates and counts among them, p-values.
    """
    missed = [match.figure.key for match in reconstruction.matches if not match.met]
    others = [key for key in missed if not is_p_value(key)]
    estimates = sum(key.side == "estimate" for key in others)
    return len(others), estimates, len(missed) - len(others)


def figures_giving_way(reconstruction: Reconstruction) -> Iterator[frozenset[FigureKey]]:
    """
    Yield sets of figures without which the others may come out, the least costly first.

    P-values give way to all others: they follow from estimate and interval, and papers print them
    from many tests. Limits give way to their estimates.

    Parameters
    ----------
    reconstruction : Reconstruction
        Patients that miss something.

    Yields
    ------
    frozenset of FigureKey
        What is left out.
    """
    inputs = [match.figure.key for match in reconstruction.matches]
    p_values = frozenset(filter(is_p_value, inputs))
    # the order of an arm does not hang on them: they cannot cost the arm its own figures
    if p_values and any(
        _is_of_contrast(match) for match in reconstruction.matches if not match.met
    ):
        yield p_values
    limits = frozenset(
        match.figure.key
        for match in reconstruction.matches
        if not match.met and match.figure.key.side != "estimate"
    )
    if limits and count_missed(reconstruction)[1]:
        yield p_values | limits


def _is_of_contrast(match: Match) -> bool:
    return match.figure.key.definition.scope == "contrast"


def is_p_value(key: FigureKey) -> bool:
    """Tell whether a figure is a p-value, which gives way to all others."""
    return key.definition.unit == "probability"
