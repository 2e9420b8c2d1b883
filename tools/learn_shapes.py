"""Learn the shapes of hazards from real trials, and write them into the package.

Events and censorings of each trial are counted in cells of time, relative to the median and to the
follow-up; log hazards at knots are normal over trials; mean and covariance are found by expectation
and maximisation, so that the noise of samples does not pass for variety of trials. Hazards of
progression are those on the clock of the trial's assessments, as far as its events tell it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survkit.kernels import ArmTimes, quantile_time, survival_at, tabulate_arm
from survkit.reconstruction.population.endpoints import is_progression
from survkit.reconstruction.population.rhythms import WEEK, Rhythm
from survkit.reconstruction.population.shapes import (
    USUAL_LOG_MONTHS,
    Curves,
    Normal,
    Pair,
    Shapes,
    describe_trial,
    log_minus_log,
)
from survkit.reconstruction.record.plausibility import score_arm
from tools.learn_rhythms import choose_rhythms, clock_of, rhythm_likelihoods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Floats = NDArray[np.float64]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TARGET = Path(__file__).resolve().parents[1] / "src/survkit/reconstruction/population/shapes.json"
SOURCE = (
    "{sets} two-arm data sets of {publications} oncology phase III publications of 2014 to 2016, "
    "from the R package kmdata (raredd/kmdata), MIT licence, copyright its authors: "
    "Fell G, Redd RA, Rahman R et al. Means and covariances only, made by tools/learn_shapes.py; "
    "no patient's data are in this file."
)
REACHED = (0, 0.12, 0.25, 0.4, 0.55, 0.75, 1, 1.25, 1.5, 1.8, 2.2, 2.7, 3.4, 4.3, 5.5, 7.5)
NOT_REACHED = (0, 0.04, 0.1, 0.17, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
LEAVING = (0, 0.05, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.78, 0.85, 0.9, 0.94, 0.97, 1)
FOLDS = 5
_ROUNDS, _NEWTON_STEPS, _LONGEST_STEP = 25, 3, 2.0
_RIDGE = 15.0
"""Shrinks what depends on the kind of trial, as so many trials that show no difference would."""
_PRIOR_TRIALS = 8.0
"""As many trials as the covariance before any data counts for."""
_NUGGET = 0.05
_FEWEST_EXPECTED = 1.0
"""Expected events of a cell from which on it tells how much counts vary."""
_USUAL_EXCESS = 0.25
"""Log of follow-up over the last time that is reached, before any data; counts as one trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """
    One data set.

    Parameters
    ----------
    name, endpoint : str
        Its name and its endpoint.
    times, events : tuple of ndarray
        Patients of the reference arm and of the experimental one.
    medians : tuple of float
        Printed medians, infinite where they are not reached.
    last_reached : float
        The latest printed median or limit of an arm in which another is not reached; 0 where there
        is none.
    log_ratio : float
        Log of the printed hazard ratio.
    months : float
        Months in its unit of time.
    rhythms : ndarray of float, optional
        How well rhythms of assessment go together with its events, where these are progression.
    """

    name: str
    endpoint: str
    times: tuple[Floats, Floats]
    events: tuple[Floats, Floats]
    medians: tuple[float, float]
    last_reached: float
    log_ratio: float
    months: float
    rhythms: Floats | None = None

    @property
    def publication(self) -> str:
        """The publication that the data set comes from: its name up to the first underscore."""
        return self.name.partition("_")[0]

    @property
    def n(self) -> int:
        """Patients of both arms."""
        return self.times[0].size + self.times[1].size

    @property
    def n_events(self) -> float:
        """Events of both arms."""
        return float(self.events[0].sum() + self.events[1].sum())

    @property
    def ends(self) -> tuple[float, float]:
        """The last time of each arm."""
        return float(self.times[0].max()), float(self.times[1].max())

    @property
    def median(self) -> float:
        """The middle of both medians, of the one that is reached and the ratio, or infinity."""
        reference, experimental = self.medians
        if math.isfinite(reference) and math.isfinite(experimental):
            return math.sqrt(reference * experimental)
        half = math.exp(0.5 * self.log_ratio)
        return min(reference / half, experimental * half)


