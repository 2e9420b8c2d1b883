"""What was read of a panel, as curves and numbers at risk that decoders and files take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.digitized import DigitizedCurve, RiskTable
from survkit.drawings.panels import Panel
from survkit.typed import as_instance

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.drawings.panels import Curve

__all__ = ["DigitizedArm", "digitize_panel"]

_EXACT = 1e-4
"""Precision of a probability that tells drops of one patient from each other in most trials;
vector drawings have it, pictures have not."""
_START = 1e-3
"""How far below 1 a calibrated axis may put the start of a curve, which is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitizedArm:
    """
    One curve of a panel with its numbers at risk.

    Parameters
    ----------
    curve : DigitizedCurve
        Its points, in the unit of the time axis, and its censoring marks.
    risk_table : RiskTable or None
        Its numbers at risk; None where none were read, or no row could be told to be its own.
    """

    curve: DigitizedCurve
    risk_table: RiskTable | None


def digitize_panel(panel: Panel) -> tuple[DigitizedArm, ...]:
    """
    Take the falling curves of a panel as data, arm by arm.

    Parameters
    ----------
    panel : Panel
        A panel of `read_drawing`.

    Returns
    -------
    tuple of DigitizedArm
        In the order of the panel's curves. A curve of incidence, which rises, is turned over.
    """
    as_instance(panel, Panel, "digitize_panel", "a panel of read_drawing")
    return tuple(
        DigitizedArm(
            curve=_curve(panel, curve, number), risk_table=_risk_table(panel, curve, number)
        )
        for number, curve in enumerate(panel.curves)
    )


def _curve(panel: Panel, curve: Curve, number: int) -> DigitizedCurve:
    exact = curve.survival_precision <= _EXACT
    # two drops whose level between is not in the file are one drop, at the first one's time
    lost = np.array(curve.open_levels, dtype=int)
    drawn = np.delete(curve.time, lost + 1)
    levels = np.delete(curve.survival, lost)
    survival = np.clip(levels if curve.falls else 1.0 - levels, 0.0, 1.0)
    if survival.size and survival[0] > 1.0 - _START:
        survival = np.concatenate(([1.0], survival[1:]))
    times = _rounded(drawn, curve.time_precision)
    (end,) = _rounded(np.array([curve.end_time]), curve.time_precision)
    if survival.size and end > times[-1]:  # follow-up goes on to the end of the line
        times, survival = (*times, end), np.append(survival, survival[-1])
    return DigitizedCurve(
        times=times,
        survival=tuple(float(one) for one in survival),
        taken="exact" if exact else "evenly spaced",
        # what a coordinate may be off at most is about two standard deviations
        precision=curve.survival_precision / 1.5,
        marks=_rounded(curve.mark_times, curve.time_precision),
        name=curve.arm or f"curve {number + 1}",
        origin=f"panel {panel.name} of a drawing",
        remarks=panel.remarks,
    )


def _rounded(times: Floats, precision: float) -> tuple[float, ...]:
    """Return times without the digits that the drawing has not: 10, not 9.999999999999998."""
    decimals = 9 if precision <= 0 else int(np.clip(np.floor(-np.log10(2.0 * precision)), 0, 9))
    return tuple(float(time) for time in np.maximum(np.round(times, decimals), 0.0))


def _risk_table(panel: Panel, curve: Curve, number: int) -> RiskTable | None:
    table = panel.risk_table
    if table is None:
        return None
    rows = [row for row in table.rows if row.curve == number]
    if len(rows) != 1:
        return None
    shown = [
        (time, count)
        for time, count in zip(table.times, rows[0].at_risk, strict=True)
        if count is not None
    ]
    counts = tuple(count for _, count in shown)
    return RiskTable(
        times=tuple(time for time, _ in shown),
        counts=counts,
        lower=counts,
        upper=counts,
        name=rows[0].label or curve.arm,
        origin=f"panel {panel.name} of a drawing",
    )
