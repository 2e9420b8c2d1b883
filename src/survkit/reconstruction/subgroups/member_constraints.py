"""What a group's printed figures ask of its members, when the times of all patients are given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.interval import Window
from survkit.reconstruction.constraints.contrast import Side, compare, excess, excess_of
from survkit.reconstruction.constraints.curve import ANYWHERE, Cut, collect_cuts
from survkit.reconstruction.constraints.violation import ONE_SIDED, missed_at, step_sums
from survkit.reconstruction.placement.knots import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reconstruction.constraints.targets import (
        ArmTargets,
        ContrastTargets,
        Passage,
        Targets,
    )

__all__ = ["Demands", "Holding", "Pool", "collect_demands", "members_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

_EDGE = 1e-6
_WEIGHT = 4.0
"""
Weight against a hazard ratio half a rounding window beyond its own: of a curve on the wrong side of
one half, for each patient, and of a printed one, where a patient is many windows, for little more
than that it is missed.
"""
_LEAST = 0.005
"""Patients that a curve on the wrong side is away at least: its figure is missed all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """
    One arm's patients, from whom members are taken.

    Parameters
    ----------
    time : ndarray of float, shape (n,)
        Times, rising; events come before censorings.
    event : ndarray of bool, shape (n,)
        Who has the event.
    """

    time: Floats
    event: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """
    What is asked of the members of one arm.

    Parameters
    ----------
    pool : Pool
        The arm's patients.
    n : int
        Members.
    events : int or None
        Events among them, where printed.
    cuts : tuple of Cut
        What is asked of their curve at points in time.
    column : ndarray of int
        For each cut, how many of the pool have left when the curve is read.
    at_risk : tuple of tuple
        Places in the pool's order, and how many members come from there on.
    """

    pool: Pool
    n: int
    events: int | None
    cuts: tuple[Cut, ...]
    column: Codes
    at_risk: tuple[tuple[int, int], ...]

    def missed(self, members: Flags) -> Floats:
        """
        Measure how far sets of members miss what is asked, in half rounding windows, squared.

        Parameters
        ----------
        members : ndarray of bool, shape (k, n)
            Who is in, set by set.

        Returns
        -------
        ndarray of float, shape (k,)
            Sums of squares; 0 where all is met.
        """
        hazard, variance, counts = self.read(members)
        return self.missed_by(hazard, variance, counts)

    def read(self, members: Flags) -> tuple[Floats, Floats, Floats]:
        """
        Read the members' curve, its variance and the counts that are asked for.

        Parameters
        ----------
        members : ndarray of bool, shape (k, n)
            Who is in, set by set.

        Returns
        -------
        tuple of ndarray of float
            Cumulative hazard and Greenwood's sum at each cut, shape (k, cuts); events and numbers
            at risk, shape (k, 1 + times).
        """
        inside = members.astype(np.float64)
        at_risk = np.cumsum(inside[:, ::-1], axis=1)[:, ::-1]
        events = inside * self.pool.event
        weight, spread = step_sums(np.maximum(at_risk, 1.0))
        hazard, variance = events * weight, events * spread
        none = np.zeros((members.shape[0], 1))
        hazard = np.concatenate((none, np.cumsum(hazard, axis=1)), axis=1)[:, self.column]
        variance = np.concatenate((none, np.cumsum(variance, axis=1)), axis=1)[:, self.column]
        later = np.concatenate((at_risk, none), axis=1)[:, [place for place, _ in self.at_risk]]
        return hazard, variance, np.concatenate((events.sum(axis=1)[:, None], later), axis=1)

    def missed_by(self, hazard: Floats, variance: Floats, counts: Floats) -> Floats:
        """
        Measure what readings miss.

        Parameters
        ----------
        hazard, variance, counts : ndarray of float, shape (..., m)
            As `read` gives them.

        Returns
        -------
        ndarray of float, shape (...)
            Sums of squares; 0 where all is met.
        """
        missed: Floats = np.zeros(hazard.shape[:-1])
        for index, cut in enumerate(self.cuts):
            at = np.maximum(hazard[..., index], 1e-12), np.maximum(variance[..., index], 0.0)
            beyond = np.nan_to_num(missed_at(cut, *at), nan=1e6, posinf=1e6)
            missed = missed + _WEIGHT * (
                np.log1p(beyond) if cut.printed else self._patients(beyond)
            )
        if self.events is not None:
            missed = missed + (counts[..., 0] - self.events) ** 2
        for index, (_, count) in enumerate(self.at_risk, start=1):
            missed = missed + (counts[..., index] - count) ** 2
        return missed

    def _patients(self, beyond: Floats) -> Floats:
        """Count the patients that curves are on the wrong side of one half by; some, if any."""
        off = np.sqrt(beyond) * ONE_SIDED * self.n
        return np.where(beyond > 0.0, np.maximum(off, _LEAST), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """
    What is asked of the members of one group.

    Parameters
    ----------
    arms : tuple of Holding
        Arm by arm.
    contrasts : tuple of ContrastTargets
        Of their comparisons.
    labels : frozenset of int
        The labels of the group's members.
    """

    arms: tuple[Holding, ...]
    contrasts: tuple[ContrastTargets, ...]
    labels: frozenset[int]

    def missed(self, members: Sequence[Flags]) -> float:
        """
        Measure how far the figures of a group are missed.

        Parameters
        ----------
        members : sequence of ndarray of bool
            Who is in, arm by arm.

        Returns
        -------
        float
            0 where all are met.
        """
        pairs = zip(self.arms, members, strict=True)
        missed = sum(float(arm.missed(own[None])[0]) for arm, own in pairs)
        for contrast in self.contrasts:
            sides = [
                self._side(arm, members) for arm in (contrast.reference, contrast.experimental)
            ]
            missed += excess_of(contrast, compare(*sides))
        return round(missed, 9)

    def after_exchange(
        self, members: Sequence[Flags], arm: int, leaving: Codes, coming: Codes
    ) -> Floats:
        """
        Estimate what is missed after one member of an arm has left and somebody else has come.

        The effects of leaving and of coming, each computed exactly, are added up.

        Parameters
        ----------
        members : sequence of ndarray of bool
            Who is in, arm by arm.
        arm : int
            The arm.
        leaving : ndarray of int, shape (a,)
            Who may leave.
        coming : ndarray of int, shape (b,)
            Who may come.

        Returns
        -------
        ndarray of float, shape (a, b)
            What the arm and its contrasts miss.
        """
        movers = np.concatenate((leaving, coming))
        trial = np.repeat(members[arm][None], movers.size + 1, axis=0)
        trial[np.arange(movers.size), movers] ^= True
        combine = _Combination(leaving.size)
        missed = self.arms[arm].missed_by(*map(combine, self.arms[arm].read(trial)))
        for contrast in self._of(arm):
            values = self._compare_many(contrast, members, arm, trial)
            missed = missed + excess(contrast, *map(combine, values))
        return missed

    def missed_with(self, members: Sequence[Flags], arm: int, trial: Flags) -> Floats:
        """
        Measure what is missed for several sets of members of one arm.

        Parameters
        ----------
        members : sequence of ndarray of bool
            Who is in, arm by arm.
        arm : int
            The arm.
        trial : ndarray of bool, shape (k, n)
            Who is in the arm, set by set.

        Returns
        -------
        ndarray of float, shape (k,)
            What the arm and its contrasts miss.
        """
        missed = self.arms[arm].missed(trial)
        for contrast in self._of(arm):
            missed = missed + excess(contrast, *self._compare_many(contrast, members, arm, trial))
        return missed

    def _of(self, arm: int) -> list[ContrastTargets]:
        """Return the contrasts that an arm has a part in."""
        return [own for own in self.contrasts if arm in (own.reference, own.experimental)]

    def _side(self, arm: int, members: Sequence[Flags]) -> Side:
        pool, own = self.arms[arm].pool, members[arm]
        return Side(ticks=pool.time[own], event=pool.event[own])

    def _compare_many(
        self, contrast: ContrastTargets, members: Sequence[Flags], arm: int, trial: Flags
    ) -> tuple[Floats, Floats, Floats]:
        """Return log ratios, standard errors and log-rank statistics for sets of one arm."""
        other = contrast.experimental if arm == contrast.reference else contrast.reference
        mine, theirs = self.arms[arm].pool, self.arms[other].pool
        own = _later(trial.astype(np.float64))
        rest = _later(members[other][None].astype(np.float64))
        own_events, their_events = (
            np.flatnonzero(mine.event),
            np.flatnonzero(theirs.event & members[other]),
        )
        meeting = own[:, np.searchsorted(mine.time, theirs.time[their_events])]
        crossing = rest[0, np.searchsorted(theirs.time, mine.time[own_events])]
        weight = np.concatenate(
            (trial[:, own_events], np.ones((trial.shape[0], their_events.size), dtype=bool)), axis=1
        ).astype(np.float64)
        pair = (
            np.concatenate((own[:, own_events], meeting), axis=1),
            np.concatenate((crossing, rest[0, their_events]))[None],
        )
        zero, one = pair if arm == contrast.reference else pair[::-1]
        treated = (
            weight[:, : own_events.size]
            if arm == contrast.experimental
            else weight[:, own_events.size :]
        )
        start = compare(
            *(self._side(a, members) for a in (contrast.reference, contrast.experimental))
        )
        return _fit_many(zero, one, weight, treated.sum(axis=1), start.cox.log_hazard_ratio)


class _Combination:
    """
    Add up the effects of leaving and of coming.

    Parameters
    ----------
    leaving : int
        How many may leave; the last row of all values is that of no change.
    """

    def __init__(self, leaving: int) -> None:
        self._leaving = leaving

    def __call__(self, values: Floats) -> Floats:
        now = values[-1]
        gone, come = values[: self._leaving], values[self._leaving : -1]
        combined: Floats = gone[:, None] + come[None, :] - now
        return combined


def _later(inside: Floats) -> Floats:
    """Count who is in and leaves at each place or later; a last column for nobody."""
    later = np.cumsum(inside[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate((later, np.zeros((inside.shape[0], 1))), axis=1)


def _fit_many(
    zero: Floats, one: Floats, weight: Floats, observed: Floats, start: float
) -> tuple[Floats, Floats, Floats]:
    """Two Newton steps for every row, and the log-rank statistic; an event counts by its weight."""
    start = start if math.isfinite(start) else 0.0
    log_ratio = np.full(weight.shape[0], start)
    for _ in range(2):
        weighted = one * np.exp(log_ratio)[:, None]
        share = weighted / np.maximum(zero + weighted, 1e-12)
        information = np.maximum((weight * share * (1.0 - share)).sum(axis=1), 1e-9)
        log_ratio = log_ratio + (observed - (weight * share).sum(axis=1)) / information
    share = one / np.maximum(zero + one, 1e-12)
    variance = np.maximum((weight * share * (1.0 - share)).sum(axis=1), 1e-12)
    z = (observed - (weight * share).sum(axis=1)) / np.sqrt(variance)
    return log_ratio, 1.0 / np.sqrt(information), z


def members_of(labels: Sequence[Codes], chosen: frozenset[int]) -> tuple[Flags, ...]:
    """
    Tell who has one of some labels.

    Parameters
    ----------
    labels : sequence of ndarray of int
        The label of each patient, arm by arm.
    chosen : frozenset of int
        The labels of a group.

    Returns
    -------
    tuple of ndarray of bool
        Who is in the group, arm by arm.
    """
    return tuple(np.isin(own, list(chosen)) for own in labels)


def collect_demands(group: Targets, pools: Sequence[Pool], labels: frozenset[int]) -> Demands:
    """
    Gather what a group's figures ask of its members.

    Parameters
    ----------
    group : Targets
        The group's printed figures.
    pools : sequence of Pool
        The patients, arm by arm.
    labels : frozenset of int
        The labels of the group's members.

    Returns
    -------
    Demands
        What is asked.
    """
    return Demands(
        arms=tuple(_holding(arm, pool) for arm, pool in zip(group.arms, pools, strict=True)),
        contrasts=tuple(own for own in group.contrasts if own.log_ratio is not None),
        labels=labels,
    )


def _holding(arm: ArmTargets, pool: Pool) -> Holding:
    read = [
        (cut, int(np.searchsorted(pool.time, cut.time, side="right")))
        for cut in collect_cuts(arm)
        if cut.asks
    ]
    for passage in arm.of_events:
        read += _cuts_beside(passage, pool)
    return Holding(
        pool=pool,
        n=arm.n,
        events=arm.events,
        cuts=tuple(cut for cut, _ in read),
        column=np.array([column for _, column in read], dtype=np.int64),
        at_risk=tuple((int(np.searchsorted(pool.time, t)), count) for t, count in arm.at_risk),
    )


def _cuts_beside(passage: Passage, pool: Pool) -> Iterator[tuple[Cut, int]]:
    """Yield on which side of its share a curve is at both ends of a printed quantile's rounding."""
    above = Window(passage.share + _EDGE, math.inf)
    below = Window(-math.inf, passage.share - _EDGE)
    window = passage.window
    if not window.reached:
        yield _one_cut(passage, 0.0, above), pool.time.size
        return
    free = 2.0 * MARGIN * window.half
    for time, side in ((window.lower + free, above), (window.upper - free, below)):
        column = int(np.searchsorted(pool.time, time, side="right"))
        yield _one_cut(passage, time, side), column


def _one_cut(passage: Passage, time: float, asked: Window) -> Cut:
    """Ask something of the curve of a passage: the estimate, or its lower or upper limit."""
    return Cut(
        time=time,
        left=None,
        survival=asked if passage.z == 0.0 else ANYWHERE,
        lower=asked if passage.z < 0.0 else ANYWHERE,
        upper=asked if passage.z > 0.0 else ANYWHERE,
        z=abs(passage.z),
        transform=passage.transform,
        printed=False,
    )
