"""What several cuts ask of curves, asked at once; and what need not be asked of many curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import log_limit
from survkit.kernels.greenwood import AT_ZERO
from survkit.kernels.violation import CURVE, NARROWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Flags, Floats, Positions
    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.cut import Cut

__all__ = ["CurveWindows"]

_NO_HAZARD = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveWindows:
    """The windows of curves and their limits at some cuts, one entry per window."""

    cuts: tuple[Cut, ...]  # the cuts
    cut: Positions  # shape (w,); which cut each window belongs to
    z: Floats  # shape (w, 1); 0 for the curve, negative for its lower limit
    transforms: tuple[tuple[Transform, Flags], ...]  # scales of limits, and the windows on each
    bounded: Flags  # shape (w, 1); whether there are two ends
    lower: Floats  # shape (w, 1); the ends, as probabilities
    upper: Floats
    middle: Floats  # shape (w, 1); of those with two ends, with half their width
    half: Floats

    @classmethod
    def of(cls, cuts: Sequence[Cut]) -> CurveWindows:
        """Gather the windows of cuts."""
        asked = [
            (number, z, window, cut.transform)
            for number, cut in enumerate(cuts)
            for window, z in cut.windows
        ]
        column = np.array([z for _, z, _, _ in asked], dtype=np.float64)[:, None]
        ends = np.array([(one.lower, one.upper) for _, _, one, _ in asked], dtype=np.float64)
        lower, upper = ends.reshape(-1, 2).T[:, :, None]
        bounded = np.isfinite(lower) & np.isfinite(upper)
        known = [(one.middle, one.half) if one.bounded else (0.0, 1.0) for _, _, one, _ in asked]
        middle, half = np.array(known, dtype=np.float64).reshape(-1, 2).T[:, :, None]
        scales = np.array([transform for _, _, _, transform in asked])
        return cls(
            cuts=tuple(cuts),
            cut=np.array([number for number, _, _, _ in asked], dtype=np.int64),
            z=column,
            transforms=tuple((cut, scales == cut) for cut in {cut.transform: 0 for cut in cuts}),
            bounded=bounded,
            lower=lower,
            upper=upper,
            middle=middle,
            half=np.maximum(half, NARROWEST),
        )

    def missed(self, hazard: Floats, variance: Floats) -> Floats:
        """
        Measure how far curves miss what is asked, in half rounding windows, squared.

        Parameters
        ----------
        hazard, variance : ndarray of float, shape (cuts, k)
            Cumulative hazards and Greenwood's sums, cut by cut.

        Returns
        -------
        ndarray of float, shape (cuts, k)
            As `Cut.missed` says for each.
        """
        beyond = self._beyond(hazard[self.cut], variance[self.cut]) ** 2
        missed: Floats = np.zeros(hazard.shape)
        np.add.at(missed, self.cut, beyond)
        return missed

    def sure(self, hazard: Floats, variance: Floats) -> Flags:
        """
        Tell which cuts are met by all curves between two, without a look at these.

        Limits rise or fall with the hazard and with the variance, but for the lower one on the
        log-log scale, which turns where the hazard is z times the root of the variance.

        Parameters
        ----------
        hazard, variance : ndarray of float, shape (cuts, 2)
            Least and greatest cumulative hazard and Greenwood's sum at each cut.

        Returns
        -------
        ndarray of bool, shape (cuts,)
            Whether nothing is missed, wherever a curve lies between.
        """
        least, most = hazard[self.cut].T
        roots = np.sqrt(np.maximum(variance[self.cut], 0.0))
        corners = hazard[self.cut][:, [0, 0, 1, 1]], variance[self.cut][:, [0, 1, 0, 1]]
        apart = -self.z * roots
        turns = (apart[:, 1] > 0.0) & (least <= apart[:, 1]) & (most >= apart[:, 0])
        doubtful = turns | self._beyond(*corners).any(axis=1)
        sure: Flags = np.bincount(self.cut[doubtful], minlength=len(self.cuts)) == 0
        return sure

    def _beyond(self, hazard: Floats, variance: Floats) -> Floats:
        """Measure, window by window, how far curves and limits are beyond its comfortable share."""
        positive = np.maximum(hazard, _NO_HAZARD)
        root = np.sqrt(np.maximum(variance, 0.0))
        logs = np.empty(positive.shape)
        for transform, some in self.transforms:
            logs[some] = log_limit(positive[some], root[some], self.z[some], transform)
        values = np.exp(logs)
        within = np.abs(values - self.middle) / self.half - CURVE.comfort
        outside = np.maximum(self.lower - values, values - self.upper) / CURVE.open_unit
        beyond = np.maximum(np.where(self.bounded, within, outside), 0.0)
        return np.where((self.z != 0.0) & (positive >= AT_ZERO), 0.0, beyond)