def read_sets(data: Path) -> list[Taught]:
    """Read every data set of a folder."""
    return [_read(data, path.stem) for path in sorted((data / "figures").glob("*.json"))]


def _read(data: Path, name: str) -> Taught:
    printed = json.loads((data / "figures" / f"{name}.json").read_text("utf-8"))
    frame = pd.read_csv(data / "ipd" / f"{name}.csv")
    arms = [frame[frame["arm"] == arm] for arm in (0, 1)]
    quantiles = [
        [
            float(time) if time[0].isdigit() else math.inf
            for time in (own["median"], *own["median_ci"])
        ]
        for own in (printed["arms"][arm] for arm in ("reference", "experimental"))
    ]
    endpoint, months = printed["endpoint"], {"months": 1.0, "years": 12.0}[printed["time_unit"]]
    weeks, events = frame["time"].to_numpy(float) * months / WEEK, frame["status"].to_numpy(float)
    return Taught(
        name=name,
        endpoint=endpoint,
        times=(arms[0]["time"].to_numpy(float), arms[1]["time"].to_numpy(float)),
        events=(arms[0]["status"].to_numpy(float), arms[1]["status"].to_numpy(float)),
        medians=(quantiles[0][0], quantiles[1][0]),
        last_reached=_last_before_unreached(quantiles),
        log_ratio=math.log(float(printed["contrast"]["hazard_ratio"])),
        months=months,
        rhythms=rhythm_likelihoods(weeks, events) if is_progression(endpoint) else None,
    )


def _last_before_unreached(quantiles: Sequence[Sequence[float]]) -> float:
    """Return the latest of the medians and limits of arms in which another is not reached."""
    cut = [arm for arm in quantiles if math.inf in arm]
    return max((time for arm in cut for time in arm if math.isfinite(time)), default=0.0)


def learn(sets: Sequence[Taught]) -> Shapes:
    """Learn the shapes of some data sets, and how unusual each is by what the others taught."""
    return replace(learn_shapes(sets), scores=_scores(sets))


def learn_by_fold(sets: Sequence[Taught]) -> list[tuple[list[Taught], Shapes]]:
    """Divide data sets by publication, each part with the shapes that the other parts teach."""
    fold = fold_of_each(sets)
    return [
        (
            [one for one in sets if fold[one.name] == number],
            learn_shapes([one for one in sets if fold[one.name] != number]),
        )
        for number in sorted(set(fold.values()))
    ]


def fold_of_each(sets: Sequence[Taught]) -> dict[str, int]:
    """Say which part each data set is in, by its name; those of one publication stay together."""
    publications = sorted({one.publication for one in sets})
    fold = {publication: number % FOLDS for number, publication in enumerate(publications)}
    return {one.name: fold[one.publication] for one in sets}


def _scores(sets: Sequence[Taught]) -> Floats:
    """Return every fifth percentile of how unusual real arms are, by kind of endpoint."""
    found: tuple[list[float], list[float]] = ([], [])
    for apart, shapes in learn_by_fold(sets):
        for one, arm in product(apart, (0, 1)):
            patients = ArmTimes(time=one.times[arm], event=one.events[arm] == 1.0)
            judged = score_arm(patients, one.endpoint, one.months, one.n, shapes)
            if judged is not None:
                found[int(judged.trial[1])].append(judged.score)
    shares = np.linspace(0.0, 1.0, 21)
    return np.array([np.quantile(kind or [0.0], shares) for kind in found])


