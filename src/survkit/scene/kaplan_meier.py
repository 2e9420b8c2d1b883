"""What a Kaplan-Meier plot shows: curves of synthetic patients, printed figures as targets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from survkit.comparison import Verdict
from survkit.reproduction import AnalysisReproduction
from survkit.scene.arms import SYNTHETIC, is_survival, order_arms
from survkit.scene.axis import Axis, choose_times
from survkit.scene.tables import CountTable, Headline, RiskRow, count_at_risk, list_headlines
from survkit.scene.targets import USES, Target, place_targets
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.scene.arms import SceneArm
    from survkit.trial import Role

__all__ = ["ArmCurve", "DrawnCurve", "KaplanMeierScene", "LegendEntry", "compose_kaplan_meier"]

_MOST_CENSORED = 1000
"""Patients up to whose number every censoring has its mark."""

_MOST_DRAWN = 400
"""Points of a drawn curve that are shown."""

_FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCurve:
    """The points of a curve that was taken off a figure."""

    points: tuple[tuple[float, float], ...]  # time and survival
    role: Role  # whether they shaped the patients or were kept out


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCurve:
    """One arm's curve."""

    arm: SceneArm  # the arm
    times: tuple[float, ...]  # where its steps begin, in the analysis' unit, from 0
    # the share of patients without the event from each time on, and its 95 % limits
    survival: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    censored: tuple[tuple[float, float], ...]  # time and survival of the marks of censored patients
    median: float  # the median, infinite where it is not reached
    drawn: tuple[DrawnCurve, ...] = ()  # curves of the arm, as taken off a figure


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A kind of mark that occurs."""

    # printed quantiles or percentages, refitted medians, limits, censored patients, drawn points
    mark: Literal["quantile", "survival", "median", "limits", "censored", "drawn"]
    text: str  # what it means
    # whether such figures shaped the patients; None where nothing is printed
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KaplanMeierScene:
    """A Kaplan-Meier plot, undrawn."""

    title: str  # which analysis it is, and how many of its figures are reproduced
    subtitle: str
    words: str  # what the curves show, for those who do not see them
    note: str  # that the patients are synthetic
    time: Axis  # the axes: time in the analysis' unit, and the share of patients without the event
    share: Axis
    curves: tuple[ArmCurve, ...]  # the arms, in the order of their looks
    targets: tuple[Target, ...]  # the printed figures that have a place in the plane
    headlines: tuple[Headline, ...]  # the table above the plot
    at_risk: tuple[RiskRow, ...]  # the numbers at risk, one per tick of the time axis
    legend: tuple[LegendEntry, ...]  # every kind of mark that occurs
    left: tuple[CountTable, ...] = ()  # who left by then, where that is asked for

    @property
    def differs(self) -> bool:
        """Whether a printed number at risk is another one than that of the patients."""
        return any(text for row in self.at_risk for text in row.printed)

    @property
    def risk_heading(self) -> str:
        """What stands above the numbers at risk."""
        return "Number at risk" + (" [printed, where it differs]" if self.differs else "")

    @property
    def count_tables(self) -> tuple[CountTable, ...]:
        """The tables below the plot, from above."""
        return (CountTable(heading=self.risk_heading, rows=self.at_risk), *self.left)


def compose_kaplan_meier(result: AnalysisReproduction) -> KaplanMeierScene:
    """Decide what the Kaplan-Meier plot of an analysis shows."""
    as_instance(result, AnalysisReproduction, "compose_kaplan_meier", "a reproduced analysis")
    analysis, targets = result.analysis, tuple(place_targets(result))
    step = -(-len(result.reconstruction.ipd) // _MOST_CENSORED)
    curves = tuple(_curve(result, arm, step) for arm in order_arms(analysis).values())
    time = _time_axis(result, targets)
    status = f"{analysis.status} analysis" if analysis.status else ""
    parts = (analysis.subgroup, analysis.assessment, analysis.population, status)
    share = "" if is_survival(analysis.endpoint) else "Without event: "
    return KaplanMeierScene(
        title=", ".join([analysis.endpoint, *(part for part in parts if part)]),
        subtitle=_count_verdicts(result),
        words=_describe(analysis.endpoint, f"{analysis.time_unit}s", curves),
        note=SYNTHETIC,
        time=time,
        share=Axis(
            label=f"{share}{analysis.endpoint} (%)", low=0.0, high=1.0, ticks=_FIFTHS, factor=100.0
        ),
        curves=curves,
        targets=targets,
        headlines=tuple(list_headlines(result)),
        at_risk=tuple(count_at_risk(result, time.ticks)),
        legend=tuple(_legend(targets, curves, step)),
    )


def _time_axis(result: AnalysisReproduction, targets: Sequence[Target]) -> Axis:
    """Return an axis up to the last time of a patient, a printed figure or a number at risk."""
    unit, figures = result.analysis.time_unit, result.analysis.figures
    printed = {figure.key.time for figure in figures if figure.key.quantity == "at_risk"}
    times = [float(result.reconstruction.ipd["time"].max()), *(each.last_time for each in targets)]
    end = max(times) or 1.0
    ticks = choose_times(end, unit, sorted(float(time) for time in printed if time is not None))
    return Axis(label=f"Time ({unit}s)", low=0.0, high=max(end, ticks[-1]), ticks=ticks)


def _curve(result: AnalysisReproduction, arm: SceneArm, step: int) -> ArmCurve:
    """Return an arm's curve with every so manieth mark of a censored patient, the last among."""
    curve, ipd = result.refit.curves[arm.id], result.reconstruction.ipd
    times = curve.steps.index.to_numpy(dtype=float)
    survival, lower, upper = (
        curve.steps[name].fillna(0.0).to_numpy(dtype=float)
        for name in ("survival", "lower", "upper")
    )
    left = (ipd["arm"] == arm.id) & (ipd["event"] == 0)
    censored = np.unique(ipd.loc[left, "time"].to_numpy(dtype=float))[::-step][::-1]
    rows = np.searchsorted(times, censored, side="right") - 1
    return ArmCurve(
        arm=arm,
        times=tuple(times.tolist()),
        survival=tuple(survival.tolist()),
        lower=tuple(lower.tolist()),
        upper=tuple(upper.tolist()),
        censored=tuple(zip(censored.tolist(), survival[rows].tolist(), strict=True)),
        median=curve.median,
        drawn=tuple(_drawn(result, arm.id)),
    )


