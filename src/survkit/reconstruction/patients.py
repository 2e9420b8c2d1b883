"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from survkit.errors import ReconstructionError
from survkit.quantity import QUANTILES
from survkit.reconstruction.bounds import within_arithmetic
from survkit.reconstruction.constraints.families.rests import certain_rests
from survkit.reconstruction.constraints.parent_aims import leave_room
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.strata import assign_strata
from survkit.reconstruction.draft import Draft, make_draft
from survkit.reconstruction.exclusion import Exclusion
from survkit.reconstruction.finite.exhaustion import cannot_be_met
from survkit.reconstruction.methods import CURVES, find_method, usual_method
from survkit.reconstruction.population.fit import measure_strain
from survkit.reconstruction.population.prior import PopulationPrior
from survkit.reconstruction.population.priors import find_prior
from survkit.reconstruction.precedence import (
    count_missed,
    figures_assumed,
    figures_giving_way,
    gives_way_first,
    is_p_value,
    next_aim,
)
from survkit.reconstruction.solution import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from survkit.interval import Interval
    from survkit.printed import Printed
    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.curves.decoded import ArmCurve
    from survkit.reconstruction.record.reconstruction import Reconstruction
    from survkit.reconstruction.solution import Method
    from survkit.trial import Analysis

__all__ = ["draft_analysis", "meets_without", "reconstruct_analysis", "strain_of"]


_PROGNOSES = (0.5, -0.5, 0.8, -0.8)
"""How much strata differ in when their patients leave, in turn, where alike ones miss figures."""
_MOST_AIMS = 4
"""How often the median follow-up of each arm is aimed anew at that of all arms together."""
_MOST_BLAMED = 3
"""Estimates left out in turn where the audit proves that not all can be true."""
_TIMES, _FAR = 3.0, 30.0
"""Strain, over the least that any way out leaves, with which one is not tried."""
_FEW = 60
"""Patients of the largest arm where what is proved impossible is not searched for."""
_ORDERS_OF_A_QUESTION = 6_000
"""Orders of small arms looked at where many questions are asked in a row."""


def reconstruct_analysis(
    analysis: Analysis,
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
    method: str | None = None,
    prior: str | PopulationPrior | None = None,
) -> Reconstruction:
    """
    Make synthetic patients and keep the record of what they meet.

    The search is deterministic and bounded. Where no patients are found that print all figures,
    those are returned that miss fewest: p-values give way to all others, limits to their estimates.
    `matches` tells what they miss.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    followed : mapping of str to float, optional
        Longest follow-up by arm id, from elsewhere, for arms that do not print it.
    without : frozenset of FigureKey
        Input figures that are left out.
    method : str, optional
        Name of the method, a key of `METHODS`; chosen by what there is if left out.
    prior : str or PopulationPrior, optional
        What fills the gaps between figures, in place of what the analysis names: a name of
        `PRIORS`, or one made of other shapes.

    Returns
    -------
    Reconstruction
        Patients, matches, assumptions and provenance.
    """
    return draft_analysis(
        analysis, followed=followed, without=without, method=method, prior=prior
    ).reconstruction


def draft_analysis(
    analysis: Analysis,
    parts: Sequence[Sequence[Reconstruction]] = (),
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
    method: str | None = None,
    prior: str | PopulationPrior | None = None,
) -> Draft:
    """
    Make synthetic patients who can still be moved; see `reconstruct_analysis`.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    parts : sequence of sequence of Reconstruction
        Sub-groups, by one factor each, that the patients will be divided among; each as it is when
        reconstructed by itself.
    followed : mapping of str to float, optional
        Longest follow-up by arm id, from elsewhere.
    without : frozenset of FigureKey
        Input figures that are left out.
    method : str, optional
        Name of the method, a key of `METHODS`; chosen by what there is if left out.
    prior : str or PopulationPrior, optional
        What fills the gaps between figures, in place of what the analysis names: a name of
        `PRIORS`, or one made of other shapes.

    Returns
    -------
    Draft
        The patients, with the record of what they meet.
    """
    chosen = usual_method(analysis) if method is None else find_method(method)
    filling = _chosen(analysis, prior)

    def draft(
        left_out: frozenset[FigureKey],
        resting: frozenset[FigureKey],
        aim: Printed | None = None,
    ) -> Draft:
        """Make patients without some further figures; the record holds them to all."""
        constraints = read_constraints(analysis, without | left_out, resting, aim)
        constraints = constraints.followed(followed or {})
        tasks = _tasks(analysis, constraints, parts, chosen, filling)
        impossible = wrong and exclusion.is_hopeless(without | left_out)
        short = wrong or not all(map(gives_way_first, left_out))
        tasks = _bounded(tasks, impossible=impossible, short=short)
        return _closest(analysis, chosen, tasks, without)

    exclusion = Exclusion(analysis)
    wrong = exclusion.holds(without)
    ways_out = exclusion.ways_out(without) if wrong else []
    with within_arithmetic(analysis):
        resting = certain_rests(analysis) - without
        # what is proved impossible need not be tried
        blamed, *others = _likely(analysis, ways_out[:_MOST_BLAMED], without) or [frozenset()]
        closest = draft(blamed, resting)
        closest, blamed = _follow_all(closest, blamed, partial(draft, resting=resting))
        further = _missed_quantiles(analysis, closest.reconstruction) - resting - blamed
        if further and not wrong:
            resting |= further
            closest = min(closest, draft(blamed, resting), key=_missed)
        known = blamed
        for left_out in _further_ways(closest.reconstruction, blamed, others):
            if _is_best(closest.reconstruction, known):
                break
            found = draft(left_out, resting)
            if _missed(found) < _missed(closest):
                closest, known = found, left_out if wrong else known
        if not (parts or wrong) and _misses_tests_alone(closest):
            constraints = read_constraints(analysis, without, resting).followed(followed or {})
            closest = min(closest, closest.completed(constraints), key=_missed)
    return closest


