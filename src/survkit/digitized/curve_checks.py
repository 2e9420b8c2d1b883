"""A curve against itself, printed percentages and printed quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.digitized.allowance import Inconsistency, survival_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survkit.digitized.allowance import Allowance
    from survkit.digitized.curve import DigitizedCurve
    from survkit.printed import Printed

__all__ = ["curve_rises", "percentages_against_curve", "quantiles_against_curve"]


def curve_rises(curve: DigitizedCurve, allowance: Allowance) -> Iterator[Inconsistency]:
    """
    Ask whether a curve rises by more than reading explains.

    Formula: S(t2) - min S(t1) is at most twice the allowance, for t1 before t2 by twice the
    allowance of time.

    Findings: the largest rise: unlikely.
    """
    times, survival = np.asarray(curve.times), np.asarray(curve.survival)
    lowest = np.append(1.0, np.minimum.accumulate(survival))
    slip = 2.0 * allowance.time * curve.times[-1]
    rise = survival - lowest[np.searchsorted(times, times - slip, side="left")]
    worst = int(np.argmax(rise))
    if rise[worst] > 2.0 * allowance.survival:
        time = curve.times[worst]
        yield Inconsistency(
            check="curve_rises",
            severity="unlikely",
            printed=f"a rise by {rise[worst]:.3f} up to time {time:g}",
            required=f"no rise, or one within twice {allowance.survival:.3g}",
            implied="points of another curve, or marks, were read",
            numbers={"time": time, "rise": float(rise[worst])},
        )


def percentages_against_curve(
    curve: DigitizedCurve, percentages: Sequence[tuple[float, Printed]], allowance: Allowance
) -> Iterator[Inconsistency]:
    """
    Ask whether the curve passes through printed survival percentages.

    Parameters
    ----------
    curve : DigitizedCurve
        The curve.
    percentages : sequence of tuple of float and Printed
        Time, and survival in percent as printed.
    allowance : Allowance
        How far coordinates may be off.

    Yields
    ------
    Inconsistency
        A percentage off the curve: unlikely; one after the curve's end: a note.
    """
    slip = allowance.time * curve.times[-1]
    for time, printed in percentages:
        if time > curve.times[-1] + slip:
            yield Inconsistency(
                check="percentages_against_curve",
                severity="note",
                printed=f"{printed} % at {time:g}",
                required=f"a time within the curve, which ends at {curve.times[-1]:g}",
                implied="the axis, or its unit, is another one, or the end was not read",
                numbers={"time": time, "percent": printed.value},
            )
            continue
        band = survival_before(curve, time, allowance)
        if printed.lower > 100.0 * band.upper or printed.upper < 100.0 * band.lower:
            yield Inconsistency(
                check="percentages_against_curve",
                severity="unlikely",
                printed=f"{printed} % at {time:g}",
                required=f"{100.0 * band.lower:.1f} to {100.0 * band.upper:.1f} % by the curve",
                implied="the percentage, or the curve, is that of another arm or analysis",
                numbers={
                    "time": time,
                    "percent": printed.value,
                    "lower": band.lower,
                    "upper": band.upper,
                },
            )


def quantiles_against_curve(
    curve: DigitizedCurve, quantiles: Mapping[float, Printed], allowance: Allowance
) -> Iterator[Inconsistency]:
    """
    Ask whether the curve falls to one half, or another share, at the printed time.

    Parameters
    ----------
    curve : DigitizedCurve
        The curve.
    quantiles : mapping of float to Printed
        Printed time by surviving share: 0.5 for the median.
    allowance : Allowance
        How far coordinates may be off.

    Yields
    ------
    Inconsistency
        A time at which the curve is elsewhere: unlikely.
    """
    for share, printed in quantiles.items():
        earliest, latest = _crossing(curve, share, allowance)
        reached = printed.reached and printed.relation != ">"
        consistent = (
            printed.upper >= earliest and printed.lower <= latest
            if reached
            else latest == np.inf or (printed.reached and printed.lower <= latest)
        )
        if consistent:
            continue
        window = f"{earliest:.4g} to {latest:.4g}" if earliest < np.inf else "never"
        yield Inconsistency(
            check="quantiles_against_curve",
            severity="unlikely",
            printed=f"{_called(share)} {printed}",
            required=f"{window}, where the curve is at {share:g}",
            implied="the printed time, or the curve, is that of another arm or analysis",
            numbers={"share": share, "earliest": earliest, "latest": latest},
        )


def _called(share: float) -> str:
    return "median" if share == 0.5 else f"time to survival {share:g}"


def _crossing(curve: DigitizedCurve, share: float, allowance: Allowance) -> tuple[float, float]:
    """Return the earliest and the latest time at which the curve may reach a share."""
    times, survival = np.asarray(curve.times), np.asarray(curve.survival)
    slip = allowance.time * curve.times[-1]
    may = np.flatnonzero(survival <= share + allowance.survival)
    must = np.flatnonzero(np.minimum.accumulate(survival) < share - allowance.survival)
    if not len(may):
        return np.inf, np.inf
    at_foot = curve.taken in ("exact", "clicks at feet of drops")
    first = int(may[0]) if at_foot or may[0] == 0 else int(may[0]) - 1
    earliest = float(times[first]) - slip
    latest = float(times[must[0]]) + slip if len(must) else np.inf
    return max(0.0, earliest), latest