def learn_shapes(sets: Sequence[Taught]) -> Shapes:
    """Learn the shapes of some data sets; nothing is scored."""
    reached = [one for one in sets if math.isfinite(one.median)]
    not_reached = [one for one in sets if not all(map(math.isfinite, one.medians))]
    publications = {one.publication for one in sets}
    rhythms = _learn_rhythms(sets)
    return Shapes(
        reached=_learn_reached(reached, rhythms),
        not_reached=_learn_not_reached(not_reached),
        leaving=_learn_leaving(sets),
        follow_up=_follow_up(reached),
        follow_up_not_reached=_follow_up(not_reached),
        after_last_reached=_after_last_reached(sets),
        scores=np.zeros((2, 21)),
        log_ratio=_moments([one.log_ratio for one in sets]),
        rhythms=rhythms,
        source=SOURCE.format(sets=len(sets), publications=len(publications)),
    )


def _learn_rhythms(sets: Sequence[Taught]) -> tuple[Rhythm, ...]:
    """Learn how sharply progression is seen at visits."""
    progressing = [(one.rhythms, one.n_events) for one in sets if one.rhythms is not None]
    return choose_rhythms([one for one, _ in progressing], [events for _, events in progressing])


def _learn_reached(sets: Sequence[Taught], rhythms: tuple[Rhythm, ...]) -> Pair:
    """Learn log hazards of events over time in medians, on the clock of each trial."""
    cells = np.concatenate((np.arange(0.0, 2.0, 0.05), np.arange(2.0, 14.0, 0.15)))
    knots = np.array(REACHED, dtype=float)
    trials = [
        describe_trial(
            one.endpoint,
            log_follow_up=math.log(max(one.ends) / one.median),
            log_months=math.log(one.median * one.months) - USUAL_LOG_MONTHS[0],
            n=one.n,
        )
        for one in sets
    ]
    counted = [
        _on_the_clock(_counts(one, cells, (one.median,) * 2, of_events=True), one, cells, rhythms)
        for one in sets
    ]
    at = 2.0 * np.log(knots + 0.25)
    return _pair(counted, trials, cells, knots, (_kernel(at, 0.3, 0.5), _kernel(at, 0.1, 0.3)))


def _learn_not_reached(sets: Sequence[Taught]) -> Pair:
    """Learn log hazards of events over time in follow-ups."""
    cells, knots = np.linspace(0.0, 1.0, 41), np.array(NOT_REACHED, dtype=float)
    trials = [
        describe_trial(
            one.endpoint,
            log_months=math.log(max(one.ends) * one.months) - USUAL_LOG_MONTHS[1],
            n=one.n,
        )
        for one in sets
    ]
    counted = [_counts(one, cells, (max(one.ends),) * 2, of_events=True) for one in sets]
    at = 4.0 * knots
    return _pair(counted, trials, cells, knots, (_kernel(at, 0.7, 0.5), _kernel(at, 0.1, 0.4)))


def _learn_leaving(sets: Sequence[Taught]) -> Pair:
    """Learn log hazards of censoring over time in follow-ups; no arm is favoured."""
    cells, knots = np.linspace(0.0, 1.0, 41), np.array(LEAVING, dtype=float)
    trials = [describe_trial(one.endpoint) for one in sets]
    counted = [_counts(one, cells, one.ends, of_events=False) for one in sets]
    at = 6.0 * knots
    kernels = _kernel(at, 0.7, 0.7), _kernel(at, 0.15, 0.25)
    return _pair(counted, trials, cells, knots, kernels, centred=True)


def _moments(values: Iterable[float]) -> tuple[float, float]:
    found = np.array(list(values))
    return float(found.mean()), float(found.std(ddof=1))


def _follow_up(sets: Sequence[Taught]) -> Normal:
    """
    Learn how long trials are followed, together with what is printed about it.

    Kinds of endpoints have means of their own, shrunk towards that of all.
    """
    rows = np.array([_durations(one) for one in sets])
    kinds = np.array([describe_trial(one.endpoint)[:3] for one in sets])
    ridge = _PRIOR_TRIALS * np.diag([0.0, 1.0, 1.0])
    mean = np.linalg.solve(kinds.T @ kinds + ridge, kinds.T @ rows)
    rest = rows - kinds @ mean
    return Normal(mean=mean, covariance=rest.T @ rest / max(len(sets) - 3, 1))


