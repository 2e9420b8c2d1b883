"""The population and the order of patients that a task begins with, made once for each length."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.population.fit import fit_population

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.population.population import Population
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.reconstruction.solution import Task

__all__ = ["CONTRADICTORY", "order_once"]

CONTRADICTORY = 30.0
"""Strain per figure, 1 as a rule and 12 at most of what is true, of figures that exclude others."""


def order_once(task: Task, stretch: float) -> tuple[Population, list[History]]:
    """
    Fit a population and put its patients in order.

    Parameters
    ----------
    task : Task
        What is asked. Tasks with the same figures, which differ in strata, share what was found.
    stretch : float
        Multiple of the follow-up that would be assumed, where none is printed.

    Returns
    -------
    Population
        What fills the gaps between figures.
    list of History
        The order of each arm.
    """
    asked = task.prior.label, stretch
    constraints, found = task.ordered.get(asked, (None, None))
    if found is None or constraints is not task.constraints:
        population = _fit(task.constraints, stretch, task.prior)
        found = population, order_patients(task.constraints, population)
        task.ordered[asked] = task.constraints, found
    return found


def _fit(constraints: AnalysisConstraints, stretch: float, prior: PopulationPrior) -> Population:
    """Fit a population; that of the arms by themselves where comparisons contradict them."""
    population = fit_population(constraints, stretch=stretch, prior=prior)
    if population.strain < CONTRADICTORY or not constraints.contrasts:
        return population
    apart = replace(constraints, contrasts=(), areas=())
    alone = fit_population(apart, stretch=stretch, prior=prior)
    return population if alone.strain > CONTRADICTORY else replace(alone, strain=population.strain)
