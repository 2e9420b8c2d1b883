"""What whole data sets say of figures that had no part in them: kept out, or left out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.crossvalidation import CrossValidation, Prediction, list_omissions
from survkit.ensembles.bands import check_level, interval, reach_of_steps, spread_at
from survkit.ensembles.drawing import draw_members, prepare_draws
from survkit.ensembles.ensemble import check_members
from survkit.errors import SurvkitError
from survkit.interval import Interval
from survkit.quantity import FigureKey
from survkit.reconstruction.cost import tell_draws
from survkit.reconstruction.population.priors import find_prior
from survkit.reconstruction.record.measurement import measure_figures
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.arrays import Floats
    from survkit.ensembles.drawing import Member
    from survkit.trial import Analysis, Figure

__all__ = ["crossvalidate_members", "list_kept_out", "predict_figures", "predict_in_turn"]


def crossvalidate_members(
    analysis: Analysis, members: int = 40, seed: int = 1, *, workers: int | None = None
) -> CrossValidation:
    """
    Predict each printed figure by whole data sets that were made without it.

    Each input figure is left out with its interval, and members are drawn that print all others;
    checks are predicted by members that print all inputs. What leads to no members has no row.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    members : int
        How many data sets for each, 2 or more.
    seed : int
        Seed of all that is drawn, 0 or more.
    workers : int, optional
        Processes side by side, as many as there are cores if left out.

    Returns
    -------
    CrossValidation
        The predictions; surprises, which the population stage has, are none.

    Raises
    ------
    SurvkitError
        If no patients are found that print every input figure, if a drawn curve shapes them, or if
        a number is out of range.
    """
    asked = as_analysis(analysis, "crossvalidate_members")
    found = [
        one
        for _, predictions in predict_in_turn(asked, members, seed, workers=workers)
        for one in predictions
    ]
    return CrossValidation(
        analysis=asked,
        prior=find_prior(asked.prior).name,
        predictions=tuple(sorted(found, key=lambda one: one.probability)),
        surprises=(),
    )


def predict_in_turn(
    analysis: Analysis, members: int, seed: int, *, workers: int | None = None
) -> Iterator[tuple[tuple[FigureKey, ...], tuple[Prediction, ...]]]:
    """
    Leave out one figure after the other, and predict it.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    members : int
        How many data sets for each, 2 or more.
    seed : int
        Seed of all that is drawn, 0 or more.
    workers : int, optional
        Processes side by side.

    Yields
    ------
    tuple
        What was left out, and its predictions as soon as they are there: first all checks together,
        then one input figure with its interval after the other. There are none where no data set
        prints all other figures.

    Raises
    ------
    SurvkitError
        As `crossvalidate_members`.
    """
    check_members(members)
    prepare_draws(analysis, seed=seed)  # refuses what no ensemble can be drawn of
    figures = {figure.key: figure for figure in analysis.figures if figure.role == "input"}
    kept_out = list_kept_out(analysis)
    asked = [(frozenset[FigureKey](), kept_out)] if kept_out else []
    for omission in list_omissions(analysis):
        wanted = [figures[key] for key in omission.reported if key in figures]
        if wanted:
            asked.append((omission.keys & figures.keys(), wanted))
    tell_draws(analysis, members * len(asked))
    for without, wanted in asked:
        keys = tuple(figure.key for figure in wanted)
        try:
            draws = prepare_draws(analysis, seed=seed, without=without)
            drawn = [*draw_members(draws, range(1, members + 1), workers=workers)]
        except SurvkitError:  # no data set that prints the others was found
            yield keys, ()
            continue
        yield keys, tuple(predict_figures(analysis, drawn, wanted))


def list_kept_out(analysis: Analysis) -> list[Figure]:
    """
    List the checks of an analysis.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.

    Returns
    -------
    list of Figure
        In the file's order, without reprints of each other and of input figures.
    """
    analysis = as_analysis(analysis, "list_kept_out")
    inputs = {figure.key for figure in analysis.figures if figure.role == "input"}
    checks = {figure.key: figure for figure in reversed(analysis.figures)}
    return [
        figure
        for figure in analysis.figures
        if figure.key not in inputs and checks[figure.key] is figure
    ]


def predict_figures(
    analysis: Analysis, members: Sequence[Member], figures: Sequence[Figure], level: float = 0.9
) -> Iterator[Prediction]:
    """
    Say between which values members have some figures.

    Parameters
    ----------
    analysis : Analysis
        The analysis, whose conventions apply.
    members : sequence of Member
        Data sets that were made without the figures.
    figures : sequence of Figure
        Which ones.
    level : float
        Share of what is drawn that lies between the ends. Percentages have the spread of bands, and
        reach as far beyond the members.

    Yields
    ------
    Prediction
        One per figure, in their order. Its probability is that of a rank among the members, on the
        side on which there are fewer, doubled.

    Raises
    ------
    SurvkitError
        If `level` is not between 0 and 1.
    """
    check_level(level)
    values = np.array([_measure(analysis, member, figures) for member in members])
    for figure, column in zip(figures, values.T, strict=True):
        percent = figure.key.quantity == "survival"
        spread = spread_at(level) if percent else 1.0
        lower, middle, upper = interval(column, level, spread=spread).tolist()
        if percent:
            patients = int(analysis.arm(figure.key.subject).n.printed.value)
            further = 100.0 * reach_of_steps(level, patients)
            lower, upper = max(lower - further, 0.0), min(upper + further, 100.0)
        yield Prediction(
            figure=figure,
            lower=lower,
            middle=middle,
            upper=upper,
            probability=_rank(column, Interval.of(figure.printed)),
        )


def _measure(analysis: Analysis, member: Member, figures: Sequence[Figure]) -> list[float]:
    """Measure figures of one member; tests are those of its patients as a whole."""
    ipd = member.reconstruction.ipd
    arms = [ipd[ipd["arm"] == arm.id] for arm in analysis.arms]
    times = [arm["time"].to_numpy() for arm in arms]
    events = [arm["event"].to_numpy() == 1 for arm in arms]
    return measure_figures(analysis, times, events, figures)


def _rank(values: Floats, window: Interval) -> float:
    """Return how often a member would print a figure, or be beyond it on the nearer side."""
    below, above = (values <= window.upper).sum(), (values >= window.lower).sum()
    return float(min(2 * (min(below, above) + 1) / (values.size + 1), 1.0))
