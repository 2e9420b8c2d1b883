"""What is asked of an arm's curve slot by slot: arrays that many curves are held against.

`grid` asks, `relaxation`, `search` and `state` hold curves against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from survkit.interval import Window
from survkit.reconstruction.constraints.curve import Cut, collect_cuts
from survkit.reconstruction.constraints.violation import COMFORT, confidence_limit

if TYPE_CHECKING:
    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.targets import ArmTargets, Passage

__all__ = ["Questions", "ask_curve"]

Floats = NDArray[np.float64]
Slots = NDArray[np.int64]

_EDGE = 1e-4
"""Distance from a share at which a curve is beyond it: a rest on the share counts as neither."""
_ONE_SIDED = 0.001
"""Unit in which a curve on the wrong side of a share is measured."""
_NARROWEST = 1e-9
_NO_HAZARD = 1e-300


class _Question(NamedTuple):
    """Where the curve, or with z its limit, must be once a slot is over."""

    transform: Transform
    slot: int
    z: float
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """
    What is asked of an arm's curve, each array of shape (questions,).

    Parameters
    ----------
    slot : ndarray of int
        The slot after which the curve is read.
    z : ndarray of float
        Normal quantile of the limit that is read; 0 for the curve itself.
    lower, upper, unit : ndarray of float
        Where it must be, as a probability, and in which unit a miss is measured.
    transforms : tuple of tuple
        Scales of the limits, each with the first question it belongs to and the one after its last.
    """

    slot: Slots
    z: Floats
    lower: Floats
    upper: Floats
    unit: Floats
    transforms: tuple[tuple[Transform, int, int], ...]

    def at(self, slot: int) -> Questions:
        """
        Pick what is asked at one slot.

        Parameters
        ----------
        slot : int
            The slot.

        Returns
        -------
        Questions
            The questions there, none of them for many slots.
        """
        own = self.slot == slot
        before = np.concatenate(([0], np.cumsum(own)))
        return Questions(
            slot=self.slot[own],
            z=self.z[own],
            lower=self.lower[own],
            upper=self.upper[own],
            unit=self.unit[own],
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
        hazard : ndarray of float, shape (questions, curves)
            Negative log survival at each question's slot.
        variance : ndarray of float, shape (questions, curves)
            Greenwood's sum there.

        Returns
        -------
        ndarray of float, shape (questions, curves)
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
        values : ndarray of float, shape (questions, curves)
            What was read.

        Returns
        -------
        ndarray of float, shape (curves,)
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
        values : ndarray of float, shape (questions, curves)
            What was read.

        Returns
        -------
        ndarray of float, shape (questions, curves)
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
        values : ndarray of float, shape (questions, curves)
            What was read.

        Returns
        -------
        ndarray of float, shape (questions, curves)
            Distances from the middle half of each rounding window, in halves of it.
        """
        inset = np.where(np.isfinite(self.lower) & np.isfinite(self.upper), 0.5 * self.unit, 0.0)
        nearest = np.clip(values, (self.lower + inset)[:, None], (self.upper - inset)[:, None])
        away: Floats = (values - nearest) / self.unit[:, None]
        return away


def ask_curve(arm: ArmTargets, times: Floats, early: tuple[tuple[int, int], ...] = ()) -> Questions:
    """
    Gather what is asked of an arm's curve, slot by slot.

    Parameters
    ----------
    arm : ArmTargets
        The arm's printed figures.
    times : ndarray of float, shape (k,)
        The slots, in time units.
    early : tuple of (int, int)
        Places of passages among `of_events`, and slots after which these curves must still be above
        their share.

    Returns
    -------
    Questions
        The printed percentages and their limits, and on which side of a share the curve is.
    """
    found = [question for cut in collect_cuts(arm) for question in _of_cut(cut, times)]
    for passage in arm.of_events:
        found += _of_passage(passage, times)
    found += [_still_above(arm.of_events[place], slot) for place, slot in early]
    found.sort(key=lambda question: question.transform)
    lower, upper, unit = np.array([_bounds(question.window) for question in found]).reshape(-1, 3).T
    groups, start = [], 0
    for transform, members in groupby(question.transform for question in found):
        stop = start + len(list(members))
        groups.append((transform, start, stop))
        start = stop
    return Questions(
        slot=np.array([question.slot for question in found], dtype=np.int64),
        z=np.array([question.z for question in found]),
        lower=lower,
        upper=upper,
        unit=unit,
        transforms=tuple(groups),
    )


def _of_cut(cut: Cut, times: Floats) -> list[_Question]:
    """Read what is asked at a printed time."""
    slot = int(np.searchsorted(times, cut.time, side="right")) - 1
    asked = ((0.0, cut.survival), (-cut.z, cut.lower), (cut.z, cut.upper))
    return [
        _Question(cut.transform, slot, z, window)
        for z, window in asked
        if math.isfinite(window.lower) or math.isfinite(window.upper)
    ]


def _of_passage(passage: Passage, times: Floats) -> list[_Question]:
    """Ask that a curve or a limit passes its share within the printed window."""
    window = passage.window
    before = int(np.searchsorted(times, window.lower, side="left")) - 1
    found = [_still_above(passage, max(before, 0))]
    if window.reached:
        within = int(np.searchsorted(times, window.upper, side="right")) - 1
        below = Window(-math.inf, passage.share - _EDGE)
        found.append(_Question(passage.transform, within, passage.z, below))
    return found


def _still_above(passage: Passage, slot: int) -> _Question:
    above = Window(passage.share + _EDGE, math.inf)
    return _Question(passage.transform, slot, passage.z, above)


def _bounds(window: Window) -> tuple[float, float, float]:
    """Return the bounds within which a window counts as met, and the unit of a miss."""
    if not window.bounded:
        return window.lower, window.upper, _ONE_SIDED
    half = max(window.half, _NARROWEST)
    return window.middle - COMFORT * half, window.middle + COMFORT * half, half