def _durations(one: Taught) -> list[float]:
    """Return the entries of `DURATIONS`."""
    time, event = np.concatenate(one.times), np.concatenate(one.events)
    end = float(time.max())
    followed = quantile_time(tabulate_arm(time, event == 0.0), 0.5)
    median = one.median if math.isfinite(one.median) else _extrapolated_median(time, event, end)
    return [
        math.log(end * one.months),
        math.log(median * one.months),
        log_minus_log(float(event.mean())),
        math.log(min(followed, end) * one.months),
    ]


def _extrapolated_median(time: Floats, event: Floats, end: float) -> float:
    """Return the median of an exponential curve through the middle of the follow-up."""
    half = 0.5 * end
    survival = float(survival_at(tabulate_arm(time, event == 1.0), np.array([half]))[0])
    return half * math.log(0.5) / math.log(survival)


def _after_last_reached(sets: Sequence[Taught]) -> float:
    """Learn how much later than what is reached follow-up ends where the next is not reached."""
    excess = [math.log(max(one.ends) / one.last_reached) for one in sets if one.last_reached > 0.0]
    return float(np.mean([*excess, _USUAL_EXCESS]))


def _kernel(positions: Floats, level: float, change: float) -> Floats:
    """Covariance before any data: a random level that wanders, and a little of each knot alone."""
    distance = np.abs(positions[:, None] - positions[None, :])
    nugget = _NUGGET**2 * np.eye(positions.size)
    return level**2 + change**2 * np.exp(-distance) + nugget


@dataclass(frozen=True, slots=True)
class _Counts:
    """Exposure and counts of both arms in cells, each of shape (2, k), and the log ratio."""

    exposure: Floats
    counts: Floats


def _counts(one: Taught, cells: Floats, scales: tuple[float, float], *, of_events: bool) -> _Counts:
    """Count both arms in cells of their scale; exposure is in units of it, and times the ratio."""
    exposures, counts = [], []
    for time, event, scale, half in zip(one.times, one.events, scales, (-0.5, 0.5), strict=True):
        relative = time / scale
        inside = np.clip(relative[:, None], cells[:-1], cells[1:]) - cells[:-1]
        counted = relative[event == float(of_events)]
        if not of_events:
            counted = counted[counted < 1.0]  # the last to leave defines the follow-up
        ratio = math.exp(half * one.log_ratio) if of_events else 1.0
        exposures.append(inside.sum(axis=0) * ratio)
        counts.append(np.histogram(counted, cells)[0].astype(float))
    return _Counts(np.array(exposures), np.array(counts))


def _on_the_clock(
    counted: _Counts, one: Taught, cells: Floats, rhythms: tuple[Rhythm, ...]
) -> _Counts:
    """Let exposure pass as the clock of a trial's assessments does, where it has one."""
    if one.rhythms is None:
        return counted
    clock = clock_of(one.rhythms, rhythms, one.median * one.months / WEEK)
    return replace(counted, exposure=counted.exposure * clock.pace(cells))


def _pair(
    counted: Sequence[_Counts],
    trials: Sequence[Floats],
    edges: Floats,
    knots: Floats,
    kernels: tuple[Floats, Floats],
    *,
    centred: bool = False,
) -> Pair:
    """Learn middle and difference of two arms' log hazards, in units of their scale."""
    middles = 0.5 * (edges[1:] + edges[:-1])
    weights = np.stack([np.interp(middles, knots, row) for row in np.eye(knots.size)], axis=1)
    design = np.concatenate(
        [np.concatenate((weights, half * weights), axis=1) for half in (-0.5, 0.5)]
    )
    size = knots.size
    prior = np.zeros((2 * size, 2 * size))
    prior[:size, :size], prior[size:, size:] = kernels
    counts = np.array([one.counts.ravel() for one in counted])
    exposure = np.array([one.exposure.ravel() for one in counted])
    described = np.array(trials)
    learned = _maximise(counts, exposure, design, described, prior, centred=centred)
    mean, covariance = learned.mean, learned.covariance
    return Pair(
        clumping=learned.clumping,
        middle=Curves(knots=knots, mean=mean[:, :size], covariance=covariance[:size, :size]),
        apart=Curves(knots=knots, mean=mean[:, size:], covariance=covariance[size:, size:]),
    )


