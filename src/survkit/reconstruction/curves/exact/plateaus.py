"""When patients leave who are censored along a level of the curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.curves.exact.follow_up import FollowUp
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["Plateaus"]

_RECENT = 20
"""Marks before the last known number at risk by which those after it are judged."""


@dataclass(frozen=True, slots=True)
class Plateaus:
    """
    What is known of censorings along levels: risk times, marks and the end of the curve.

    Parameters
    ----------
    arm : ObservedArm
        A checked arm.
    follow_up : FollowUp
        How its patients leave.
    """

    arm: ObservedArm
    follow_up: FollowUp

    @property
    def end(self) -> float:
        """Longest follow-up."""
        return max(float(self.arm.curve.time[-1]), self.arm.end or 0.0)

    @property
    def marks(self) -> Floats:
        """Times of the marks, none where none are shown."""
        return np.empty(0) if self.arm.curve.marks is None else self.arm.curve.marks

    def between(self, span: tuple[float, float], count: int, target: int) -> list[Floats]:
        """
        Go from drop to drop, by the risk times between them.

        Parameters
        ----------
        span : tuple of float
            Times of the drops.
        count : int
            Patients left after the first.
        target : int
            Patients at risk at the second.

        Returns
        -------
        list of ndarray of float
            Times of the censorings.
        """
        start, stop = span
        placed = []
        for time, number in self._rows(span, count, target):
            placed.append(self._place((start, time), count - number))
            start, count = time, number
        placed.append(self._place((start, stop), count - target))
        return placed

    def to_the_end(self, start: float, count: int, before: Floats) -> list[Floats]:
        """
        Go from the last drop to the end of the curve, where the last patient leaves.

        Parameters
        ----------
        start : float
            Time of the last drop.
        count : int
            Patients left after it.
        before : ndarray of float
            Times of those censored before.

        Returns
        -------
        list of ndarray of float
            Times of the censorings.
        """
        placed = [before]
        for time, number in self._rows((start, np.inf), count, 0):
            if time >= self.end and number == 0:
                break
            placed.append(self._place((start, min(time, self.end)), count - number))
            start, count = time, number
        placed.append(self._leave(start, count, np.concatenate(placed)))
        return placed[1:]

    def _rows(self, span: tuple[float, float], count: int, target: int) -> list[tuple[float, int]]:
        """Risk times inside a plateau, with a number that the plateau allows."""
        table = self.arm.table
        if table is None:
            return []
        start, stop = span
        rows = []
        for time, lower, upper in zip(table.time, table.lower, table.upper, strict=True):
            if start < time <= stop:
                share = (time - start) / max(stop - start, 1e-300)
                even = count - (count - target) * share
                wanted = min(max(round(float(even)), int(lower)), int(upper))
                number = min(max(wanted, target), count)
                rows.append((float(time), number))
                start, count = float(time), number
        return rows

    def _place(self, span: tuple[float, float], number: int) -> Floats:
        """Place censorings on the marks inside a span, as far as there are, else as they leave."""
        if number <= 0:
            return np.empty(0)
        start, stop = span
        # who is censored when another has the event, or at a risk time, was still at risk then
        inside = self.marks[(self.marks >= start) & (self.marks < stop)]
        if inside.size:
            return _on_marks(inside, self.follow_up.spread(start, stop, number))
        return self.follow_up.spread(start, stop, number)

    def _leave(self, start: float, count: int, before: Floats) -> Floats:
        """Let the last patients leave, as those before them did; who is left stays to the end."""
        if count <= 0:
            return np.empty(0)
        stop = max(self.end, start)
        inside = self.marks[(self.marks >= start) & (self.marks < stop)]
        leaving = round(self._per_mark(start, before) * inside.size)
        if not self.marks.size:
            first, last = 1.0 - self.follow_up.gone_by(np.array([start, stop]))
            leaving = round(count * (1.0 - last / first)) if first > 0 else count
        gone = self._place((start, stop), min(max(leaving, 0), count - 1))
        return np.append(gone, np.full(count - gone.size, stop))

    def _per_mark(self, start: float, before: Floats) -> float:
        """Return how many patients the marks just before a time stand for."""
        recent = self.marks[self.marks < start][-_RECENT:]
        if not recent.size:
            return 1.0
        return max(np.count_nonzero(before >= recent[0]) / recent.size, 1.0)


def _on_marks(marks: Floats, wanted: Floats) -> Floats:
    """Give each mark a patient, as far as they go, and the others to marks where they are."""
    number = wanted.size
    if number <= marks.size:
        return np.asarray(marks[np.round(np.linspace(0, marks.size - 1, number)).astype(int)])
    edges = np.concatenate(([-np.inf], (marks[1:] + marks[:-1]) / 2.0, [np.inf]))
    share = np.diff(np.searchsorted(wanted, edges)) / number
    more = number - marks.size
    # rounded so that the sum holds: what is due to all marks so far, less what they have
    due = np.floor(np.cumsum(share) * more + 0.5).astype(int)
    return np.repeat(marks, 1 + np.diff(due, prepend=0))
