"""Figures that contradict each other by powers of ten: a search that ends in a sentence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from survkit.errors import ReconstructionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.trial import Analysis

__all__ = ["within_arithmetic"]


@contextmanager
def within_arithmetic(analysis: Analysis) -> Iterator[None]:
    """
    Let a search meet infinities, and end it in a sentence where nothing is left to compute with.

    Curves that fall to nothing at once, ratios that diverge and limits of nobody are numbers like
    others to a search that compares and discards. What cannot be discarded is an analysis of which
    every attempt leads out of the numbers.

    Parameters
    ----------
    analysis : Analysis
        What patients are made for.

    Yields
    ------
    None
        With numpy's warnings off.

    Raises
    ------
    ReconstructionError
        If the search leads out of the numbers.
    """
    try:
        with np.errstate(all="ignore"):
            yield
    except (ArithmeticError, ValueError, np.linalg.LinAlgError) as error:
        msg = (
            f"analysis {analysis.id}: its input figures must be such that patients can be made, "
            "got figures that contradict each other beyond all bounds; survkit audit may tell which"
        )
        raise ReconstructionError(msg) from error
