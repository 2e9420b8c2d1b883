"""Which decoder a curve is for: decided by its coordinates, and said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.drops import half_unit
from survkit.reconstruction.curves.exact import decode_exact
from survkit.reconstruction.curves.noisy import decode_noisy
from survkit.reconstruction.curves.observed import CurveError, check_arm

if TYPE_CHECKING:
    from survkit.reconstruction.curves.decoded import DecodedHistory
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["decode_as_exact", "decode_curve"]

_FINE = 5e-5
"""Half a unit of the fourth digit: clicked points may have as many digits, but do not fall."""
_WIDER = (1e-5, 5e-5)
"""Allowances tried where the stated noise alone lets no history fit."""


def decode_curve(arm: ObservedArm) -> DecodedHistory:
    """
    Decode patients, exactly where the coordinates carry no noise.

    Coordinates of four digits and more that never rise, or whose stated noise is as small, are
    decoded exactly. Where no whole history fits them, or they rise, they are taken as uncertain.

    Parameters
    ----------
    arm : ObservedArm
        Curve, patients and, where printed, numbers at risk and total events.

    Returns
    -------
    DecodedHistory
        The patients, with the decoder that made them.

    Raises
    ------
    CurveError
        If the arm holds what no decoder can use.
    """
    checked = check_arm(arm)
    survival, noise = checked.curve.survival, checked.curve.noise
    precision = 3.0 * noise if noise else half_unit(survival)
    if precision > _FINE or np.any(np.diff(survival) > 0):
        return decode_noisy(arm)
    return decode_as_exact(checked)


def decode_as_exact(arm: ObservedArm) -> DecodedHistory:
    """
    Decode patients of coordinates that are said to be exact; as uncertain where none fit.

    Parameters
    ----------
    arm : ObservedArm
        Curve, patients and, where printed, numbers at risk and total events.

    Returns
    -------
    DecodedHistory
        The patients; `inconsistencies` begins with why no history fits exactly.

    Raises
    ------
    CurveError
        If the arm holds what no decoder can use.
    """
    noise = check_arm(arm).curve.noise
    precision = 3.0 * noise if noise else half_unit(arm.curve.survival)
    # a stated noise is that of coordinates; an axis may be calibrated a little wrong beside it
    wider = [wide for wide in _WIDER if noise and wide > precision]
    faults: tuple[str, ...] = ()
    for allowance in (precision, *wider):
        try:
            return decode_exact(arm, allowance=allowance)
        except CurveError as error:
            faults = error.faults
    decoded = decode_noisy(arm)
    said = (*faults, "the coordinates were taken as uncertain")
    return replace(decoded, inconsistencies=(*said, *decoded.inconsistencies))
