"""What the search for patients may cost, told from the question alone, before it begins."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.errors import ReconstructionError
from survkit.reconstruction.bounds import within_arithmetic
from survkit.reconstruction.constraints.cuts import collect_cuts
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.exclusion import Exclusion
from survkit.reconstruction.population.fit import fit_population
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.trial import Analysis, Figure

__all__ = [
    "LOGGER",
    "LONG",
    "Cost",
    "foresee_cost",
    "foresee_reasons",
    "tell_cost",
    "tell_draws",
    "tell_reasons",
]

LOGGER = "survkit"
"""Name of the logger that says what will take long."""
LONG = 30.0
"""Seconds from which on that is said."""
_PATIENTS_PER_SECOND = 5_000.0
"""Patients that are put in order and moved in a second, where all figures are met at once."""
_ORDER, _NUMBERS_OF_EVENTS = 1.2, 7
"""Seconds an arm's order may take, and numbers of events that are tried where none is printed."""
_DRAFTS, _EXPLAINED = 3, 3
"""How often patients are made where figures exclude each other; with reasons, how much longer."""
_SLOT, _MOST_SLOTS = 0.5, 300
"""Seconds that a visit of one arm may take as the search widens, and visits that are searched."""
_SLOT_IN_VAIN = 0.1
"""The same where the search does not widen, as figures exclude each other."""
_STRATIFIED = 5
"""Ways to fill strata, each with a search of its own where there are visits."""
_FIGURE_OF_GROUPS = 0.35
"""Seconds a figure of a sub-group may take, for each group by the same factor."""
_ATTEMPTS_AT_GROUPS = 4
"""How often who belongs to which sub-group is sought where the first attempt misses figures."""
_QUESTION, _LARGE = 0.15, 2_000.0
"""Seconds an arm may take that is asked without some figures, and patients that double it."""
_MOST_QUESTIONS, _SLIPS_AT_VISITS = 40, 3
"""Questions that a search for reasons may ask, and slips that it seeks patients for at visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """
    What a search may cost.

    Parameters
    ----------
    analysis : str
        The analysis' id.
    seconds : float
        On one core, about, and at most as a rule.
    reason : str
        What takes most of it, in words.
    """

    analysis: str
    seconds: float
    reason: str

    @property
    def sentence(self) -> str:
        """What is said of a search that may take long; empty for others."""
        if self.seconds <= LONG:
            return ""
        return f"{self.analysis}: {self.reason}: this may take {_about(self.seconds)}"


def foresee_cost(analysis: Analysis, *, explain: bool = False) -> Cost:
    """
    Tell how long the search for the patients of an analysis may take.

    A sum over what is asked, by constants that ``benchmarks/bench_cost.py`` holds against the clock
    of a processor: most searches take a tenth. Nothing is timed, so that the same question has the
    same answer everywhere.

    Parameters
    ----------
    analysis : Analysis
        A published analysis. Its sub-groups, or the parent that it is a sub-group of, are
        reconstructed with it, and count, too.
    explain : bool
        Whether slips and conflicts are sought, too, as `survkit.reproduce` does.

    Returns
    -------
    Cost
        Seconds on one core, and what takes them, of the analysis or of the parent that all are
        part of; none where no patients can be thought of.

    Examples
    --------
    >>> import survkit
    >>> foresee_cost(survkit.load_trial("radiant-3").analyses[0]).sentence
    ''
    """
    analysis = as_analysis(analysis, "foresee_cost")
    others = () if analysis.trial is None else analysis.trial.analyses
    whole = _whole(analysis, others)
    parts = _parts_of_search(whole, explain=explain)
    if not parts:
        return Cost(analysis=whole.id, seconds=0.0, reason="no patients can be made")
    if groups := [one for one in others if _whole(one, others).id == whole.id != one.id]:
        several = "s" if len(groups) > 1 else ""
        what = f"{len(groups)} sub-group{several} made of the same patients"
        parts[what] = _group_seconds(groups)
    reason = max(parts, key=lambda part: parts[part])
    return Cost(analysis=whole.id, seconds=sum(parts.values()), reason=reason)


def foresee_reasons(analysis: Analysis) -> Cost:
    """
    Tell how long it may take to find out why figures of an analysis are missed.

    Parameters
    ----------
    analysis : Analysis
        A published analysis whose figures were not met together, taken by itself.

    Returns
    -------
    Cost
        Seconds on one core that slips and conflicts may take; most take a tenth.
    """
    analysis = as_analysis(analysis, "foresee_reasons")
    reason = "figures are missed, and why is sought by leaving figures out in turn"
    try:
        with within_arithmetic(analysis):
            constraints = read_constraints(analysis)
            visits = _visits(constraints)
    except ReconstructionError:
        return Cost(analysis=analysis.id, seconds=0.0, reason=reason)
    inputs = sum(figure.role == "input" for figure in analysis.figures)
    seconds = min(inputs, _MOST_QUESTIONS) * sum(map(_question_seconds, constraints.arms))
    seconds += _SLIPS_AT_VISITS * _visit_seconds(analysis, visits)
    return Cost(analysis=analysis.id, seconds=seconds, reason=reason)


def tell_cost(analysis: Analysis, *, explain: bool = False, known: Collection[str] = ()) -> None:
    """
    Warn, by the logger ``survkit``, of a search that may take long, before it begins.

    `known` are the ids of analyses whose patients are there.
    """
    cost = foresee_cost(analysis, explain=explain)
    if cost.sentence and cost.analysis not in known:
        logging.getLogger(LOGGER).warning("%s", cost.sentence)


def tell_reasons(analysis: Analysis) -> None:
    """Warn likewise of a search for reasons, before it begins."""
    if said := foresee_reasons(analysis).sentence:
        logging.getLogger(LOGGER).warning("%s", said)


def tell_draws(analysis: Analysis, count: int, *, with_groups: bool = False) -> None:
    """
    Warn likewise of many data sets that are made one after the other.

    With `with_groups` each is divided among the analysis' sub-groups, once.
    """
    analysis = as_analysis(analysis, "tell_draws")
    alone = foresee_cost(analysis.model_copy())  # a copy stands alone, without a trial
    each = foresee_cost(analysis).seconds / _ATTEMPTS_AT_GROUPS if with_groups else alone.seconds
    cost = Cost(analysis=analysis.id, seconds=count * each, reason=f"{count:,} data sets")
    if cost.sentence:
        logging.getLogger(LOGGER).warning("%s", cost.sentence)


def _whole(analysis: Analysis, others: Sequence[Analysis]) -> Analysis:
    """Return the analysis that this one is a part of, however often divided; itself if of none."""
    by_id = {one.id: one for one in others}
    for _ in others:
        analysis = by_id.get(analysis.of or "", analysis)
    return analysis


def _parts_of_search(analysis: Analysis, *, explain: bool) -> dict[str, float]:
    """Return seconds by what takes them; nothing where no patients can be thought of."""
    try:
        with within_arithmetic(analysis):
            constraints = read_constraints(analysis)
            wrong = Exclusion(analysis).holds(frozenset())
            visits = _visits(constraints)
    except ReconstructionError:
        return {}
    patients = sum(arm.n for arm in constraints.arms)
    parts = {f"{patients:,} patients": patients / _PATIENTS_PER_SECOND}
    if wrong:
        drafts = _DRAFTS * (_EXPLAINED if explain else 1)
        seconds = drafts * sum(map(_order_seconds, constraints.arms))
        seconds += drafts * _SLOT_IN_VAIN * visits * len(constraints.arms)
        parts["printed figures exclude each other, as survkit audit says"] = seconds
    else:
        parts[f"{visits} visits"] = _visit_seconds(analysis, visits)
    return parts


def _visit_seconds(analysis: Analysis, visits: int) -> float:
    """Bound the search for patients who are seen at visits."""
    return _SLOT * visits * len(analysis.arms) * (_STRATIFIED if analysis.stratification else 1)


def _group_seconds(groups: Sequence[Analysis]) -> float:
    """Bound the search for who of all patients belongs to which sub-group."""
    factors = Counter((one.of, one.by or one.id) for one in groups)
    return _FIGURE_OF_GROUPS * sum(
        factors[one.of, one.by or one.id] * sum(_asks_members(figure) for figure in one.figures)
        for one in groups
    )


def _asks_members(figure: Figure) -> bool:
    """Tell whether a figure of a sub-group may be missed: as many members as printed are taken."""
    return figure.role == "input" and figure.key.quantity != "n"


def _question_seconds(arm: ArmConstraints) -> float:
    """Bound the search for patients of an arm without some of its figures."""
    return _QUESTION * (1.0 + arm.n / _LARGE) * _numbers_of_events(arm)


def _order_seconds(arm: ArmConstraints) -> float:
    """Bound the search for an order of an arm whose figures do not go together."""
    if not collect_cuts(arm):
        return 0.0
    return _ORDER * _numbers_of_events(arm)


def _numbers_of_events(arm: ArmConstraints) -> int:
    """Return how many numbers of events are tried."""
    return _NUMBERS_OF_EVENTS if arm.events is None and arm.survival else 1


def _visits(constraints: AnalysisConstraints) -> int:
    """Count the visits that are searched."""
    if constraints.schedule is None:
        return 0
    ends = [arm.end.upper for arm in constraints.arms if arm.end is not None]
    end = max([constraints.last_printed_time, *ends]) if ends else fit_population(constraints).end
    return min(constraints.schedule.visits(end).size, _MOST_SLOTS)


def _about(seconds: float) -> str:
    """Round a time to ten seconds, or to minutes."""
    return f"{seconds / 60:.0f} minutes" if seconds > 150.0 else f"{round(seconds, -1):.0f} s"
