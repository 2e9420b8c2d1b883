"""What the values of a curve are: probabilities or percentages, survival or incidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.digitized.faults import Faults
    from survkit.digitized.files import RawCurve

__all__ = ["Scaled", "scale_curves"]

_SLIP = 0.05
"""How far a reading may lie outside of 0 to 1."""
_PERCENT = 1.5
"""Values above this are percentages."""
_MOST_PLACES = 15
_START = 0.9
"""A curve whose first values reach this is one of probabilities, with its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """
    The survival of a curve, and what was found out about it.

    Parameters
    ----------
    survival : tuple of float, length k
        Probabilities from 0 to 1.
    rounding : float or None
        Half a unit of the last written place, as a probability.
    remarks : tuple of str
        What was detected and changed.
    """

    survival: tuple[float, ...]
    rounding: float | None
    remarks: tuple[str, ...]


def scale_curves(
    curves: Sequence[RawCurve], percent: bool | None, incidence: bool | None, faults: Faults
) -> tuple[Scaled, ...]:
    """
    Turn the values of the curves of one file into survival probabilities.

    Percentages are values above 1.5, or of a file that says so; a curve that is low all along is
    scaled like its siblings. Values that rise are cumulative incidences, 1 - S.

    Parameters
    ----------
    curves : sequence of RawCurve
        The curves of one file, in order of time.
    percent : bool or None
        Whether values are percentages; None to detect it.
    incidence : bool or None
        Whether values are cumulative incidences; None to detect it.
    faults : Faults
        Where faults are noted.

    Returns
    -------
    tuple of Scaled
        One per curve.

    Raises
    ------
    DigitizedFileError
        If values are neither, or may well be both.
    """
    detected = [_is_percent(curve, percent) for curve in curves]
    siblings = True in [found for found, _ in detected]
    scaled = []
    for curve, (found, remark) in zip(curves, detected, strict=True):
        follows = found is None and siblings
        if found is None and not siblings and max(curve.values) > 1.0 + _SLIP:
            faults.add(
                "survival must be probabilities or percentages, got values up to "
                f"{max(curve.values):g}, which may be either: state percent",
                where=f"curve {curve.name!r}" if curve.name else "",
            )
            continue
        said = "percent, as other curves of the file" if follows else remark
        if found is False and siblings:
            said += ", while other curves of the file are percentages"
        scaled.append(_scaled(curve, found is True or follows, incidence, said, faults))
    faults.settle()
    return tuple(scaled)


def _is_percent(curve: RawCurve, stated: bool | None) -> tuple[bool | None, str]:
    """Tell whether values are percentages, and why; None where both are plausible."""
    top = max(curve.values)
    shown = f"values up to {top:.6g}"
    if stated is not None:
        return stated, f"{'percent' if stated else 'probabilities'}, as stated: {shown}"
    if curve.percent:
        return True, f"percent, as the file says: {shown}"
    if top > _PERCENT:
        return True, f"percent: {shown}"
    if max(curve.values[: 1 + len(curve.values) // 10]) >= _START and top <= 1.0 + _SLIP:
        return False, f"probabilities: {shown}"
    return None, f"{shown} taken as probabilities; state percent if they are percentages"


def _scaled(
    curve: RawCurve, percent: bool, incidence: bool | None, remark: str, faults: Faults
) -> Scaled:
    """Return one curve's survival."""
    unit = 100.0 if percent else 1.0
    shares = [value / unit for value in curve.values]
    for index, share in enumerate(shares):
        if not -_SLIP <= share <= 1.0 + _SLIP:
            what = "a percentage" if percent else "a survival probability"
            faults.add(
                f"{what} must be from 0 to {unit:g}, got {curve.values[index]:g}",
                where=curve.where(index),
            )
    turned, turn = _is_incidence(curve, shares, incidence)
    if turned:
        shares = [1.0 - share for share in shares]
    places = None if curve.decimals is None else curve.decimals + (2 if percent else 0)
    if places is not None and places <= _MOST_PLACES:
        shares = [round(share, places) for share in shares]  # 96.2 % is 0.962, not 1e-16 more
    return Scaled(
        survival=tuple(min(1.0, max(0.0, share)) for share in shares),
        rounding=None if places is None else 0.5 * 10.0**-places,
        remarks=(remark, *turn, *_outside(shares)),
    )


def _is_incidence(
    curve: RawCurve, shares: Sequence[float], stated: bool | None
) -> tuple[bool, tuple[str, ...]]:
    """Tell whether values are 1 - S, and say so."""
    if stated is not None:
        return stated, ("cumulative incidence, as stated: survival is 1 - value",) if stated else ()
    tenth = max(1, len(shares) // 10)
    first, last = sum(shares[:tenth]) / tenth, sum(shares[-tenth:]) / tenth
    if curve.incidence:
        return True, ("cumulative incidence, as the file says: survival is 1 - value",)
    if last > first + 0.01 * max(1.0, abs(first)) or (first < 0.01 and last > first):
        ends = f"from {shares[0]:.4g} to {shares[-1]:.4g}"
        return True, (f"values rise {ends}: taken as cumulative incidence, survival is 1 - value",)
    if max(shares) < 0.5 and last >= first:
        return False, ("low values that do not fall: taken as survival; state incidence if 1 - S",)
    return False, ()


def _outside(shares: Sequence[float]) -> tuple[str, ...]:
    """Say which values were taken back into 0 to 1."""
    high, low = [s for s in shares if s > 1.0], [s for s in shares if s < 0.0]
    remarks = []
    if high:
        remarks.append(f"survival above 1 taken as 1: {len(high)} of them, up to {max(high):.4f}")
    if low:
        remarks.append(f"survival below 0 taken as 0: {len(low)} of them, down to {min(low):.4f}")
    return tuple(remarks)
