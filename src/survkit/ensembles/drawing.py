"""Members of an ensemble: data sets drawn one by one, each printing every input figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from survkit.errors import ReconstructionError, SurvkitError
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.draws import draw_label, draw_prior
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.population.priors import SMOOTH, find_prior
from survkit.running import map_in_order
from survkit.typed import as_analysis, as_instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.quantity import FigureKey
    from survkit.reconstruction import Reconstruction
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis

__all__ = ["MOST_DRAWS", "Draws", "Member", "draw_members", "drawn_prior", "prepare_draws"]

MOST_DRAWS = 25
"""Draws for one member; a prior that misses so often does not go with the figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """
    What the members of an ensemble are drawn from.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    seed : int
        The seed of all members.
    prior : str
        Name of the prior, a key of `PRIORS`.
    widened : float
        By how much its variances had to grow for the figures; 1 where these are as expected.
    example : Reconstruction
        The likeliest data set under that prior, which prints every input figure, too.
    without : frozenset of FigureKey
        Input figures that are left out, and need not be printed.
    """

    analysis: Analysis
    seed: int
    prior: str
    widened: float
    example: Reconstruction
    without: frozenset[FigureKey] = frozenset()

    @property
    def method(self) -> str:
        """Names and versions of method and prior."""
        return self.example.provenance.method

    def method_of(self, number: int, redrawn: int) -> str:
        """Return what the record of a member says it was made by, after so many draws in vain."""
        method, _, label = self.method.partition(", ")
        return f"{method}, {draw_label(label, _seed_of(self.seed, number, redrawn))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """
    One data set of an ensemble.

    Parameters
    ----------
    number : int
        Its number, from 1; with the seed it says what was drawn.
    redrawn : int
        Draws before it that did not lead to patients who print every input figure.
    reconstruction : Reconstruction
        The synthetic patients, who do, with their record.
    """

    number: int
    redrawn: int
    reconstruction: Reconstruction


@dataclass(frozen=True, slots=True)
class _Unit:
    """One member to be drawn, as it travels to whoever draws it."""

    analysis: Analysis
    seed: int
    prior: str
    widened: float
    number: int
    without: frozenset[FigureKey]


def prepare_draws(
    analysis: Analysis, *, seed: int = 1, without: frozenset[FigureKey] = frozenset()
) -> Draws:
    """
    Make the likeliest data set, and see what others can be drawn from.

    Parameters
    ----------
    analysis : Analysis
        A published analysis, taken by itself: the patients of a sub-group are not sought among
        those of its parent.
    seed : int
        The seed of all members, 0 or more.
    without : frozenset of FigureKey
        Input figures that are left out.

    Returns
    -------
    Draws
        The prior of the analysis; the smooth one where only that leads to all input figures.

    Raises
    ------
    SurvkitError
        If an input figure is missed, if curves shape the patients, or if the seed is negative.
    """
    analysis = as_analysis(analysis, "prepare_draws")
    if seed < 0:
        msg = f"the seed must be 0 or more, got {seed}"
        raise SurvkitError(msg)
    if any(arm.curve is not None for arm in analysis.arms):
        msg = (
            f"{analysis.id}: an ensemble must be drawn from printed figures alone, got an arm with "
            'a drawn curve as input (role = "check" keeps a curve out)'
        )
        raise SurvkitError(msg)
    first = find_prior(analysis.prior)
    for prior in (first, *([SMOOTH] if first.replaceable else [])):
        alone = replace(prior, replaceable=False)
        example = reconstruct_analysis(analysis, prior=alone, without=without)
        if example.met:
            asked = read_constraints(analysis, without=without)
            return Draws(
                analysis=analysis,
                seed=seed,
                prior=prior.name,
                widened=fit_population(asked, prior=prior).widened,
                example=example,
                without=without,
            )
    missed = "; ".join(example.missed_sentences)
    msg = f"{analysis.id}: every member of an ensemble must print all input figures, got {missed}"
    raise SurvkitError(msg)


def draw_members(
    draws: Draws, numbers: Sequence[int], *, workers: int | None = None
) -> Iterator[Member]:
    """
    Draw members, each by a seed of its own.

    Parameters
    ----------
    draws : Draws
        What they are drawn from.
    numbers : sequence of int
        Which ones, from 1.
    workers : int, optional
        As for `survkit.running.map_in_order`; the members are the same however many there are.

    Returns
    -------
    iterator of Member
        The members in the order of the numbers, each as soon as it is there.

    Raises
    ------
    SurvkitError
        If no draw for a member leads to patients who print every input figure.
    """
    as_instance(draws, Draws, "draw_members", "draws, as prepare_draws makes them")
    units = [
        _Unit(draws.analysis, draws.seed, draws.prior, draws.widened, number, draws.without)
        for number in numbers
    ]
    return map(partial(_share, draws.analysis), map_in_order(_draw, units, workers=workers))


def _share(analysis: Analysis, member: Member) -> Member:
    """Let members share their analysis, of which each comes with a copy from its process."""
    return replace(member, reconstruction=replace(member.reconstruction, analysis=analysis))


def _draw(unit: _Unit) -> Member:
    """Draw one member: draw by draw, until one leads to patients who print every figure."""
    prior = find_prior(unit.prior)
    for redrawn in range(MOST_DRAWS):
        try:
            made = reconstruct_analysis(
                unit.analysis,
                prior=drawn_prior(prior, unit.seed, unit.number, redrawn, unit.widened),
                without=unit.without,
            )
        except ReconstructionError:  # a draw so far out that its numbers end
            continue
        if made.met:
            return Member(number=unit.number, redrawn=redrawn, reconstruction=made)
    msg = (
        f"{unit.analysis.id}: member {unit.number} must print every input figure, got none that "
        f"does in {MOST_DRAWS} draws of the {unit.prior} prior"
    )
    raise SurvkitError(msg)


def drawn_prior(
    prior: PopulationPrior, seed: int, number: int, redrawn: int, widened: float
) -> PopulationPrior:
    """
    Draw what one member is made by.

    Parameters
    ----------
    prior : PopulationPrior
        What members are drawn from.
    seed : int
        The seed of all members.
    number : int
        The member's number.
    redrawn : int
        Draws before it that led to no patients.
    widened : float
        By how much the variances of the prior had to grow for the figures.

    Returns
    -------
    PopulationPrior
        The prior around the drawn centre.
    """
    return draw_prior(prior, _seed_of(seed, number, redrawn), widened=widened)


def _seed_of(seed: int, number: int, redrawn: int) -> np.random.SeedSequence:
    """Return the seed of one draw: by its number, so that it is the same in every ensemble."""
    return np.random.SeedSequence(seed, spawn_key=(number, redrawn))
