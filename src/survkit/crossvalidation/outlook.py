"""What all figures but those left out say of the population, and so of the ones left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from survkit.crossvalidation.comparison import expect_ratio
from survkit.crossvalidation.forecast import (
    ArmInExpectation,
    Forecast,
    forecast_area,
    forecast_events,
    forecast_p_value,
    forecast_quantile,
    forecast_ratio,
    forecast_risk,
    forecast_survival,
)
from survkit.interval import Interval
from survkit.kernels import two_sided_quantile
from survkit.quantity import SHARES
from survkit.reconstruction.constraints.families.survival import SurvivalConstraint
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.posterior import Posterior, fit_posterior
from survkit.trial import hypothesis_of

if TYPE_CHECKING:
    from survkit.kernels import Transform
    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis, Arm

__all__ = ["Outlook", "look_from"]

_POINTS_OF_CURVE = 8
_BETWEEN = (0.02, 0.98)
"""Survival between which a drawn curve tells most."""
_LEAST_PRECISION = 0.01
"""Half the room of a curve's point, as a probability, at least."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The population as some figures have it, from which others are forecast."""

    analysis: Analysis  # all figures are inputs
    constraints: AnalysisConstraints  # of the figures that are not left out
    posterior: Posterior

    @cached_property
    def arms(self) -> dict[str, ArmInExpectation]:
        """The arms by id."""
        edges = self.posterior.arms[0].edges
        return {
            asked.id: ArmInExpectation(
                position=position,
                n=asked.n,
                cells=cells,
                end=asked.end_before(float(edges[-1])),
                month=1.0 / self.constraints.months,
            )
            for position, (asked, cells) in enumerate(
                zip(self.constraints.arms, self.posterior.arms, strict=True)
            )
        }

    def forecast(self, key: FigureKey, window: Interval) -> Forecast | None:
        """
        Forecast one figure.

        Parameters
        ----------
        key : FigureKey
            Which one.
        window : Interval
            Its rounding window, in the printed unit.

        Returns
        -------
        Forecast or None
            None for a quantity that is not forecast.
        """
        scope = key.definition.scope
        if scope == "contrast":
            return self._of_contrast(key, window)
        if scope == "analysis":
            everybody = [*self.arms.values()]
            return forecast_events(everybody, window) if key.quantity == "total_events" else None
        return self._of_arm(self.arms[key.subject], key, window)

    def _of_arm(self, arm: ArmInExpectation, key: FigureKey, window: Interval) -> Forecast | None:
        """Forecast a figure of one arm."""
        z, scales = self._quantile(key), self.analysis
        if key.quantity in SHARES:
            printed = scales.median_interval
            if printed == "symmetric" and key.is_limit:
                return None  # its scale is time, of which no curve at one time tells
            scale: Transform = "log-log" if printed == "symmetric" else printed
            return forecast_quantile(arm, key.quantity, window, z, scale)
        if key.quantity == "survival":
            return forecast_survival(arm, key.instant, window, z, scales.survival_scale)
        if key.quantity == "rmst":
            return forecast_area(arm, key.instant, window, z)
        if key.quantity == "at_risk":
            return forecast_risk(arm, key.instant, window)
        return forecast_events([arm], window) if key.quantity == "events" else None

    def _of_contrast(self, key: FigureKey, window: Interval) -> Forecast | None:
        """Forecast a figure of two arms."""
        contrast = next(one for one in self.analysis.contrasts if one.subject == key.subject)
        pair = self.arms[contrast.reference].position, self.arms[contrast.experimental].position
        ratio = expect_ratio(self.posterior.arms, pair)
        adjusted = self.analysis.stratified
        if key.quantity in ("hazard_ratio", "risk_reduction"):
            return forecast_ratio(
                ratio,
                window,
                self._quantile(key),
                adjusted=adjusted,
                reduction=key.quantity == "risk_reduction",
            )
        test = contrast.p_value
        hypothesis = hypothesis_of(self.analysis.arms, contrast)
        if key.quantity != "p_value" or test is None or hypothesis.log_margin != 0.0:
            return None
        return forecast_p_value(ratio, window, hypothesis, adjusted=adjusted or test.stratified)

    def _quantile(self, key: FigureKey) -> float:
        """Return the normal quantile of a limit, 0 for an estimate."""
        if not key.is_limit:
            return 0.0
        level = next(figure.level for figure in self.analysis.figures if figure.key == key)
        return two_sided_quantile(level) * (1.0 if key.side == "upper" else -1.0)


def look_from(analysis: Analysis, without: frozenset[FigureKey], prior: PopulationPrior) -> Outlook:
    """Fit the population to all figures but some: what they say of the ones left out."""
    everything = _with_curves(read_constraints(analysis), analysis)
    rest = _without_areas(_with_curves(read_constraints(analysis, without=without), analysis))
    posterior = fit_posterior(rest, prior, times_of=everything)
    return Outlook(analysis=analysis, constraints=rest, posterior=posterior)


def _without_areas(constraints: AnalysisConstraints) -> AnalysisConstraints:
    """Leave restricted means out where the curve is known otherwise: they take ten times longer."""
    known = any(arm.survival or arm.of_events for arm in constraints.arms)
    return replace(constraints, areas=()) if known else constraints


def _with_curves(constraints: AnalysisConstraints, analysis: Analysis) -> AnalysisConstraints:
    """Add some points of drawn curves, as survival that is known about so."""
    pairs = zip(constraints.arms, analysis.arms, strict=True)
    return replace(constraints, arms=tuple(_with_curve(*pair) for pair in pairs))


def _with_curve(asked: ArmConstraints, arm: Arm) -> ArmConstraints:
    if not arm.curves:
        return asked
    drawn = arm.curves[0].digitized
    times, shares = np.array(drawn.times), np.array(drawn.survival)
    order = np.argsort(times, kind="stable")
    times, shares = times[order], np.minimum.accumulate(shares[order])
    inside = (shares > _BETWEEN[0]) & (shares < _BETWEEN[1]) & (times > 0.0)
    if not inside.any():
        return asked
    half = max(2.0 * (drawn.precision or 0.0), _LEAST_PRECISION)
    wanted = np.linspace(times[inside][0], times[inside][-1], _POINTS_OF_CURVE)
    rows = np.searchsorted(times, wanted, side="right") - 1
    points = [
        SurvivalConstraint(
            time=float(time),
            value=Interval(share - half, share + half),
            lower=None,
            upper=None,
            z=asked.z,
            transform=asked.transform,
        )
        for time, share in zip(wanted, shares[rows].tolist(), strict=True)
        if time not in {point.time for point in asked.survival}
    ]
    known = sorted([*asked.survival, *points], key=lambda point: point.time)
    return replace(asked, survival=tuple(known))