def _further_ways(
    found: Reconstruction, blamed: frozenset[FigureKey], others: Sequence[frozenset[FigureKey]]
) -> list[frozenset[FigureKey]]:
    """List what may be left out besides, each once: other ways out, then what gives way."""
    tests = frozenset(filter(is_p_value, found.missed_keys))
    # tests that are missed beside what has to be may be what costs the others
    ways = [one | tests for one in ((blamed, *others) if tests and blamed else others)]
    ways += figures_giving_way(found)
    return [one for one in dict.fromkeys(ways) if one != blamed]


def _follow_all(
    closest: Draft, blamed: frozenset[FigureKey], draft: Callable[..., Draft]
) -> tuple[Draft, frozenset[FigureKey]]:
    """
    Let all arms together print their median follow-up, if it costs the arms nothing.

    What each arm is given is aimed anew until they do; where it costs figures of the arms, it is
    left out, and belongs to what is blamed.
    """
    aim = next_aim(closest.reconstruction, None)
    for _ in range(_MOST_AIMS):
        if aim is None:
            break
        aimed = draft(blamed, aim=aim)
        aim = next_aim(aimed.reconstruction, aim)
        closest = min(closest, aimed, key=_missed)
    assumed = figures_assumed(closest.reconstruction)
    if assumed and _missed(freed := draft(blamed | assumed)) < _missed(closest):
        return freed, blamed | assumed
    return closest, blamed


def _likely(
    analysis: Analysis, ways_out: list[frozenset[FigureKey]], without: frozenset[FigureKey]
) -> list[frozenset[FigureKey]]:
    """Keep the ways out that leave figures which go together about as well as with the best."""
    if len(ways_out) < 2:
        return ways_out
    strains = [strain_of(analysis, without | one) for one in ways_out]
    most = _FAR + _TIMES * min(strains)
    return [one for one, strain in zip(ways_out, strains, strict=True) if strain <= most]


def _misses_tests_alone(draft: Draft) -> bool:
    """Tell whether nothing but p-values is missed, by patients who can still be moved."""
    missed = draft.reconstruction.missed_keys
    return bool(missed and draft.solution.histories) and all(map(is_p_value, missed))


def _bounded(tasks: Sequence[Task], *, impossible: bool, short: bool) -> list[Task]:
    """Search no longer than there is hope: once, and shortly, for what is proved impossible."""
    constraints = tasks[-1].constraints
    few = max(arm.n for arm in constraints.arms) <= _FEW
    if few and (impossible or cannot_be_met(constraints)):
        return [replace(tasks[0], stretches=1, hopeless=True)]
    return list(map(_quick, tasks)) if short else list(tasks)


def _quick(task: Task) -> Task:
    """Return a task whose search ends soon: what goes together is mostly met at once."""
    return replace(task, most_orders=_ORDERS_OF_A_QUESTION, stretches=1)


def _is_best(found: Reconstruction, blamed: frozenset[FigureKey]) -> bool:
    """Tell whether nothing is missed but p-values, or what has to be."""
    missed = {key for key in found.missed_keys if not is_p_value(key)}
    return not any(count_missed(found)[:2]) or (bool(blamed) and missed <= blamed)


