"""How many patients of an arm have left by when, with or without an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.population.population import ArmPopulation

__all__ = ["expected_left", "most_left", "natural_times"]


def _shares_removed(
    arm: ArmConstraints, population: ArmPopulation, cuts: tuple[Cut, ...]
) -> tuple[float, list[float]]:
    """Return which share of the population has left by the end, and by each cut."""
    edges, removed = population.edges, -np.expm1(-population.removal)
    by_end = float(np.interp(arm.end_before(population.end), edges, removed))
    return by_end, [min(float(np.interp(cut.time, edges, removed)), by_end) for cut in cuts]


def expected_left(
    arm: ArmConstraints, population: ArmPopulation, cuts: tuple[Cut, ...]
) -> tuple[int, ...]:
    """Count the patients who have left at each cut: as printed, else as the population has it."""
    by_end, by_cut = _shares_removed(arm, population, cuts)
    left: list[int] = []
    for index, (cut, share) in enumerate(zip(cuts, by_cut, strict=True)):
        # who is left in the end leaves then, and not in proportion before a guide
        expected = arm.n * share / (1.0 if cut.guide else by_end)
        wanted = round(expected, 6).__round__() if cut.left is None else cut.left
        known = [later.left for later in cuts[index:] if later.left is not None]
        before = [gone + cut.guide for gone in left[-1:]]  # a guide tells two quantiles apart
        left.append(min([max([wanted, *before]), most_left(arm, population.end, cut), *known]))
    return tuple(left)


def most_left(arm: ArmConstraints, end: float, cut: Cut) -> int:
    """
    Say how many may have left at a cut: all only where follow-up may end by then.

    Parameters
    ----------
    arm : ArmConstraints
        The arm's printed figures.
    end : float
        End of follow-up of all arms, in time units.
    cut : Cut
        The cut.

    Returns
    -------
    int
        Patients.
    """
    ends = end if arm.end is None else arm.end.lower
    return arm.n if cut.left is not None or ends <= cut.time else arm.n - 1


def natural_times(
    arm: ArmConstraints, population: ArmPopulation, cuts: tuple[Cut, ...], left: tuple[int, ...]
) -> Floats:
    """
    Give every position the population's time, with so many leaving before each cut.

    Parameters
    ----------
    arm : ArmConstraints
        The arm's printed figures.
    population : ArmPopulation
        The arm's hazards.
    cuts : tuple of Cut
        What is asked at points in time.
    left : tuple of int
        Patients who leave before each cut.

    Returns
    -------
    ndarray of float, shape (n,)
        Times, ascending, in time units.
    """
    n = arm.n
    by_end, by_cut = _shares_removed(arm, population, cuts)
    shares = np.interp(
        (np.arange(n) + 0.5) / n,
        np.concatenate(([0.0], np.array(left) / n, [1.0])),
        np.concatenate(([0.0], by_cut, [by_end])),
    )
    with np.errstate(divide="ignore"):  # of very few patients nobody may be left in the end
        removal = -np.log1p(-shares)
    natural: Floats = np.interp(removal, population.removal, population.edges)
    if not left or left[-1] < n:
        natural[-1] = arm.end_before(population.end)
    return natural
