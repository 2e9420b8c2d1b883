"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survkit.reconstruction.calibration import Calibration, calibrate
from survkit.reconstruction.history import History, share_events, write_history
from survkit.reconstruction.measurement import measure_figures
from survkit.reconstruction.placement import Clock, choose_clock, set_knots
from survkit.reconstruction.population import fit_population
from survkit.reconstruction.targets import Targets, collect_targets
from survkit.reconstruction.visits import read_at_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.reconstruction.schedule import Schedule
    from survkit.trial import Analysis, Figure

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

__all__ = ["METHOD", "Match", "Provenance", "Reconstruction", "reconstruct", "reconstruct_analysis"]

METHOD = "numbers/1"
"""Name of the method; it changes whenever the patients it makes change."""

_STRETCHES = (1.0, 1.3, 0.8, 1.7)
"""Multiples of a follow-up that is not printed, tried until everything is met."""
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
        ``event`` (1 event, 0 censored) and ``arm`` (categorical, reference arms first).
    decimals : int
        Decimal places of the times.
    matches : tuple of Match
        Every input figure with what the patients give for it.
    assumptions : tuple of str
        What was not printed and had to be assumed, a sentence each.
    provenance : Provenance
        Method, digests and versions.
    """

    analysis: Analysis
    ipd: pd.DataFrame
    decimals: int
    matches: tuple[Match, ...]
    assumptions: tuple[str, ...]
    provenance: Provenance

    @property
    def met(self) -> bool:
        """Whether every input figure is met."""
        return all(match.met for match in self.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    """What one attempt gave."""

    histories: list[History]
    calibration: Calibration
    clock: Clock
    end: float

    @property
    def loss(self) -> float:
        """Faults of the arms before misses of the contrasts; no more knots can mend the former."""
        return 1e3 * sum(history.faults for history in self.histories) + self.calibration.loss


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
        ``event`` (1 event, 0 censored) and ``arm`` (categorical, reference arms first).
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


def reconstruct_analysis(analysis: Analysis) -> Reconstruction:
    """
    Make synthetic patients and keep the record of what they meet.

    The search is deterministic and bounded; where the figures cannot all be met, the attempt that
    comes closest is returned, and `matches` tells what it misses.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.

    Returns
    -------
    Reconstruction
        Patients, matches, assumptions and provenance.
    """
    targets = collect_targets(analysis)
    solution = _solve(targets)
    times = [solution.clock.times(ticks) for ticks in solution.calibration.ticks]
    events = [history.event for history in solution.histories]
    inputs = [figure for figure in analysis.figures if figure.role == "input"]
    achieved = measure_figures(analysis, times, events, inputs)
    ipd = _table(analysis, times, events)
    return Reconstruction(
        analysis=analysis,
        ipd=ipd,
        decimals=solution.clock.decimals,
        matches=tuple(
            Match(figure=figure, achieved=value, met=figure.printed.admits(value))
            for figure, value in zip(inputs, achieved, strict=True)
        ),
        assumptions=tuple(_assumptions(targets, solution, analysis.time_unit)),
        provenance=_provenance(analysis, inputs, solution),
    )


def _solve(targets: Targets) -> _Solution:
    """Try the attempts in turn and keep the one with the smallest loss."""
    attempts = _attempts(targets)
    best = next(attempts)
    for solution in attempts:
        if best.loss == 0.0:
            break
        best = min(best, solution, key=lambda solution: solution.loss)
    return best


def _attempts(targets: Targets) -> Iterator[_Solution]:
    """Yield solutions: each length of an unprinted follow-up, each with few and with many knots."""
    end_is_printed = any(arm.end is not None for arm in targets.arms)
    for stretch in _STRETCHES[:1] if end_is_printed else _STRETCHES:
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
        end = float(population.edges[-1])
        if targets.schedule is not None:
            reading = read_at_visits(targets, targets.schedule, histories, end)
            yield _Solution(
                histories=reading.histories,
                calibration=reading.calibration,
                clock=reading.clock,
                end=end,
            )
            continue
        clock = choose_clock(targets, end)
        for free_knots in _FREE_KNOTS:
            knots = [set_knots(history, clock, free_knots) for history in histories]
            yield _Solution(
                histories=histories,
                calibration=calibrate(targets, histories, knots, clock),
                clock=clock,
                end=end,
            )


def _table(analysis: Analysis, times: list[Floats], events: list[Flags]) -> pd.DataFrame:
    """Put the arms under each other, in the file's order; references are the first categories."""
    ids = [arm.id for arm in analysis.arms]
    references = {contrast.reference for contrast in analysis.contrasts}
    categories = sorted(ids, key=lambda arm: (arm not in references, ids.index(arm)))
    labels = np.repeat(ids, [own.size for own in times])
    return pd.DataFrame(
        {
            "time": np.concatenate(times),
            "event": np.concatenate(events).astype(np.int64),
            "arm": pd.Categorical(labels, categories=categories),
        },
        index=pd.RangeIndex(1, labels.size + 1, name="subject"),
    )


def _assumptions(targets: Targets, solution: _Solution, unit: str) -> list[str]:
    """Say what was not printed and is needed all the same."""
    sentences = []
    if not any(arm.end is not None for arm in targets.arms):
        sentences.append(
            f"maximum follow-up is not printed: {solution.end:.1f} {unit}s are assumed"
        )
    for arm, history in zip(targets.arms, solution.histories, strict=True):
        if arm.events is None:
            sentences.append(
                f"events of arm {arm.id} are not printed: {int(history.event.sum())} follow from "
                "the other figures"
            )
    if targets.schedule is not None:
        sentences += _off_visits(targets.schedule, solution, targets)
    return sentences


def _off_visits(schedule: Schedule, solution: _Solution, targets: Targets) -> Iterator[str]:
    """Say how many events lie between visits, arm by arm."""
    arms = zip(targets.arms, solution.histories, solution.calibration.ticks, strict=True)
    for arm, history, ticks in arms:
        times = solution.clock.times(ticks[history.event])
        off = int((~schedule.is_visit(times, solution.clock.tick)).sum())
        if off:
            yield f"{off} events of arm {arm.id} lie between visits: a printed figure needs it"


def _provenance(analysis: Analysis, inputs: list[Figure], solution: _Solution) -> Provenance:
    """Digest what went in and what came out."""
    spec = [METHOD, analysis.time_unit, analysis.ties]
    spec += [analysis.median_interval, analysis.survival_scale]
    if analysis.assessment_every is not None:
        spec.append(analysis.assessment_every.model_dump_json())
    spec += [f"{figure.key} = {figure.printed} ({figure.level:g} %)" for figure in inputs]
    patients = hashlib.sha256(f"{solution.clock.decimals} decimals".encode())
    for ticks, history in zip(solution.calibration.ticks, solution.histories, strict=True):
        patients.update(f", {ticks.size} patients: ".encode())
        patients.update(ticks.astype("<i8").tobytes())
        patients.update(history.event.astype("u1").tobytes())
    return Provenance(
        method=METHOD,
        spec_digest=hashlib.sha256("\n".join(spec).encode()).hexdigest(),
        ipd_digest=patients.hexdigest(),
        versions={
            "survkit": version("survkit"),
            "python": platform.python_version(),
            "numpy": version("numpy"),
            "pandas": version("pandas"),
        },
    )
