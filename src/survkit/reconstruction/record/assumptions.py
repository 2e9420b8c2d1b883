"""What no paper printed and the patients need all the same, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import quantile_of_rest, rest_on, tabulate_arm
from survkit.quantity import QUANTILES, QUANTITIES, FigureKey
from survkit.trial import hypothesis_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.solution import Solution, Task
    from survkit.trial import Analysis

__all__ = [
    "DRAWN",
    "assumed_directions",
    "assumed_follow_up",
    "assumed_plateaus",
    "events_found",
    "list_assumptions",
]

DRAWN = (
    "no way was found to print more of the figures with the likeliest hazards: others are "
    "taken, drawn as real trials vary"
)
"""What is said of patients of a population that is not the likeliest."""
_HALF = 0.5
"""Share of an arm that is followed still at its own median follow-up."""


def list_assumptions(task: Task, solution: Solution, unit: str) -> list[str]:
    """Say what was not printed and is needed all the same."""
    constraints = task.constraints
    sentences = [said for curve in task.curves if curve is not None for said in curve.said]
    followed = [curve is not None and curve.decoded is not None for curve in task.curves]
    if any(followed):
        sentences += _ends_of_curves(task, followed, unit)
    elif not any(arm.end is not None for arm in constraints.arms):
        sentences.append(_follow_up(solution, unit))
    for arm, patients in zip(constraints.arms, solution.arms, strict=True):
        if arm.events is None:
            sentences.append(_events(constraints, arm.id, int(patients.event.sum())))
    sentences += _shapes(solution)
    if constraints.schedule is not None:
        sentences += _off_visits(constraints, constraints.schedule, solution)
    else:
        sentences += _tied_events(task, solution)
    return sentences


def assumed_directions(analysis: Analysis) -> Iterator[str]:
    """Say which way the one-sided tests of an analysis look, where its file does not."""
    for contrast in analysis.contrasts:
        hypothesis = hypothesis_of(analysis.arms, contrast)
        test = contrast.p_value
        if test is not None and test.role == "input" and hypothesis.assumed:
            yield (
                f"the one-sided p-value of {contrast.subject} is taken to test for a ratio "
                f"{hypothesis.alternative} than 1, as the printed figures point"
            )


def assumed_follow_up(constraints: AnalysisConstraints) -> Iterator[str]:
    """Say how long arms are taken to be followed, by the median follow-up of all arms."""
    still = dict(constraints.still_followed)
    alike = [arm for arm, share in still.items() if share == _HALF]
    if alike:
        yield f"each arm is taken to have the median follow-up of all arms: {', '.join(alike)}"
    for arm in (arm for arm in still if arm not in alike):
        yield (
            f"{still[arm]:.1%} of arm {arm} are taken to be followed still at the median follow-up "
            "of all arms"
        )


def assumed_plateaus(analysis: Analysis, solution: Solution) -> Iterator[str]:
    """Say where a curve rests on a share and the printed quantile tells by which convention."""
    if analysis.plateau is not None:
        return
    printed = {one.key: one.printed for one in analysis.figures if one.role == "input"}
    for arm, patients in zip(analysis.arms, solution.patients, strict=True):
        table = tabulate_arm(patients.time, patients.event)
        for quantity, share in QUANTILES.items():
            figure = printed.get(FigureKey(quantity, arm.id))
            rest = rest_on(table, share, float(patients.time.max()))
            if figure is None or rest is None or figure.admits(rest[0]):
                continue
            found = quantile_of_rest(rest, None, figure)
            if figure.admits(found):
                read = "not estimable" if np.isinf(found) else "the middle of the rest"
                name = QUANTITIES[quantity].label
                yield f"the curve of arm {arm.id} rests on {share:.0%}: its {name} is {read}"


def _ends_of_curves(task: Task, followed: list[bool], unit: str) -> Iterator[str]:
    """Say which arms are followed as long as their curve is drawn, for want of anything printed."""
    for arm, curve in zip(task.constraints.arms, task.curves, strict=True):
        if arm.end is None and curve is not None and curve.decoded is not None:
            last = float(curve.decoded.time[-1])
            yield f"maximum follow-up of arm {arm.id} is not printed: {last:.1f} {unit}s, as drawn"
    if not all(followed):
        yield "arms without a curve follow their printed figures alone"


def _tied_events(task: Task, solution: Solution) -> Iterator[str]:
    """Say how many events share a time, which no clock asks for."""
    drawn = (curve.decoded for curve in task.curves if curve is not None)
    decoded = sum(_sharing(one.time[one.event]) for one in drawn if one is not None)
    tied = _sharing(np.concatenate([one.time[one.event] for one in solution.arms]))
    if not tied:
        return
    reason = "printed figures need it"
    if decoded:
        reason = "as decoded from their curves"
    if tied > decoded > 0:
        reason = f"{decoded} as decoded from their curves, the others as printed figures need it"
    yield f"{tied} events share their times with others: {reason}"


def _sharing(times: Floats | NDArray[np.int64]) -> int:
    """Count the times that are not alone."""
    _, counts = np.unique(times, return_counts=True)
    return int(counts[counts > 1].sum())


def _shapes(solution: Solution) -> Iterator[str]:
    """Say where events gather at visits, and where the shapes of real trials had to give way."""
    population = solution.population
    if population is None:
        return
    if population.by_visits:
        yield (
            "when progression was looked for is not printed: events gather at visits where figures "
            "and real trials have them"
        )
    if population.instead_of:
        yield (
            f"no way was found to print more of the figures with the {population.instead_of} "
            f"prior: hazards are those of the {population.prior} one"
        )
    if population.drawn:
        yield DRAWN
    if population.widened > 1.0:
        yield (
            "the figures are far from what hazards of real trials would print: these shapes are "
            f"given {population.widened:.1f} times the usual variance"
        )


def _follow_up(solution: Solution, unit: str) -> str:
    """Say how long patients are followed, where that is not printed, and what it comes from."""
    longest = max(float(patients.time.max()) for patients in solution.patients)
    said = f"maximum follow-up is not printed: {longest:.1f} {unit}s are assumed"
    follow_up = solution.population.follow_up if solution.population is not None else None
    if follow_up is None or not follow_up.basis:
        return said
    said += f", from {follow_up.basis}"
    if follow_up.lower < follow_up.upper:
        usual = f"{follow_up.lower:.1f} to {follow_up.upper:.1f} in four of five such trials"
        said += f" ({usual})"
    if follow_up.unusual:
        said += "; no trial of such a time scale was there to learn from"
    return said


def _tells_of_events(constraints: AnalysisConstraints) -> bool:
    """Tell whether anything but the number of patients is printed."""
    of_arms = any(
        arm.quantiles or arm.survival or arm.at_risk or arm.events is not None or arm.horizons
        for arm in constraints.arms
    )
    asked = any(contrast.asks for contrast in constraints.contrasts)
    return of_arms or asked or constraints.total_events is not None


def _events(constraints: AnalysisConstraints, arm: str, events: int) -> str:
    """Say how far what is printed tells the events of an arm."""
    if not _tells_of_events(constraints):
        return f"events of arm {arm} are not printed: {events} are assumed"
    unprinted = [one.id for one in constraints.arms if one.events is None]
    if constraints.total_events is not None and unprinted == [arm]:
        return f"events of arm {arm} are not printed: {events} follow from their total"
    return events_found(arm, events)


def _off_visits(
    constraints: AnalysisConstraints, schedule: Schedule, solution: Solution
) -> Iterator[str]:
    """Say how many events lie between visits, arm by arm."""
    for arm, patients in zip(constraints.arms, solution.patients, strict=True):
        times = patients.time[patients.event]
        off = int((~schedule.is_visit(times, solution.clock.tick)).sum())
        if off:
            lie = "event lies" if off == 1 else "events lie"
            yield f"{off} {lie} between visits in arm {arm.id}: a printed figure needs it"


def events_found(arm: str, events: int) -> str:
    """Say that the events of an arm were not printed; other numbers may print the figures, too."""
    return (
        f"events of arm {arm} are not printed: {events} go together with the other figures, "
        "as other numbers may"
    )