class _Learned(NamedTuple):
    """Mean and covariance of the values at the knots, and how much counts clump."""

    mean: Floats
    covariance: Floats
    clumping: float


def _maximise(
    counts: Floats,
    exposure: Floats,
    design: Floats,
    trials: Floats,
    prior: Floats,
    *,
    centred: bool,
) -> _Learned:
    """
    Find mean and covariance by expectation and maximisation, with Laplace's approximation.

    Counts come in clumps: they tell as much of the hazards as counts so many times smaller would
    (quasi-likelihood; Wedderburn, Biometrika 61 (1974), 439).
    """
    size = prior.shape[0]
    block = np.kron(np.eye(2), np.ones((size // 2, size // 2)))
    ridge = _RIDGE * np.diag([0.0, *np.ones(trials.shape[1] - 1)])
    mean = np.zeros((trials.shape[1], size))
    mean[0, : size // 2] = math.log(counts.sum() / exposure.sum())
    covariance, clumping = prior, 1.0
    modes = trials @ mean
    squares = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    for _ in range(_ROUNDS):
        precision = np.linalg.inv(covariance)
        centre = trials @ mean
        for _ in range(_NEWTON_STEPS):
            expected = _expected(modes, design, exposure) / clumping
            gradient = (counts / clumping - expected) @ design - (modes - centre) @ precision
            hessian = (expected @ squares).reshape(-1, size, size)
            step = np.linalg.solve(hessian + precision, gradient[:, :, None])[:, :, 0]
            longest = np.abs(step).max(axis=1, keepdims=True)
            modes = modes + step * np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, 1e-300))
        expected = _expected(modes, design, exposure)
        hessian = (expected @ squares).reshape(-1, size, size) / clumping
        variances = np.linalg.inv(hessian + precision)
        fitted = np.einsum("tij,ki,kj->tk", variances, design, design) * expected / clumping
        clumping = _clumping(counts, expected, fitted)
        mean = np.linalg.solve(trials.T @ trials + ridge, trials.T @ modes)
        if centred:
            mean[:, size // 2 :] = 0.0
        rest = modes - trials @ mean
        scatter = variances.sum(axis=0) + rest.T @ rest + _PRIOR_TRIALS * prior
        covariance = block * scatter / (len(counts) + _PRIOR_TRIALS)
    return _Learned(mean, covariance, clumping)


def _expected(modes: Floats, design: Floats, exposure: Floats) -> Floats:
    """Expect counts, shape (trials, cells), with log hazards of given values at the knots."""
    expected: Floats = exposure * np.exp(np.clip(modes @ design.T, -30.0, 12.0))
    return expected


def _clumping(counts: Floats, expected: Floats, fitted: Floats) -> float:
    """Return Pearson's statistic per degree of freedom, of which the fit took its share."""
    told = expected > _FEWEST_EXPECTED
    distance = ((counts - expected)[told] ** 2 / expected[told]).sum()
    return max(float(distance / (1.0 - fitted[told]).sum()), 1.0)


def main() -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", type=Path, default=TARGET)
    options = parser.parse_args()
    shapes = learn(read_sets(options.data))
    options.write.write_text(json.dumps(shapes.document, indent=1) + "\n", "utf-8")
    print(f"{shapes.source}\nwritten to {options.write.name}, {shapes.digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
