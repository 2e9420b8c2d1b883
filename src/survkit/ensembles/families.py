"""Members of a parent together with its sub-groups: patients who print the figures of all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.ensembles.drawing import Member, drawn_prior, prepare_draws
from survkit.ensembles.ensemble import Ensemble, check_members
from survkit.errors import ReconstructionError, SurvkitError
from survkit.reconstruction.cost import tell_draws
from survkit.reconstruction.population.priors import find_prior
from survkit.reconstruction.subgroups.family import Family
from survkit.running import map_in_order
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from survkit.reconstruction import Reconstruction
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis

__all__ = ["ensemble_family"]

_MOST_DRAWS = 60
"""Draws for one member: each is given up early, and with many figures one in five leads there."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """One member of parent and sub-groups, as it travels to whoever draws it."""

    analyses: tuple[Analysis, ...]  # the parent first
    seed: int
    prior: str
    widened: float
    number: int


def ensemble_family(
    analysis: Analysis, members: int = 40, seed: int = 1, *, workers: int | None = None
) -> tuple[Ensemble, ...]:
    """
    Draw data sets of an analysis that also print the figures of its sub-groups.

    Member by member the patients of a sub-group are patients of the parent, who keep their numbers,
    times and events, as in `survkit.reconstruct`.

    Parameters
    ----------
    analysis : Analysis
        An analysis with sub-groups, read with its trial.
    members : int
        How many data sets, 2 or more. Each takes as long as reconstructing the parent with its
        sub-groups, times the draws that it needs: from a second to half a minute.
    seed : int
        Seed of all that is drawn, 0 or more; shapes of parent and sub-groups are drawn together.
    workers : int, optional
        Processes side by side, as many as there are cores if left out.

    Returns
    -------
    tuple of Ensemble
        That of the parent, then those of the sub-groups that are found among its patients in the
        likeliest data set, in the file's order. Member k of each is a part of member k of the
        first.

    Raises
    ------
    SurvkitError
        If no sub-group can be made of the parent's patients, if no patients are found that print
        every input figure, if a drawn curve shapes them, or if a number is out of range.
    """
    check_members(members)
    asked = as_analysis(analysis, "ensemble_family")
    draws = prepare_draws(asked, seed=seed)
    analyses = (asked, *_within(asked, find_prior(draws.prior)))
    tell_draws(asked, members, with_groups=True)
    units = [
        _Unit(analyses, seed, draws.prior, draws.widened, number)
        for number in range(1, members + 1)
    ]
    drawn = [*map_in_order(_draw, units, workers=workers)]
    return tuple(
        Ensemble(
            analysis=one,
            seed=seed,
            prior=draws.prior,
            members=tuple(_share(one, together[place]) for together in drawn),
        )
        for place, one in enumerate(analyses)
    )


def _within(parent: Analysis, prior: PopulationPrior) -> tuple[Analysis, ...]:
    """Return the sub-groups that are found among the patients of the likeliest data set."""
    trial = parent.trial
    children = [] if trial is None else [one for one in trial.analyses if one.of == parent.id]
    family = Family([parent, *children], prior=prior)
    found = [(one, family.reconstruct(one)) for one in children]
    within = tuple(one for one, made in found if made.within == parent.id and made.met)
    if not within:
        msg = f"{parent.id}: sub-groups must be made of its patients, got none that are"
        raise SurvkitError(msg)
    return within


def _share(analysis: Analysis, member: Member) -> Member:
    """Let members share their analysis, of which each comes with a copy from its process."""
    return replace(member, reconstruction=replace(member.reconstruction, analysis=analysis))


def _draw(unit: _Unit) -> tuple[Member, ...]:
    """Draw one member: draw by draw, until parent and sub-groups print all their figures."""
    prior = find_prior(unit.prior)
    for redrawn in range(_MOST_DRAWS):
        drawn = drawn_prior(prior, unit.seed, unit.number, redrawn, unit.widened)
        try:
            found = Family(unit.analyses, prior=drawn).together(unit.analyses[0])
        except ReconstructionError:  # a draw so far out that its numbers end
            continue
        made = [] if found is None else [found[one.id] for one in unit.analyses]
        if made and _together(made):
            return tuple(
                Member(number=unit.number, redrawn=redrawn, reconstruction=one) for one in made
            )
    msg = (
        f"{unit.analyses[0].id}: member {unit.number} must print every input figure of its "
        f"sub-groups, too, got none that does in {_MOST_DRAWS} draws of the {unit.prior} prior"
    )
    raise SurvkitError(msg)


def _together(found: list[Reconstruction]) -> bool:
    """Tell whether all figures are met, and every sub-group is a part of the first."""
    parent = found[0].analysis.id
    return all(one.met for one in found) and all(one.within == parent for one in found[1:])
