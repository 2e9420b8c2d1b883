"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survkit.reconstruction.collection import collect_targets
from survkit.reconstruction.measurement import measure_figures
from survkit.reconstruction.room import leave_room
from survkit.reconstruction.solution import Solution, move, solve
from survkit.reconstruction.strata import Strata, assign_strata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survkit.quantity import FigureKey
    from survkit.reconstruction.history import Anchor
    from survkit.reconstruction.schedule import Schedule
    from survkit.reconstruction.targets import ContrastTargets, Targets
    from survkit.reconstruction.window import Window
    from survkit.trial import Analysis, Figure

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

__all__ = [
    "METHOD",
    "Draft",
    "Match",
    "Provenance",
    "Reconstruction",
    "draft_analysis",
    "events_follow",
    "reconstruct",
    "reconstruct_analysis",
    "record",
]

METHOD = "numbers/3"
"""Name of the method; it changes whenever the patients it makes change."""


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
        return self.missed == 0

    @property
    def missed(self) -> int:
        """How many input figures are not met."""
        return sum(not match.met for match in self.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    A reconstruction whose patients can still be moved in time.

    Parameters
    ----------
    targets : Targets
        What the patients aim at.
    strata : Strata or None
        The strata, where their sizes are printed.
    windows : list of list of Window
        For each arm, where sub-groups need events.
    without : frozenset of FigureKey
        Input figures that were left out.
    solution : Solution
        The patients.
    reconstruction : Reconstruction
        The record of what they meet.
    """

    targets: Targets
    strata: Strata | None
    windows: list[list[Window]]
    without: frozenset[FigureKey]
    solution: Solution
    reconstruction: Reconstruction

    def moved(
        self, anchors: Sequence[Sequence[Anchor]], contrasts: Sequence[ContrastTargets]
    ) -> Draft:
        """
        Move the patients in time, without a change in the order of any arm.

        Parameters
        ----------
        anchors : sequence of sequence of Anchor
            For each arm, patients and where they are to go.
        contrasts : sequence of ContrastTargets
            Further comparisons to bring to what is printed, of some of the patients.

        Returns
        -------
        Draft
            The same patients at other times.
        """
        targets = replace(self.targets, contrasts=(*self.targets.contrasts, *contrasts))
        solution = move(self.solution, targets, self.strata, anchors, self.windows)
        written = _written(
            self.reconstruction.analysis, self.targets, self.strata, self.without, solution
        )
        return replace(self, solution=solution, reconstruction=written)


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
    followed : mapping of str to float, optional
        Longest follow-up by arm id, from elsewhere, for arms that do not print it.
    without : frozenset of FigureKey
        Input figures that are left out.

    Returns
    -------
    Reconstruction
        Patients, matches, assumptions and provenance.
    """
    return draft_analysis(analysis, followed=followed, without=without).reconstruction


def draft_analysis(
    analysis: Analysis,
    parts: Sequence[Sequence[Reconstruction]] = (),
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
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

    Returns
    -------
    Draft
        The patients, with the record of what they meet.
    """
    targets = collect_targets(analysis, without)
    if followed is not None:
        targets = targets.followed(followed)
    groups = [[collect_targets(own.analysis) for own in part] for part in parts]
    windows = _medians(targets, [own for part in groups for own in part])
    strata = assign_strata(analysis)
    roomy = leave_room(targets, groups, [[own.ipd for own in part] for part in parts])
    drafts = [_draft(analysis, roomy, strata, windows, without)]
    if parts and not drafts[0].reconstruction.met:
        drafts.append(_draft(analysis, targets, strata, windows, without))
    return min(drafts, key=lambda draft: draft.reconstruction.missed)


def _draft(
    analysis: Analysis,
    targets: Targets,
    strata: Strata | None,
    windows: list[list[Window]],
    without: frozenset[FigureKey],
) -> Draft:
    solution = solve(targets, strata, windows)
    return Draft(
        targets=targets,
        strata=strata,
        windows=windows,
        without=without,
        solution=solution,
        reconstruction=_written(analysis, targets, strata, without, solution),
    )


def _written(
    analysis: Analysis,
    targets: Targets,
    strata: Strata | None,
    without: frozenset[FigureKey],
    solution: Solution,
) -> Reconstruction:
    """Write down the patients of a solution."""
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


def _table(analysis: Analysis, solution: Solution, strata: Strata | None) -> pd.DataFrame:
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


def _assumptions(targets: Targets, solution: Solution, unit: str) -> list[str]:
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


def _off_visits(targets: Targets, schedule: Schedule, solution: Solution) -> Iterator[str]:
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