def _drawn(result: AnalysisReproduction, arm: str) -> Iterator[DrawnCurve]:
    """Yield the points of an arm's drawn curves, evenly thinned where they are many."""
    for curve in result.analysis.arm(arm).curves:
        points = tuple(zip(curve.digitized.times, curve.digitized.survival, strict=True))
        yield DrawnCurve(points=points[:: -(-len(points) // _MOST_DRAWN)], role=curve.role)


def _legend(
    targets: Sequence[Target], curves: Sequence[ArmCurve], step: int
) -> Iterator[LegendEntry]:
    """Yield an entry for every kind of mark that occurs."""
    shares = {target.survival for target in targets if target.kind == "quantile"}
    names = {"quantile": "median" if shares <= {0.5} else "median or quartile"}
    for role, use in USES.items():
        for kind in sorted({target.kind for target in targets if target.role == role}):
            yield LegendEntry(mark=kind, text=f"printed {names.get(kind, kind)}, {use}", role=role)
    if any(math.isfinite(curve.median) for curve in curves):
        yield LegendEntry(mark="median", text="refitted median")
    yield LegendEntry(mark="limits", text="95 % limits")
    for role, use in USES.items():
        if any(drawn.role == role for curve in curves for drawn in curve.drawn):
            yield LegendEntry(mark="drawn", text=f"drawn curve, {use}", role=role)
    if any(curve.censored for curve in curves):
        thinned = "" if step == 1 else f" (one mark in {step})"
        yield LegendEntry(mark="censored", text=f"censored{thinned}")


def _describe(endpoint: str, unit: str, curves: Sequence[ArmCurve]) -> str:
    """Say what the curves show."""
    medians = (
        f"{curve.median:.1f} {unit}".replace(f"inf {unit}", "not reached") for curve in curves
    )
    told = (f"{curve.arm.name}, median {text}" for curve, text in zip(curves, medians, strict=True))
    return f"Kaplan-Meier curves of {endpoint}, synthetic patients: {'; '.join(told)}"


def _count_verdicts(result: AnalysisReproduction) -> str:
    """Say how many figures are reproduced."""
    counts = (
        f"{sum(one.verdict is Verdict.REPRODUCED for one in group)} of {len(group)} {label}"
        for label, group in (("inputs", result.inputs), ("checks", result.checks))
        if group
    )
    return f"{' and '.join(counts)} reproduced"
