"""Which decoder a curve is for: decided by its coordinates, and said."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.exact.decoding import decode_exact
from survkit.reconstruction.curves.exact.drops import half_unit
from survkit.reconstruction.curves.noisy import decode_noisy
from survkit.reconstruction.curves.observed import CurveError, ObservedArm, check_arm
from survkit.typed import as_instance

if TYPE_CHECKING:
    from survkit.reconstruction.curves.decoded import DecodedHistory
    from survkit.reconstruction.curves.observed import ObservedTable

__all__ = ["decode_as_exact", "decode_curve"]

_FINE = 5e-5
"""Half a unit of the fourth digit: clicked points may have as many digits, but do not fall."""
_INSTANT = 1e-6
"""Share of follow-up within which times are the same."""
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
    as_instance(arm, ObservedArm, "decode_curve", "an arm as observed")
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
    for opening, (table, said) in itertools.product((False, True), _conventions(arm)):
        for allowance in (precision, *wider):
            try:
                decoded = decode_exact(
                    replace(arm, table=table), allowance=allowance, opening=opening
                )
            except CurveError as error:
                faults = faults or error.faults
            else:
                return replace(decoded, inconsistencies=(*said, *decoded.inconsistencies))
    decoded = decode_noisy(arm)
    uncertain = (*faults, "the coordinates were taken as uncertain")
    return replace(decoded, inconsistencies=(*uncertain, *decoded.inconsistencies))


def _conventions(arm: ObservedArm) -> list[tuple[ObservedTable | None, tuple[str, ...]]]:
    """
    Return the table as most programs print it and, where that makes a difference, as lifelines.

    Most count at a time who has not left before it, lifelines who has not left by it.
    """
    table, curve = arm.table, arm.curve
    found: list[tuple[ObservedTable | None, tuple[str, ...]]] = [(table, ())]
    if table is None or not curve.time.size:
        return found
    leaving = curve.time if curve.marks is None else np.concatenate((curve.time, curve.marks))
    instant = _INSTANT * max(float(curve.time[-1]), 1e-300)
    apart = np.abs(table.time[:, None] - leaving[None, :]).min(axis=1)
    if np.any((apart < instant) & (table.time > 0)):
        said = "numbers at risk were taken as those after who leaves at that time"
        found.append((replace(table, time=table.time + 2 * instant), (said,)))
    return found
