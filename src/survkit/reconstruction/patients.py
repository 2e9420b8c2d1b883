"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survkit.reconstruction.calibration import Calibration, calibrate, calibrate_with_ties
from survkit.reconstruction.collection import collect_targets
from survkit.reconstruction.history import History, share_events, write_history
from survkit.reconstruction.measurement import measure_figures
from survkit.reconstruction.placement import Clock, choose_clock, pin_events, set_knots
from survkit.reconstruction.population import fit_population
from survkit.reconstruction.room import leave_room
from survkit.reconstruction.strata import Strata, assign_strata
from survkit.reconstruction.timeline import begin
from survkit.reconstruction.visits import read_at_visits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survkit.quantity import FigureKey
    from survkit.reconstruction.schedule import Schedule
    from survkit.reconstruction.standing import Side
    from survkit.reconstruction.targets import Targets
    from survkit.reconstruction.window import Window
    from survkit.trial import Analysis, Figure

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

__all__ = [
    "METHOD",
    "Match",
    "Provenance",
    "Reconstruction",
    "events_follow",
    "reconstruct",
    "reconstruct_analysis",
    "record",
]

METHOD = "numbers/2"
"""Name of the method; it changes whenever the patients it makes change."""

_STRETCHES = (1.0, 1.3, 0.8, 1.7)
"""Multiples of a follow-up that is not printed, tried until everything is met."""
_STRETCHES_AT_VISITS = 2
"""How many of them are tried where patients are assessed at visits, which takes longer."""
_FREE_KNOTS = (10, 24)
"""Knots per arm without a printed time, tried for each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """
    One input figure and what the patients give for it.

    Parameters
    ----------
    figure : Figure
        The printed figure.
    achieved : float
        The patients' value, in the printed unit, by survkit's own kernels.
    met : bool
        Whether it prints the same digits.
    """

    figure: Figure
    achieved: float
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """
    Where a data set comes from.

    Parameters
    ----------
    method : str
        Name of the method.
    spec_digest : str
        SHA-256 of the input figures, in hexadecimal: same digest, same patients.
    ipd_digest : str
        SHA-256 of the patients, in hexadecimal.
    versions : dict of str to str
        Versions of survkit, Python, numpy and pandas.
    """

    method: str
    spec_digest: str
    ipd_digest: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconstruction:
    """
    Synthetic patients that print what an analysis prints.

    Parameters
    ----------
    analysis : Analysis
        What was reconstructed.
    ipd : pandas.DataFrame
        One row per patient: index ``subject``, columns ``time`` (float, the analysis' unit),
        ``event`` (1 event, 0 censored), ``arm`` (categorical, reference arms first) and, where the
        sizes of strata are printed, ``stratum`` (categorical).
    decimals : int
        Decimal places of the times.
    matches : tuple of Match
        Every input figure with what the patients give for it.
    assumptions : tuple of str
        What was not printed and had to be assumed, a sentence each.
    provenance : Provenance
        Method, digests and versions.
    within : str or None
        Id of the analysis whose patients these are a part of.
    """

    analysis: Analysis
    ipd: pd.DataFrame
    decimals: int
    matches: tuple[Match, ...]
    assumptions: tuple[str, ...]
    provenance: Provenance
    within: str | None = None

    @property
    def met(self) -> bool:
        """Whether every input figure is met."""
        return all(match.met for match in self.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    """What one attempt gave: patients with times on a clock, and how far figures are missed."""

    arms: tuple[Side, ...]
    clock: Clock
    end: float
    loss: float


def reconstruct(analysis: Analysis) -> pd.DataFrame:
    """
    Make synthetic patients that print what an analysis prints.

    Parameters
    ----------
    analysis : Analysis
        A published analysis; its input figures shape the patients, its checks do not.

    Returns
    -------
    pandas.DataFrame
        One row per patient: index ``subject``, columns ``time`` (float, the analysis' unit),
        ``event`` (1 event, 0 censored), ``arm`` (categorical, reference arms first) and, where the
        sizes of strata are printed, ``stratum`` (categorical).
        Synthetic: these are no real patients, and other data sets print the same.

    Examples
    --------
    >>> import survkit
    >>> patients = survkit.reconstruct(survkit.load_trial("radiant-3").analyses[0])
    >>> patients.groupby("arm", observed=True)["event"].agg(["size", "sum"])
                size  sum
    arm
    placebo      203  165
    everolimus   207  109
    """
    return reconstruct_analysis(analysis).ipd


def reconstruct_analysis(
    analysis: Analysis,
    parts: Sequence[Sequence[Reconstruction]] = (),
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
) -> Reconstruction:
    """
    Make synthetic patients and keep the record of what they meet.

    The search is deterministic and bounded; where the figures cannot all be met, the attempt that
    comes closest is returned, and `matches` tells what it misses.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    parts : sequence of sequence of Reconstruction
        Sub-groups, by one factor each, that the patients will be divided among; each as it is when
        reconstructed by itself.
    followed : mapping of str to float, optional
        Longest follow-up by arm id, from elsewhere, for arms that do not print it.
    without : frozenset of FigureKey
        Input figures that are left out.

    Returns
    -------
    Reconstruction
        Patients, matches, assumptions and provenance.
    """
    targets = collect_targets(analysis, without)
    if followed is not None:
        targets = targets.followed(followed)
    groups = [[collect_targets(own.analysis) for own in part] for part in parts]
    medians = _medians(targets, [own for part in groups for own in part])
    strata = assign_strata(analysis)
    roomy = targets
    for group, part in zip(groups, parts, strict=True):
        roomy = leave_room(roomy, group, [own.ipd for own in part])
    solution = _solve(roomy, strata, medians)
    if solution.loss > 0.0 and roomy is not targets:
        solution = min(solution, _solve(targets, strata, medians), key=lambda found: found.loss)
    assumptions = _assumptions(targets, solution, analysis.time_unit)
    return record(
        analysis,
        _table(analysis, solution, strata),
        decimals=solution.clock.decimals,
        assumptions=[*assumptions, *(strata.assumptions if strata is not None else ())],
        without=without,
    )


def record(
    analysis: Analysis,
    ipd: pd.DataFrame,
    *,
    decimals: int,
    assumptions: Sequence[str],
    within: str = "",
    without: frozenset[FigureKey] = frozenset(),
) -> Reconstruction:
    """
    Write down what patients meet, and where they come from.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    ipd : pandas.DataFrame
        The patients; those of an arm in the order of leaving.
    decimals : int
        Decimal places of the times.
    assumptions : sequence of str
        What was not printed and had to be assumed.
    within : str
        Digest of the figures of the analysis that these patients are a part of.
    without : frozenset of FigureKey
        Input figures that were left out.

    Returns
    -------
    Reconstruction
        The record.
    """
    arms = [ipd[ipd["arm"] == arm.id] for arm in analysis.arms]
    inputs = [
        figure
        for figure in analysis.figures
        if figure.role == "input" and figure.key not in without
    ]
    achieved = measure_figures(
        analysis,
        [own["time"].to_numpy() for own in arms],
        [own["event"].to_numpy() == 1 for own in arms],
        inputs,
        [own["stratum"].cat.codes.to_numpy().astype(np.int64) for own in arms]
        if "stratum" in ipd
        else None,
    )
    return Reconstruction(
        analysis=analysis,
        ipd=ipd,
        decimals=decimals,
        matches=tuple(
            Match(figure=figure, achieved=value, met=figure.printed.admits(value))
            for figure, value in zip(inputs, achieved, strict=True)
        ),
        assumptions=tuple(assumptions),
        provenance=Provenance(
            method=METHOD,
            spec_digest=_spec_digest(analysis, inputs, within),
            ipd_digest=_ipd_digest(arms, decimals),
            versions=dict(_versions()),
        ),
    )


def _medians(targets: Targets, groups: list[Targets]) -> list[list[Window]]:
    """Return, arm by arm, the windows that the medians of sub-groups and their limits fall into."""
    arms = [arm.id for arm in targets.arms]
    found: dict[str, list[Window]] = {arm: [] for arm in arms}
    for arm in (arm for group in groups for arm in group.arms):
        found[arm.id] += [own.window for own in arm.of_events if own.window.reached]
    return [found[arm] for arm in arms]


def _solve(targets: Targets, strata: Strata | None, medians: list[list[Window]]) -> _Solution:
    """Try the attempts in turn and keep the one with the smallest loss."""
    attempts = _attempts(targets, strata, medians)
    best = next(attempts)
    while best.loss > 0.0 and (solution := next(attempts, None)) is not None:
        best = min(best, solution, key=lambda solution: solution.loss)
    return best


def _attempts(
    targets: Targets, strata: Strata | None, medians: list[list[Window]]
) -> Iterator[_Solution]:
    """Yield solutions: each length of an unprinted follow-up, each with few and with many knots."""
    codes = strata.codes if strata is not None else tuple(None for _ in targets.arms)
    end_is_printed = any(arm.end is not None for arm in targets.arms)
    many = _STRETCHES_AT_VISITS if targets.schedule is not None else len(_STRETCHES)
    for stretch in _STRETCHES[: 1 if end_is_printed else many]:
        population = fit_population(targets, stretch=stretch)
        expected = [arm.expected_events for arm in population.arms]
        histories = [
            write_history(arm, curve, population.edges, count)
            for arm, curve, count in zip(
                targets.arms,
                population.arms,
                share_events(targets.arms, expected, targets.total_events),
                strict=True,
            )
        ]
        histories = [pin_events(*pair) for pair in zip(histories, medians, strict=True)]
        end = float(population.edges[-1])
        if targets.schedule is None:
            yield from _at_any_time(targets, histories, codes, end)
        else:
            reading = read_at_visits(targets, targets.schedule, histories, codes, end)
            yield _Solution(arms=reading.arms, clock=reading.clock, end=end, loss=reading.loss)


def _at_any_time(
    targets: Targets, histories: list[History], codes: Sequence[Codes | None], end: float
) -> Iterator[_Solution]:
    """Yield solutions with few and with many knots, then with ties."""
    clock = choose_clock(targets, end)
    faults = sum(history.faults for history in histories)
    untied = []

    def solution(found: Calibration) -> _Solution:
        # faults of the arms before misses of the contrasts; no more knots can mend the former
        sides = tuple(arm.side for arm in found.arms)
        return _Solution(arms=sides, clock=clock, end=end, loss=1e3 * faults + found.loss)

    for free_knots in _FREE_KNOTS:
        arms = [
            begin(index, clock, set_knots(history, clock, free_knots), history, codes[index])
            for index, history in enumerate(histories)
        ]
        untied.append(calibrate(targets, arms))
        yield solution(untied[-1])
    for found in untied:
        yield solution(calibrate_with_ties(targets, found))


def _table(analysis: Analysis, solution: _Solution, strata: Strata | None) -> pd.DataFrame:
    """Put the arms under each other, in the file's order; references are the first categories."""
    arms = solution.arms
    ids = [arm.id for arm in analysis.arms]
    references = {contrast.reference for contrast in analysis.contrasts}
    categories = sorted(ids, key=lambda arm: (arm not in references, ids.index(arm)))
    labels = np.repeat(ids, [arm.ticks.size for arm in arms])
    columns = {
        "time": np.concatenate([solution.clock.times(arm.ticks) for arm in arms]),
        "event": np.concatenate([arm.event for arm in arms]).astype(np.int64),
        "arm": pd.Categorical(labels, categories=categories),
    }
    if strata is not None:
        columns["stratum"] = pd.Categorical(
            np.array(strata.names)[np.concatenate(strata.codes)], categories=strata.names
        )
    return pd.DataFrame(columns, index=pd.RangeIndex(1, labels.size + 1, name="subject"))


def _assumptions(targets: Targets, solution: _Solution, unit: str) -> list[str]:
    """Say what was not printed and is needed all the same."""
    sentences = []
    if not any(arm.end is not None for arm in targets.arms):
        sentences.append(
            f"maximum follow-up is not printed: {solution.end:.1f} {unit}s are assumed"
        )
    for arm, side in zip(targets.arms, solution.arms, strict=True):
        if arm.events is None:
            sentences.append(events_follow(arm.id, int(side.event.sum())))
    if targets.schedule is not None:
        sentences += _off_visits(targets, targets.schedule, solution)
    return sentences


def _off_visits(targets: Targets, schedule: Schedule, solution: _Solution) -> Iterator[str]:
    """Say how many events lie between visits, arm by arm."""
    for arm, side in zip(targets.arms, solution.arms, strict=True):
        times = solution.clock.times(side.ticks[side.event])
        off = int((~schedule.is_visit(times, solution.clock.tick)).sum())
        if off:
            lie = "event lies" if off == 1 else "events lie"
            yield f"{off} {lie} between visits in arm {arm.id}: a printed figure needs it"


def events_follow(arm: str, events: int) -> str:
    """
    Say that the events of an arm were not printed.

    Parameters
    ----------
    arm : str
        Id of the arm.
    events : int
        The events it has now.

    Returns
    -------
    str
        A sentence.
    """
    return f"events of arm {arm} are not printed: {events} follow from the other figures"


def _spec_digest(analysis: Analysis, inputs: list[Figure], within: str) -> str:
    """Digest what went in."""
    spec = [METHOD, analysis.time_unit, analysis.ties]
    spec += [analysis.median_interval, analysis.survival_scale]
    spec += [str(factor) for factor in analysis.stratification]
    if analysis.assessment_every is not None:
        spec.append(analysis.assessment_every.model_dump_json())
    spec += [f"{figure.key} = {figure.printed} ({figure.level:g} %)" for figure in inputs]
    spec += [f"within {within}"] if within else []
    return hashlib.sha256("\n".join(spec).encode()).hexdigest()


def _ipd_digest(arms: list[pd.DataFrame], decimals: int) -> str:
    """Digest the patients."""
    patients = hashlib.sha256(f"{decimals} decimals".encode())
    for own in arms:
        patients.update(f", {len(own)} patients: ".encode())
        ticks = np.rint(own["time"].to_numpy() * 10.0**decimals)
        patients.update(ticks.astype("<i8").tobytes())
        patients.update(own["event"].to_numpy().astype("u1").tobytes())
        if "stratum" in own:
            patients.update(own["stratum"].cat.codes.to_numpy().astype("u1").tobytes())
    return patients.hexdigest()


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Look up versions once: reading a package's metadata takes milliseconds."""
    packages = [(name, version(name)) for name in ("survkit", "numpy", "pandas")]
    return (packages[0], ("python", platform.python_version()), *packages[1:])
