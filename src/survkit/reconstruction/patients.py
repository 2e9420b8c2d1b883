"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from survkit.errors import ReconstructionError
from survkit.quantity import QUANTILES
from survkit.reconstruction.all_arms import (
    aim_still_followed,
    follow_up_missed_alone,
    groups_followed,
)
from survkit.reconstruction.bounds import within_arithmetic
from survkit.reconstruction.constraints.families.rests import certain_rests
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.draft import Draft, make_draft
from survkit.reconstruction.exclusion import Exclusion
from survkit.reconstruction.finite.exhaustion import cannot_be_met
from survkit.reconstruction.methods import CURVES, find_method, usual_method
from survkit.reconstruction.population.fit import measure_strain
from survkit.reconstruction.population.prior import PopulationPrior
from survkit.reconstruction.population.priors import find_prior
from survkit.reconstruction.precedence import (
    count_missed,
    figures_giving_way,
    gives_way_first,
    is_p_value,
)
from survkit.reconstruction.tasks import list_tasks, shorten
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.curves.decoded import ArmCurve
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.record.reconstruction import Reconstruction
    from survkit.reconstruction.solution import Method, Task
    from survkit.trial import Analysis

__all__ = ["draft_analysis", "meets_without", "reconstruct_analysis", "strain_of"]

_MOST_AIMS = 8
"""How often it is aimed anew at the median follow-up of all arms."""
_WIDENED_BY_IT = 0.5
"""Variance given to shapes if nothing is assumed, over that where arms are followed alike."""
_MOST_BLAMED = 3
"""Estimates left out in turn where the audit proves that not all can be true."""
_TIMES, _FAR = 3.0, 30.0
"""Strain, over the least that any way out leaves, with which one is not tried."""
_FEW = 60
"""Patients of the largest arm where what is proved impossible is not searched for."""


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
    analysis = as_analysis(analysis, "reconstruct_analysis")
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
    Make synthetic patients who can still be moved; what is asked is that of `reconstruct_analysis`.

    They leave room for `parts`: sub-groups, by one factor each, that the patients will be divided
    among, each as it is when reconstructed by itself.
    """
    exclusion = Exclusion(analysis)
    wrong = exclusion.holds(without)
    ways_out = exclusion.ways_out(without)[:_MOST_BLAMED] if wrong else []
    question = _Question(
        analysis=analysis,
        parts=parts,
        followed=followed or {},
        without=without,
        method=usual_method(analysis) if method is None else find_method(method),
        prior=_chosen(analysis, prior),
        exclusion=exclusion,
        wrong=wrong,
    )
    with within_arithmetic(analysis):
        resting = certain_rests(analysis) - without
        # what is proved impossible need not be tried
        blamed, *others = _likely(analysis, ways_out, without) or [frozenset()]
        closest, question = _follow_all(question, blamed, resting)
        further = _missed_quantiles(analysis, closest.reconstruction) - resting - blamed
        if further and not wrong:
            resting |= further
            closest = min(closest, question.draft(blamed, resting), key=_missed)
        closest = _give_way(question, closest, [blamed, *others], resting)
        if not (parts or wrong) and _misses_tests_alone(closest):
            closest = min(closest, closest.completed(question.constraints(resting)), key=_missed)
    return closest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What patients are made for, whichever further figures are left out."""

    analysis: Analysis
    parts: Sequence[Sequence[Reconstruction]]  # sub-groups, factor by factor
    followed: Mapping[str, float]  # longest follow-up by arm id, from elsewhere
    without: frozenset[FigureKey]  # input figures that are left out anyway
    method: Method
    prior: PopulationPrior
    exclusion: Exclusion  # what the audit proves of figures that are kept together
    wrong: bool  # whether it proves that not all of them can be true
    # share of arms, by id, that is followed still at all arms' median follow-up; alike where None
    still_followed: Mapping[str, float] | None = None
    # orders of arms that are asked the same again when figures of others are left out
    orders: dict[Hashable, History] = field(default_factory=dict, compare=False, repr=False)

    def following(self, still_followed: Mapping[str, float]) -> _Question:
        """Take other shares of arms to be followed still at all arms' median follow-up."""
        return replace(self, still_followed=still_followed)

    def constraints(
        self, resting: frozenset[FigureKey], left_out: frozenset[FigureKey] = frozenset()
    ) -> AnalysisConstraints:
        """Read what is asked without some further figures."""
        asked = read_constraints(
            self.analysis, self.without | left_out, resting, self.still_followed
        )
        return asked.followed(self.followed)

    def draft_followed(
        self, left_out: frozenset[FigureKey], resting: frozenset[FigureKey]
    ) -> Draft:
        """Make patients, and move who is the median of all arms' follow-up where it helps."""
        draft = self.draft(left_out, resting)
        return min(draft, draft.with_median_follow_up(), key=_missed)

    def draft(self, left_out: frozenset[FigureKey], resting: frozenset[FigureKey]) -> Draft:
        """Make patients without some further figures; the record holds them to all."""
        constraints = self.constraints(resting, left_out)
        curves = _decode(self.analysis, constraints, self.method)
        listed = list_tasks(self.analysis, constraints, self.parts, curves, self.prior)
        tasks = [replace(task, orders=self.orders) for task in listed]
        if self._is_hopeless(left_out, constraints):
            tasks = [replace(tasks[0], stretches=1, hopeless=True)]
        # patients who miss one figure have been searched for at length
        elif self.wrong or self.still_followed or not all(map(gives_way_first, left_out)):
            tasks = list(map(shorten, tasks))
        return _closest(self.analysis, self.method, tasks, self.without)

    def _is_hopeless(
        self, left_out: frozenset[FigureKey], constraints: AnalysisConstraints
    ) -> bool:
        """Tell whether what few patients are asked is proved impossible: one attempt will do."""
        if max(arm.n for arm in constraints.arms) > _FEW:
            return False
        if self.wrong and self.exclusion.is_hopeless(self.without | left_out):
            return True
        return cannot_be_met(constraints)


