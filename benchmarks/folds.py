"""Priors for the development sets, each learned from the other publications alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from survkit.reconstruction.population.priors import prior_of_shapes
from tools.learn_shapes import FOLDS, fold_of_each, learn_by_fold, read_sets

__all__ = ["FOLDS", "fold_by_name", "learned_apart"]

if TYPE_CHECKING:
    from survkit.reconstruction.population.prior import PopulationPrior


def learned_apart(data: Path) -> dict[str, PopulationPrior]:
    """Learn, for each data set, from the publications of the other folds; by the set's name."""
    return {
        one.name: prior
        for apart, shapes in learn_by_fold(read_sets(data))
        for prior in [prior_of_shapes(shapes)]
        for one in apart
    }


def fold_by_name(data: Path) -> dict[str, int]:
    """Return the fold of each data set, in which no publication has a part in two."""
    return fold_of_each(read_sets(data))
