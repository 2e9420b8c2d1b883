"""Profiles that differ in no figure to come: only the smoothest of each kind is followed.

`profiles` asks for it after every slot, as the number of ways would multiply without end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.visits.terms import slot_terms

if TYPE_CHECKING:
    from survkit.reconstruction.visits.partial_profiles import Begun, Frame

__all__ = ["keep_apart"]

Floats = NDArray[np.float64]

_FINE = 0.25
"""Share of half a rounding window below which two curves are the same."""
_COARSE = 0.05
"""Share of the sums below which they are, where nothing is asked any more."""
_NUDGE = 0.01
"""Share by which sums are changed to see what that does to the figures."""
_MANY, _MIXED = 100_003, 1_000_003
"""Factors that make one number of several; it runs over, and still tells nearly all apart."""
_DIGITS = 6
"""Digits of what is sorted into kinds, so that machines agree on them."""


def keep_apart(frame: Frame, begun: Begun, slot: int, most: int) -> Begun:
    """
    Keep the smoothest profile of every kind, and the smoothest of these.

    Parameters
    ----------
    frame : Frame
        What the profiles have in common.
    begun : Begun
        The profiles.
    slot : int
        The slot they have come to.
    most : int
        How many are kept.

    Returns
    -------
    Begun
        The profiles that are followed.
    """
    if begun.events.size <= most:
        return begun
    unit = 1.0 if frame.rival is None else frame.rival.unit
    hazard_bin, variance_bin = _bins(frame, begun, slot)
    kind = begun.all_events * _MANY + begun.all_censored
    for value, width in (
        (begun.hazard, hazard_bin),
        (begun.variance, variance_bin),
        (begun.score, unit),
    ):
        kind = kind * _MIXED + np.floor((value / width).round(_DIGITS)).astype(np.int64)
    order = np.lexsort((begun.roughness, begun.missed, kind))
    first = order[np.diff(kind[order], prepend=kind[order[0]] - 1) != 0]
    return begun.pick(first[np.lexsort((begun.roughness[first], begun.missed[first]))[:most]])


def _bins(frame: Frame, begun: Begun, slot: int) -> tuple[float, float]:
    """Return how far apart hazards and Greenwood's sums have to be to matter at the next figure."""
    hazard, variance = float(np.median(begun.hazard)), float(np.median(begun.variance))
    coarse = max(_COARSE * hazard, 1e-6), max(_COARSE * variance, 1e-9)
    sharp = np.isfinite(frame.questions.lower) & np.isfinite(frame.questions.upper)
    following = frame.questions.slot[sharp & (frame.questions.slot > slot)]
    if not following.size:
        return coarse
    at = int(following.min())
    questions = frame.questions.at(at)
    hazard, variance = _expected(frame, at)
    here = (
        hazard + _NUDGE * np.array([0.0, 1.0, 0.0]),
        variance * (1.0 + _NUDGE * np.array([0, 0, 1])),
    )
    values = questions.read(*(np.broadcast_to(own, (questions.slot.size, 3)) for own in here))
    change = np.abs(values[:, 1:] - values[:, :1]) / questions.unit[:, None]
    bounded = np.isfinite(questions.lower) & np.isfinite(questions.upper)
    steep = np.maximum(change[bounded].max(axis=0), 1e-9)
    return (
        min(_FINE * _NUDGE / float(steep[0]), coarse[0]),
        min(_FINE * _NUDGE * variance / float(steep[1]), coarse[1]),
    )


def _expected(frame: Frame, slot: int) -> tuple[float, float]:
    """Return cumulative hazard and Greenwood's sum of the fractions."""
    events = frame.point[0]
    at_risk = frame.n - np.cumsum(frame.point.sum(axis=0)) + frame.point.sum(axis=0)
    terms = slot_terms(np.minimum(events, at_risk - 0.5), np.maximum(at_risk, 1.0))
    hazard, variance = terms[:, : slot + 1].sum(axis=1)
    return float(hazard), float(variance)