def _missed_quantiles(analysis: Analysis, found: Reconstruction) -> frozenset[FigureKey]:
    """Return the missed quantiles that may be the middle of a rest."""
    if analysis.plateau == "left end":
        return frozenset()
    missed = (match.figure for match in found.matches if not match.met)
    return frozenset(
        one.key for one in missed if one.key.quantity in QUANTILES and not one.key.is_limit
    )


def strain_of(analysis: Analysis, without: frozenset[FigureKey] = frozenset()) -> float:
    """
    Measure how ill the input figures of an analysis go together, without making patients.

    Parameters
    ----------
    analysis : Analysis
        A published analysis, taken by itself.
    without : frozenset of FigureKey
        Input figures that are left out.

    Returns
    -------
    float
        The smaller, the better; infinite where no population can be thought of.
    """
    try:
        with within_arithmetic(analysis):
            return measure_strain(read_constraints(analysis, without), find_prior("smooth"))
    except ReconstructionError:
        return math.inf


def meets_without(analysis: Analysis, without: frozenset[FigureKey], *, stretches: int = 4) -> bool:
    """
    Tell whether patients are found that print all input figures but some.

    Parameters
    ----------
    analysis : Analysis
        A published analysis, taken by itself.
    without : frozenset of FigureKey
        Input figures that are left out.
    stretches : int
        Lengths of an unprinted follow-up that are tried; one where many questions are asked.

    Returns
    -------
    bool
        Whether the search found them.
    """
    method = usual_method(analysis)
    try:
        with within_arithmetic(analysis):
            constraints = read_constraints(analysis, without, certain_rests(analysis) - without)
            if cannot_be_met(constraints):
                return False
            # whether figures can be met hardly depends on what fills the gaps: no second prior
            tasks = [
                replace(_quick(task), stretches=stretches)
                for task in _tasks(analysis, constraints, (), method, find_prior("smooth"))
            ]
            return _closest(analysis, method, tasks, without).reconstruction.met
    except ReconstructionError:
        return False


def _tasks(
    analysis: Analysis,
    constraints: AnalysisConstraints,
    parts: Sequence[Sequence[Reconstruction]],
    method: Method,
    prior: PopulationPrior,
) -> list[Task]:
    """Say what is asked: with room for sub-groups, and without it where there are some."""
    groups = [[read_constraints(group.analysis) for group in part] for part in parts]
    task = Task(
        constraints=constraints,
        strata=assign_strata(analysis),
        windows=_medians(constraints, [group for part in groups for group in part]),
        curves=_decode(analysis, constraints) if method is CURVES else (),
        prior=prior,
    )
    roomy = leave_room(constraints, groups, [[group.ipd for group in part] for part in parts])
    tasks = [replace(task, constraints=roomy), *([task] if parts else [])]
    if task.strata is not None:
        differing = (assign_strata(analysis, prognosis) for prognosis in _PROGNOSES)
        tasks += [replace(task, strata=strata) for strata in differing]
    return tasks


def _decode(analysis: Analysis, constraints: AnalysisConstraints) -> tuple[ArmCurve | None, ...]:
    """Decode the curves of the arms."""
    from survkit.reconstruction.along_curves.decoding import decode_arms  # loads scipy

    return decode_arms(analysis, constraints)


def _closest(
    analysis: Analysis, method: Method, tasks: Sequence[Task], without: frozenset[FigureKey]
) -> Draft:
    """Work on tasks until one meets every figure; otherwise keep what comes closest."""
    drafts = []
    for task in tasks:
        drafts.append(make_draft(analysis, method, task, without))
        if drafts[-1].reconstruction.met:
            break
        found = drafts[-1]
        aim = next_aim(found.reconstruction, None)
        if task.prior.replaceable and found.solution.loss == 0.0 and aim is None:
            # the search took for met what the record does not: nothing else was tried
            smooth = replace(task, prior=find_prior("smooth"))
            drafts.append(make_draft(analysis, method, smooth, without))
    return min(drafts, key=_missed)


def _missed(draft: Draft) -> tuple[int, int, int]:
    return count_missed(draft.reconstruction)


def _chosen(analysis: Analysis, prior: str | PopulationPrior | None) -> PopulationPrior:
    """Return the prior that is given, or named, or usual."""
    if isinstance(prior, PopulationPrior):
        return prior
    return find_prior(analysis.prior if prior is None else prior)


def _medians(
    constraints: AnalysisConstraints, groups: Sequence[AnalysisConstraints]
) -> list[list[Interval]]:
    """Return, arm by arm, the windows that the medians of sub-groups and their limits fall into."""
    found: dict[str, list[Interval]] = {arm.id: [] for arm in constraints.arms}
    for arm in (arm for group in groups for arm in group.arms):
        found[arm.id] += [one.window for one in arm.of_events if one.window.reached]
    return list(found.values())
