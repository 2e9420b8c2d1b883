"""What is asked of an arm's curve slot by slot: arrays that many curves are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, Positions, sums_before
from survkit.kernels import confidence_limit

if TYPE_CHECKING:
    from survkit.kernels import Transform

__all__ = ["CurveConstraints"]

_NO_HAZARD = 1e-300
_INSET = 0.5
"""Share of half a rounding window by which the aim lies inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveConstraints:
    """What is asked of an arm's curve, each array of shape (q,)."""

    slot: Positions  # the slot after which the curve is read
    z: Floats  # normal quantile of the limit that is read; 0 for the curve itself
    lower: Floats  # where it must be, as a probability, and in which unit a miss is measured
    upper: Floats
    unit: Floats
    # scales of the limits, each with its first constraint and the one after its last
    transforms: tuple[tuple[Transform, int, int], ...]

    def at(self, slot: int) -> CurveConstraints:
        """Pick what is asked at one slot."""
        here = self.slot == slot
        before = sums_before(here)
        return CurveConstraints(
            slot=self.slot[here],
            z=self.z[here],
            lower=self.lower[here],
            upper=self.upper[here],
            unit=self.unit[here],
            transforms=tuple(
                (transform, int(before[start]), int(before[stop]))
                for transform, start, stop in self.transforms
            ),
        )

    def read(self, hazard: Floats, variance: Floats) -> Floats:
        """
        Read curves and their limits where something is asked of them.

        Parameters
        ----------
        hazard : ndarray of float, shape (q, c)
            Negative log survival at each constraint's slot.
        variance : ndarray of float, shape (q, c)
            Greenwood's sum there.

        Returns
        -------
        ndarray of float, shape (q, c)
            Probabilities; where a curve has reached zero its limits do not exist, and count as what
            is asked of them.
        """
        positive, root = np.maximum(hazard, _NO_HAZARD), np.sqrt(np.maximum(variance, 0.0))
        with np.errstate(over="ignore", under="ignore"):
            parts = [
                confidence_limit(
                    positive[start:stop], root[start:stop], self.z[start:stop, None], transform
                )
                for transform, start, stop in self.transforms
            ]
        limits = np.concatenate(parts or [positive])
        asked = np.clip(0.0, self.lower, self.upper)[:, None]
        limits = np.where(np.isfinite(limits), limits, asked)
        return np.where(self.z[:, None] == 0.0, np.exp(-positive), limits)

    def missed(self, values: Floats) -> Floats:
        """
        Measure how far curves miss what is asked, in half rounding windows, squared.

        Parameters
        ----------
        values : ndarray of float, shape (q, c)
            What was read.

        Returns
        -------
        ndarray of float, shape (c,)
            Sums of squares; 0 where everything is met with a little to spare.
        """
        beyond = self.beyond(values)
        missed: Floats = np.einsum("qc,qc->c", beyond, beyond)
        return missed

    def beyond(self, values: Floats) -> Floats:
        """
        Measure how far curves are outside of what is asked, with sign.

        Parameters
        ----------
        values : ndarray of float, shape (q, c)
            What was read.

        Returns
        -------
        ndarray of float, shape (q, c)
            Distances in half rounding windows, 0 inside.
        """
        nearest = np.clip(values, self.lower[:, None], self.upper[:, None])
        beyond: Floats = (values - nearest) / self.unit[:, None]
        return beyond

    def distance(self, values: Floats) -> Floats:
        """
        Measure how far curves are from what is asked, with sign.

        Parameters
        ----------
        values : ndarray of float, shape (q, c)
            What was read.

        Returns
        -------
        ndarray of float, shape (q, c)
            Distances from the middle half of each rounding window, in halves of it.
        """
        inset = np.where(np.isfinite(self.lower) & np.isfinite(self.upper), _INSET * self.unit, 0.0)
        nearest = np.clip(values, (self.lower + inset)[:, None], (self.upper - inset)[:, None])
        away: Floats = (values - nearest) / self.unit[:, None]
        return away
