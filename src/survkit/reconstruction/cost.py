"""What the search for patients may cost, told from the question alone, before it begins."""

from __future__ import annotations

import logging
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
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.trial import Analysis

__all__ = ["LOGGER", "LONG", "Cost", "foresee_cost", "tell_cost"]

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
        A published analysis, taken by itself.
    explain : bool
        Whether slips and conflicts are sought, too, as `survkit.reproduce` does.

    Returns
    -------
    Cost
        Seconds on one core, and what takes them; none where no patients can be thought of.

    Examples
    --------
    >>> import survkit
    >>> foresee_cost(survkit.load_trial("radiant-3").analyses[0]).sentence
    ''
    """
    analysis = as_analysis(analysis, "foresee_cost")
    try:
        with within_arithmetic(analysis):
            constraints = read_constraints(analysis)
            wrong = Exclusion(analysis).holds(frozenset())
            visits = _visits(constraints)
    except ReconstructionError:
        return Cost(analysis=analysis.id, seconds=0.0, reason="no patients can be made")
    patients = sum(arm.n for arm in constraints.arms)
    parts = {f"{patients:,} patients": patients / _PATIENTS_PER_SECOND}
    if wrong:
        drafts = _DRAFTS * (_EXPLAINED if explain else 1)
        seconds = drafts * sum(map(_order_seconds, constraints.arms))
        seconds += drafts * _SLOT_IN_VAIN * visits * len(constraints.arms)
        parts["printed figures exclude each other, as survkit audit says"] = seconds
    else:
        strata = _STRATIFIED if analysis.stratification else 1
        parts[f"{visits} visits"] = _SLOT * visits * len(constraints.arms) * strata
    reason = max(parts, key=lambda part: parts[part])
    return Cost(analysis=analysis.id, seconds=sum(parts.values()), reason=reason)


def tell_cost(analysis: Analysis, *, explain: bool = False) -> None:
    """Warn, by the logger ``survkit``, of a search that may take long, before it begins."""
    if said := foresee_cost(analysis, explain=explain).sentence:
        logging.getLogger(LOGGER).warning("%s", said)


def _order_seconds(arm: ArmConstraints) -> float:
    """Bound the search for an order of an arm whose figures do not go together."""
    if not collect_cuts(arm):
        return 0.0
    return _ORDER * (_NUMBERS_OF_EVENTS if arm.events is None and arm.survival else 1)


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
