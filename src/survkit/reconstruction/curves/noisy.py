"""Patients from a curve whose points are uncertain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import median_filter
from scipy.optimize import isotonic_regression

from survkit.reconstruction.curves.at_risk import fit_at_risk_path, settle_table
from survkit.reconstruction.curves.axis import lay_out
from survkit.reconstruction.curves.chain import smooth_curve
from survkit.reconstruction.curves.decoded import DecodedHistory, order_patients
from survkit.reconstruction.curves.drop_counts import Clicks, starting_clicks
from survkit.reconstruction.curves.observed import CurveError, check_arm
from survkit.reconstruction.curves.settlement import settle_patients

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats
    from survkit.reconstruction.curves.axis import Axis
    from survkit.reconstruction.curves.chain import Smoothed
    from survkit.reconstruction.curves.observed import ObservedArm, Protocol
    from survkit.reconstruction.curves.settlement import Settlement

__all__ = ["decode_noisy"]

_PASSES = 3
_DIGITS = 9
_BANDWIDTH = 0.05
"""Standard deviation of the kernel that smooths hazards, as a share of the axis."""


def decode_noisy(arm: ObservedArm) -> DecodedHistory:
    """
    Decode patients from coordinates that err in time and probability.

    A hidden chain smooths the curve, knowing that its drops are whole events among the patients at
    risk; a dynamic program turns expectations into whole patients; their numbers at risk go into
    the next pass. How points were clicked, and how precisely, is estimated along the way.

    Parameters
    ----------
    arm : ObservedArm
        Curve, patients and, where printed, numbers at risk and total events.

    Returns
    -------
    DecodedHistory
        The patients; n and the total events hold, and numbers at risk where they agree with these.

    Raises
    ------
    CurveError
        If the arm holds what no decoder can use.
    """
    checked = check_arm(arm)
    axis = lay_out(checked)
    events, said = _possible_events(checked, axis)
    start = _first_curve(axis, checked.n)
    at_risk = settle_table(axis, start)
    smoothed, settlement = _alternate(axis, start, at_risk, events, checked)
    if settlement is None:
        said = (
            *said,
            "numbers at risk and total events exclude each other; n and events were kept",
        )
        axis = replace(lay_out(replace(checked, table=None)), at_end=None)
        start = _first_curve(axis, checked.n)
        smoothed, settlement = _alternate(axis, start, axis.lower, events, checked)
    if settlement is None:
        raise CurveError(("the curve admits no whole patients with these totals",))
    time, event = order_patients(
        _round(settlement.events, axis.time[-1]), _round(settlement.censored, axis.time[-1])
    )
    clicks = smoothed.clicks
    return DecodedHistory(
        time=time,
        event=event,
        decoder="noisy",
        noise=clicks.noise,
        protocol=checked.curve.protocol or _name_protocol(clicks, smoothed, axis),
        inconsistencies=(*axis.inconsistencies, *said),
    )


def _round(times: Floats, end: float) -> Floats:
    """Round off what processors disagree about: all but nine digits of the follow-up."""
    decimals = _DIGITS - int(np.ceil(np.log10(end)))
    return np.asarray(np.round(times, decimals)) if 0 <= decimals <= 2 * _DIGITS else times


def _possible_events(arm: ObservedArm, axis: Axis) -> tuple[int | None, tuple[str, ...]]:
    """Lower a total of events that leaves nobody for the numbers still followed at the end."""
    if arm.events is None or axis.at_end is None or arm.events <= arm.n - axis.at_end:
        return arm.events, ()
    most = arm.n - axis.at_end
    return arm.events, (
        f"{arm.events} events do not agree with {axis.at_end} of {arm.n} patients at risk at the "
        f"end of the curve, which leave {most} at most",
    )


def _first_curve(axis: Axis, n: int) -> Floats:
    """Falling curve through the points; what nobody saw stays level."""
    at = np.flatnonzero(np.isfinite(axis.survival))
    points = median_filter(axis.survival[at], size=3, mode="nearest")
    falling = np.asarray(isotonic_regression(points, increasing=False).x)
    before = np.searchsorted(at, np.arange(axis.time.size), side="right") - 1
    curve = np.where(before < 0, 1.0, falling[np.maximum(before, 0)])
    head = at[0]
    curve[: head + 1] = np.linspace(1.0, falling[0], head + 1) if head else curve[:1]
    return np.clip(curve, 0.125 / n, 1.0)


def _alternate(
    axis: Axis, start: Floats, at_risk: Counts, events: int | None, arm: ObservedArm
) -> tuple[Smoothed, Settlement | None]:
    """Smooth the curve and settle the patients in turns."""
    path = fit_at_risk_path(axis, start, at_risk, events)
    hazard = _hazard(axis, path.events, path.at_risk)
    points = int(np.count_nonzero(np.isfinite(axis.survival)))
    ideas = starting_clicks(points, max(float(path.events.sum()), 1.0), axis.noise)
    ideas = _stated(ideas, arm.curve.protocol)
    smoothed = smooth_curve(
        axis,
        start,
        path.at_risk,
        hazard,
        ideas,
        0.012 + 2.5 * start / np.maximum(path.at_risk, 1.0),
    )
    settlement, best = None, smoothed
    most_likely = -np.inf
    risk = path.at_risk
    for number in range(_PASSES):
        if number:
            curve = np.maximum(smoothed.survival, 0.125 / arm.n)
            smoothed = smooth_curve(
                axis,
                curve,
                risk,
                _hazard(axis, smoothed.events, risk),
                [smoothed.clicks],
                0.002 + 1.3 * curve / np.maximum(risk, 1.0) + 4.5 * np.sqrt(smoothed.variance),
            )
        if smoothed.log_likelihood < most_likely:
            break
        at_risk = settle_table(axis, smoothed.survival)
        found = settle_patients(axis, smoothed, at_risk, events, arm.curve.marks)
        if found is None:
            break
        settlement, best = found, smoothed
        if number:  # the first pass starts from rough numbers at risk
            most_likely = smoothed.log_likelihood
        risk = found.at_risk
    return best, settlement


def _stated(ideas: list[Clicks], protocol: Protocol | None) -> list[Clicks]:
    """Keep the idea of the clicks that agrees with a stated protocol."""
    if protocol is None:
        return ideas
    return [{"feet": ideas[0], "even": ideas[-1], "mixed": ideas[len(ideas) // 2]}[protocol]]


def _hazard(axis: Axis, events: Floats, at_risk: Floats) -> Floats:
    """Smooth hazard in each gap: a kernel over time, with two events of the whole arm's rate."""
    exposure = at_risk[:-1] * axis.width
    overall = max(float(events.sum()), 1.0) / max(float(exposure.sum()), 1e-300)
    middle = (axis.time[1:] + axis.time[:-1]) / 2.0
    distance = (middle[:, None] - middle) / (_BANDWIDTH * axis.time[-1])
    kernel = np.exp(-0.5 * distance**2)
    return np.asarray((kernel @ events + 2.0) / (kernel @ exposure + 2.0 / overall))


def _name_protocol(clicks: Clicks, smoothed: Smoothed, axis: Axis) -> Protocol:
    """Name the share of drops whose foot was clicked."""
    if clicks.foot > 0.85:
        return "feet"
    points = np.count_nonzero(np.isfinite(axis.survival))
    feet = float((smoothed.events * smoothed.foot).sum()) / clicks.per_drop
    return "mixed" if feet > 0.3 * points else "even"