def _follow_all(
    question: _Question, blamed: frozenset[FigureKey], resting: frozenset[FigureKey]
) -> tuple[Draft, _Question]:
    """
    Make patients who all together print their median follow-up, if it costs the arms nothing.

    Arms are taken to be followed alike; where that costs figures of their own, or hazards that real
    trials have, nothing is assumed of them. Then how much of each is followed so long is aimed anew
    until all arms print what is printed. Return them, and the question with what was assumed.
    """
    alike = question.draft_followed(blamed, resting)
    tried = [alike]
    if alike.may_be_followed_otherwise:
        apart = question.following({}).draft_followed(blamed, resting)
        tried = [apart] if apart.widened < _WIDENED_BY_IT * alike.widened else [alike, apart]
    groups = groups_followed(question.analysis)
    while groups and len(tried) <= _MOST_AIMS and not tried[-1].reconstruction.met:
        near = [one for draft in tried if (one := draft.followed) is not None]
        aim = aim_still_followed(near, groups[0])
        if aim is None:
            break
        tried.append(question.following(aim).draft_followed(blamed, resting))
        if tried[-1].followed is None:
            groups = groups[1:]
    # rather the follow-up of all arms is missed than a figure of an arm
    closest = min((*tried, alike), key=lambda draft: (_missed(draft), draft.followed is None))
    if closest is not alike:
        question = question.following(dict(closest.task.constraints.still_followed))
    return closest, question


def _give_way(
    question: _Question,
    closest: Draft,
    ways_out: Sequence[frozenset[FigureKey]],
    resting: frozenset[FigureKey],
) -> Draft:
    """Leave out what may cost the others, until nothing is missed but what has to be."""
    blamed = ways_out[0]
    for left_out in _further_ways(closest.reconstruction, ways_out):
        if _is_best(closest.reconstruction, blamed):
            break
        found = question.draft(left_out, resting)
        if _missed(found) < _missed(closest):
            closest, blamed = found, left_out if question.wrong else blamed
    return closest


def _further_ways(
    found: Reconstruction, ways_out: Sequence[frozenset[FigureKey]]
) -> list[frozenset[FigureKey]]:
    """List what may be left out besides, each once: other ways out, then what gives way."""
    blamed, *others = ways_out
    tests = frozenset(filter(is_p_value, found.missed_keys))
    # tests that are missed beside what has to be may be what costs the others
    ways = [one | tests for one in (ways_out if tests and blamed else others)]
    ways += figures_giving_way(found)
    return [one for one in dict.fromkeys(ways) if one != blamed]


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
    analysis = as_analysis(analysis, "strain_of")
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
    analysis = as_analysis(analysis, "meets_without")
    method = usual_method(analysis)
    try:
        with within_arithmetic(analysis):
            constraints = read_constraints(analysis, without, certain_rests(analysis) - without)
            if cannot_be_met(constraints):
                return False
            # whether figures can be met hardly depends on what fills the gaps: no second prior
            curves = _decode(analysis, constraints, method)
            tasks = [
                replace(shorten(task), stretches=stretches)
                for task in list_tasks(analysis, constraints, (), curves, find_prior("smooth"))
            ]
            return _closest(analysis, method, tasks, without).reconstruction.met
    except ReconstructionError:
        return False


def _decode(
    analysis: Analysis, constraints: AnalysisConstraints, method: Method
) -> tuple[ArmCurve | None, ...]:
    """Decode the curves of the arms, where the method follows them."""
    if method is not CURVES:
        return ()
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
        aimed = follow_up_missed_alone(found.reconstruction) is not None
        if task.prior.replaceable and found.solution.loss == 0.0 and not aimed:
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
