"""The record of synthetic patients: what they meet, and where they come from."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.record.curves import CurveMatch, curve_digest, match_curves
from survkit.reconstruction.record.measurement import measure_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from survkit.quantity import FigureKey
    from survkit.reconstruction.curves.decoded import ArmCurve
    from survkit.trial import Analysis, Figure

__all__ = ["Match", "Provenance", "Reconstruction", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One input figure and what the patients give for it."""

    figure: Figure  # the printed figure
    achieved: float  # the patients' value, in the printed unit, by survkit's arm kernels
    met: bool  # whether it prints the same digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a data set comes from."""

    method: str  # name of the method
    spec_digest: str  # SHA-256 of the input figures, in hexadecimal: same digest, same patients
    ipd_digest: str  # SHA-256 of the patients, in hexadecimal
    versions: dict[str, str]  # versions of survkit, Python, numpy and pandas


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
    curves : tuple of CurveMatch
        Every drawn curve with how near the patients come to it.
    """

    analysis: Analysis
    ipd: pd.DataFrame
    decimals: int
    matches: tuple[Match, ...]
    assumptions: tuple[str, ...]
    provenance: Provenance
    within: str | None = None
    curves: tuple[CurveMatch, ...] = ()

    def __repr__(self) -> str:
        met = f"{len(self.matches) - self.missed} of {len(self.matches)} input figures met"
        return f"<Reconstruction {self.analysis.id}: {len(self.ipd)} synthetic patients, {met}>"

    @property
    def met(self) -> bool:
        """Whether every input figure is met."""
        return self.missed == 0

    @property
    def missed(self) -> int:
        """How many input figures are not met."""
        return sum(not match.met for match in self.matches)

    @property
    def missed_keys(self) -> frozenset[FigureKey]:
        """Which input figures are not met."""
        return frozenset(match.figure.key for match in self.matches if not match.met)

    @property
    def missed_sentences(self) -> list[str]:
        """What is not met, a sentence for each figure: what is printed, and what comes out."""
        return [
            f"{match.figure.key}: printed {match.figure.printed}, "
            f"these patients give {match.figure.printed.render(match.achieved)}"
            for match in self.matches
            if not match.met
        ]


def record(
    analysis: Analysis,
    ipd: pd.DataFrame,
    *,
    method: str,
    decimals: int,
    assumptions: Sequence[str],
    within: str = "",
    without: frozenset[FigureKey] = frozenset(),
    drawn: Mapping[str, ArmCurve] | None = None,
) -> Reconstruction:
    """
    Write down what patients meet, and where they come from.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    ipd : pandas.DataFrame
        The patients; those of an arm in the order of leaving.
    method : str
        Name and version of the method that made them.
    decimals : int
        Decimal places of the times.
    assumptions : sequence of str
        What was not printed and had to be assumed.
    within : str
        Digest of the figures of the analysis that these patients are a part of.
    without : frozenset of FigureKey
        Input figures that were left out.
    drawn : mapping of str to ArmCurve, optional
        The curves that shaped the patients, by arm id.

    Returns
    -------
    Reconstruction
        The record.
    """
    drawn = drawn or {}
    arms = [ipd[ipd["arm"] == arm.id] for arm in analysis.arms]
    inputs = [
        figure
        for figure in analysis.figures
        if figure.role == "input" and figure.key not in without
    ]
    achieved = measure_figures(
        analysis,
        [arm["time"].to_numpy() for arm in arms],
        [arm["event"].to_numpy() == 1 for arm in arms],
        inputs,
        [arm["stratum"].cat.codes.to_numpy().astype(np.int64) for arm in arms]
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
            method=method,
            spec_digest=_spec_digest(analysis, inputs, method, [*_drawn(drawn), *_within(within)]),
            ipd_digest=_ipd_digest(arms, decimals),
            versions=dict(_versions()),
        ),
        curves=tuple(_match(analysis, arms, drawn)),
    )


def _match(
    analysis: Analysis, arms: Sequence[pd.DataFrame], drawn: Mapping[str, ArmCurve]
) -> Iterator[CurveMatch]:
    """Hold the curves of an analysis against its patients."""
    patients = {
        arm.id: (frame["time"].to_numpy(), frame["event"].to_numpy() == 1)
        for arm, frame in zip(analysis.arms, arms, strict=True)
    }
    noise = {
        arm: curve.decoded.noise
        for arm, curve in drawn.items()
        if curve.decoded is not None and curve.decoded.noise is not None
    }
    return match_curves(analysis, patients, noise)


def _drawn(drawn: Mapping[str, ArmCurve]) -> list[str]:
    return [f"curve of {arm} {curve_digest(curve.digitized)}" for arm, curve in drawn.items()]


def _within(digest: str) -> list[str]:
    return [f"within {digest}"] if digest else []


def _spec_digest(analysis: Analysis, inputs: list[Figure], method: str, beside: list[str]) -> str:
    """Digest what went in."""
    spec = [method, analysis.time_unit, analysis.ties]
    spec += [analysis.median_interval, analysis.survival_scale]
    spec += [str(factor) for factor in analysis.stratification]
    if analysis.assessment_every is not None:
        spec.append(analysis.assessment_every.model_dump_json())
    for known in (analysis.enrolment, analysis.follow_up):
        spec += [] if known is None else [f"{type(known).__name__} {known.model_dump_json()}"]
    if analysis.enrolment is not None:
        spec.append(f"cut-off {analysis.cut_off}")
    spec += [] if analysis.plateau is None else [f"plateau {analysis.plateau}"]
    spec += _stated_tests(analysis)
    spec += [f"{figure.key} = {figure.printed} ({figure.level:g} %)" for figure in inputs]
    spec += beside
    return hashlib.sha256("\n".join(spec).encode()).hexdigest()


def _stated_tests(analysis: Analysis) -> Iterator[str]:
    """Yield what is stated of tests beyond their name."""
    for contrast in analysis.contrasts:
        test = contrast.p_value
        if contrast.estimator != "cox":
            yield f"{contrast.subject} by {contrast.estimator}"
        if test is not None and (test.alternative or test.margin):
            yield f"{contrast.subject} {test.alternative} than {test.margin}"


def _ipd_digest(arms: list[pd.DataFrame], decimals: int) -> str:
    """Digest the patients."""
    digest = hashlib.sha256(f"{decimals} decimals".encode())
    for arm in arms:
        digest.update(f", {len(arm)} patients: ".encode())
        ticks = np.rint(arm["time"].to_numpy() * 10.0**decimals)
        digest.update(ticks.astype("<i8").tobytes())
        digest.update(arm["event"].to_numpy().astype("u1").tobytes())
        if "stratum" in arm:
            digest.update(arm["stratum"].cat.codes.to_numpy().astype("u1").tobytes())
    return digest.hexdigest()


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Look up versions once: reading a package's metadata takes milliseconds."""
    packages = [(name, version(name)) for name in ("survkit", "numpy", "pandas")]
    return (packages[0], ("python", platform.python_version()), *packages[1:])
