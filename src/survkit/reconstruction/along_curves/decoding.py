"""From the curves of an analysis to decoded patients: printed figures enter the decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves import (
    ArmCurve,
    CurveError,
    ObservedArm,
    ObservedTable,
    PrintedPoints,
    decode_digitized,
    observe_curve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.digitized import DigitizedCurve
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.trial import Analysis

__all__ = ["decode_arms"]

_SLOPE = 0.35
"""Fall of a curve per multiple of its median, at the median of an exponential curve."""
_NARROWEST = 1e-6
_DRAWN_TO_THE_END = 0.02
"""How near to the printed follow-up a drawn curve ends that is not cut off, as a share of it."""


def decode_arms(
    analysis: Analysis, constraints: AnalysisConstraints
) -> tuple[ArmCurve | None, ...]:
    """Decode the input curve of every arm that has one."""
    curves = (arm.curve for arm in analysis.arms)
    return tuple(
        None if curve is None else _decode(curve.digitized, arm)
        for curve, arm in zip(curves, constraints.arms, strict=True)
    )


def _decode(curve: DigitizedCurve, arm: ArmConstraints) -> ArmCurve:
    try:
        decoded = decode_digitized(curve, _observe(curve, arm))
    except CurveError as error:
        faults = "; ".join(error.faults)
        said = f"the curve of arm {arm.id} was left out: {faults}"
        return ArmCurve(digitized=curve, decoded=None, said=(said,))
    noise = decoded.noise or 0.0
    how = {
        "exact": f"its {len(curve.times)} points were taken as exact",
        "noisy": f"its {len(curve.times)} points were taken as uncertain, by about {noise:.4f}",
    }
    said = f"patients of arm {arm.id} follow its curve: {how[decoded.decoder]}"
    others = (f"curve of arm {arm.id}: {sentence}" for sentence in decoded.inconsistencies)
    return ArmCurve(digitized=curve, decoded=decoded, said=(said, *others))


def _observe(curve: DigitizedCurve, arm: ArmConstraints) -> ObservedArm:
    """Put together what is drawn and what is printed of an arm."""
    last = max(curve.times)
    cut_off = arm.end is not None and arm.end.lower > last * (1.0 + _DRAWN_TO_THE_END)
    counts = np.array([count for _, count in arm.at_risk], dtype=np.int64)
    times = np.array([time for time, _ in arm.at_risk], dtype=np.float64)
    return ObservedArm(
        n=arm.n,
        curve=observe_curve(curve),
        table=ObservedTable(time=times, lower=counts, upper=counts) if times.size else None,
        events=arm.events,
        end=arm.end.middle if cut_off and arm.end is not None else None,
        printed=_printed(arm),
    )


def _printed(arm: ArmConstraints) -> PrintedPoints | None:
    """Gather where the curve is printed in digits, in the order of times."""
    points = sorted(_points(arm))
    if not points:
        return None
    time, survival, half = (np.array(column) for column in zip(*points, strict=True))
    return PrintedPoints(time=time, survival=survival, half=half)


def _points(arm: ArmConstraints) -> Iterator[tuple[float, float, float]]:
    """Yield percentages, and quantiles as points at their share."""
    for point in arm.survival:
        if point.time > 0.0 and point.value is not None and point.value.bounded:
            yield point.time, point.value.middle, max(point.value.half, _NARROWEST)
    for quantile in arm.of_events:
        window = quantile.window
        if quantile.z == 0.0 and window.reached and window.bounded:
            half = _SLOPE * window.half / window.middle + 0.5 / arm.n
            yield window.middle, quantile.share, half
