"""Profiles that differ in no figure to come: only the smoothest of each kind is followed.

`enumerate` asks for it after every slot, as the number of ways would multiply without end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import event_terms

if TYPE_CHECKING:
    from survkit.reconstruction.visits.profiles.profile import ArmFrame, PartialProfiles

__all__ = ["prune"]

_FINE = 0.25
"""Share of half a rounding window below which two curves are the same."""
_COARSE = 0.05
"""Share of the sums below which they are, where nothing is asked any more."""
_NUDGE = 0.01
"""Share by which sums are changed to see what that does to the figures."""
_DIGITS = 6
"""Digits of what is sorted into kinds, so that machines agree on them."""


def prune(frame: ArmFrame, partial: PartialProfiles, slot: int, most: int) -> PartialProfiles:
    """Keep the smoothest profile of every kind, and the smoothest of these."""
    if partial.events.size <= most:
        return partial
    unit = 1.0 if frame.comparator is None else frame.comparator.unit
    hazard_bin, variance_bin = _bins(frame, partial, slot)
    kinds = np.stack(
        (
            partial.all_events,
            partial.all_censored,
            *(
                np.floor((values / width).round(_DIGITS)).astype(np.int64)
                for values, width in (
                    (partial.hazard, hazard_bin),
                    (partial.variance, variance_bin),
                    (partial.score, unit),
                )
            ),
        )
    )
    order = np.lexsort((partial.roughness, partial.missed, *kinds))
    new_kind = np.any(np.diff(kinds[:, order], axis=1) != 0, axis=0)
    smoothest = order[np.concatenate(([True], new_kind))]
    ranks = np.lexsort((partial.roughness[smoothest], partial.missed[smoothest]))
    return partial.pick(smoothest[ranks[:most]])


def _bins(frame: ArmFrame, partial: PartialProfiles, slot: int) -> tuple[float, float]:
    """Return how far apart hazards and Greenwood's sums have to be to matter at the next figure."""
    hazard, variance = float(np.median(partial.hazard)), float(np.median(partial.variance))
    coarse = max(_COARSE * hazard, 1e-6), max(_COARSE * variance, 1e-9)
    sharp = np.isfinite(frame.curve.lower) & np.isfinite(frame.curve.upper)
    following = frame.curve.slot[sharp & (frame.curve.slot > slot)]
    if not following.size:
        return coarse
    at = int(following.min())
    curve = frame.curve.at(at)
    hazard, variance = _expected(frame, at)
    here = (
        hazard + _NUDGE * np.array([0.0, 1.0, 0.0]),
        variance * (1.0 + _NUDGE * np.array([0, 0, 1])),
    )
    values = curve.read(*(np.broadcast_to(sums, (curve.slot.size, 3)) for sums in here))
    change = np.abs(values[:, 1:] - values[:, :1]) / curve.unit[:, None]
    bounded = np.isfinite(curve.lower) & np.isfinite(curve.upper)
    steep = np.maximum(change[bounded].max(axis=0), 1e-9)
    return (
        min(_FINE * _NUDGE / float(steep[0]), coarse[0]),
        min(_FINE * _NUDGE * variance / float(steep[1]), coarse[1]),
    )


def _expected(frame: ArmFrame, slot: int) -> tuple[float, float]:
    """Return cumulative hazard and Greenwood's sum of the fractions."""
    events = frame.point[0]
    at_risk = frame.n - np.cumsum(frame.point.sum(axis=0)) + frame.point.sum(axis=0)
    terms = event_terms(np.minimum(events, at_risk - 0.5), np.maximum(at_risk, 1.0))
    hazard, variance = terms[:, : slot + 1].sum(axis=1)
    return float(hazard), float(variance)
