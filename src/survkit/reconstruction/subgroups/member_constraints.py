"""What a group's printed figures ask of its members, when the times of all patients are given."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.arrays import Codes, Flags, Floats, Positions, sums_from
from survkit.kernels import (
    ArmTimes,
    TwoArmFit,
    fit_two_arms,
    log_rank_sums,
    newton_steps,
    single_event_terms,
)
from survkit.kernels.violation import CURVE
from survkit.reconstruction.constraints.cut import BEYOND_SHARE, Cut
from survkit.reconstruction.constraints.cuts import collect_cuts
from survkit.reconstruction.constraints.families.contrast import contrast_violation, fit_violation
from survkit.reconstruction.placement.knots import MARGIN
from survkit.reconstruction.subgroups.curve_windows import CurveWindows
from survkit.reconstruction.subgroups.member_sets import MemberSets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survkit.interval import Interval
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.constraints.families.quantiles import QuantileConstraint

__all__ = [
    "ArmMemberConstraints",
    "MemberConstraints",
    "Standing",
    "constrain_members",
    "members_of",
]

_WEIGHT = 4.0
"""
Weight against a hazard ratio half a rounding window beyond its own: of a curve on the wrong side of
one half, for each patient, and of a printed one, where a patient is many windows, for little more
than that it is missed.
"""
_LEAST = 0.005
"""Patients that a curve on the wrong side is away at least: its figure is missed all the same."""
_HOPELESS = 1e6
_NO_HAZARD = 1e-12
_NO_VARIANCE = 1e-12


class _Readings(NamedTuple):
    """What sets of members give where something is asked of them; sets on the last axis."""

    curve: Floats  # shape (2, cuts, k); cumulative hazard and Greenwood's sum at each cut
    counts: Floats  # shape (counts, k); events and numbers at risk, where they are printed


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMemberConstraints:
    """What is asked of the members of one arm."""

    patients: ArmTimes  # the arm's patients, from whom members are taken
    n: int  # members
    events: int | None  # events among them, where printed
    windows: CurveWindows  # what is asked of their curve at points in time
    column: Positions  # for each cut, how many of the patients have left when the curve is read
    # places in the order of leaving, and how many members come from there on
    at_risk: tuple[tuple[int, int], ...]
    # what an event adds to the cumulative hazard and to Greenwood's sum, by the number at risk
    terms: Floats  # shape (2, n + 1)

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """What is asked of the members' curve at points in time."""
        return self.windows.cuts

    def missed(self, sets: MemberSets) -> Floats:
        """
        Measure how far sets of members miss what is asked, in half rounding windows, squared.

        Parameters
        ----------
        sets : MemberSets
            Who is in, set by set.

        Returns
        -------
        ndarray of float, shape (k + 1,)
            Sums of squares; 0 where all is met.
        """
        curve, counts = self.read(sets)
        beyond = self.windows.missed(*curve)
        missed = np.flatnonzero(beyond.any(axis=1))
        return self._add_up({int(number): beyond[number] for number in missed}, counts)

    def read(self, sets: MemberSets) -> _Readings:
        """Read the members' curve and the counts that are asked for, set by set."""
        event = self.patients.event
        places = np.flatnonzero(sets.members & event)
        curve = sets.add_up(
            self.terms[:, sets.shifted(places)],
            places,
            self.column,
            [event[one.who] * self.terms[:, sets.at_risk_at(one)] for one in sets.changes],
        )
        counts = [np.empty((0, sets.count))]
        if self.events is not None:
            counts.append(sets.count_of(event)[None])
        if self.at_risk:
            counts.append(sets.at_risk(np.array([place for place, _ in self.at_risk])).T)
        return _Readings(
            curve=np.ascontiguousarray(curve.swapaxes(1, 2)),
            counts=np.concatenate(counts),
        )

    def missed_after_both(self, readings: _Readings, leaving: Codes, coming: Codes) -> Floats:
        """Estimate what is missed after one has left and another has come, each by its row."""
        left, come, before = (readings.curve[..., rows] for rows in (leaving, coming, [-1]))
        # the least and the greatest that any of them can be
        ends = [end(left, axis=-1) + end(come, axis=-1) for end in (np.min, np.max)]
        sure = self.windows.sure(*(np.stack(ends, axis=-1) - before))
        beyond = {}
        for number in np.flatnonzero(~sure).tolist():
            hazard, variance = _combined(readings.curve[:, number], leaving, coming)
            beyond[number] = self.cuts[number].missed(
                np.maximum(hazard, _NO_HAZARD), np.maximum(variance, 0.0)
            )
        return self._add_up(beyond, _combined(readings.counts, leaving, coming))

    def _add_up(self, beyond: Mapping[int, Floats], counts: Floats) -> Floats:
        """Weigh what curves miss at some cuts, and what counts do."""
        missed: Floats = np.zeros(counts.shape[1:])
        for number, squares in beyond.items():
            limited = np.fmin(squares, _HOPELESS)  # what is no number is hopeless, too
            printed = self.cuts[number].printed
            missed = missed + _WEIGHT * (np.log1p(limited) if printed else self._patients(limited))
        events = [] if self.events is None else [self.events]
        asked = [*events, *(count for _, count in self.at_risk)]
        for found, count in zip(counts, asked, strict=True):
            missed = missed + (found - count) ** 2
        return missed

    def _patients(self, beyond: Floats) -> Floats:
        """Count the patients that curves are on the wrong side of one half by; some, if any."""
        off = np.sqrt(beyond) * CURVE.open_unit * self.n
        return np.where(beyond > 0.0, np.maximum(off, _LEAST), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberConstraints:
    """What is asked of the members of one group."""

    arms: tuple[ArmMemberConstraints, ...]  # arm by arm
    contrasts: tuple[ContrastConstraint, ...]  # of their comparisons
    labels: frozenset[int]  # the labels of the group's members

    def standing(self, members: Sequence[Flags]) -> Standing:
        """Return the group with its members; `members` says who is in, by arm."""
        fits = tuple(
            fit_two_arms(*(self.arms[arm].patients.only(members[arm]) for arm in contrast.arms))
            for contrast in self.contrasts
        )
        return Standing(asked=self, members=tuple(members), fits=fits)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A group as it stands: its members, and the fits of its comparisons."""

    asked: MemberConstraints
    members: tuple[Flags, ...]  # who is in, arm by arm
    fits: tuple[TwoArmFit, ...]  # comparison by comparison

    @cached_property
    def missed(self) -> float:
        """How far the figures of the group are missed."""
        pairs = zip(self.asked.arms, self.members, strict=True)
        missed = sum(float(arm.missed(MemberSets.alone(inside))[0]) for arm, inside in pairs)
        for contrast, fit in zip(self.asked.contrasts, self.fits, strict=True):
            missed += fit_violation(contrast, fit)
        return round(missed, 9)

    def missed_after_exchange(self, arm: int, leaving: Codes, coming: Codes) -> Floats:
        """
        Estimate what is missed after one patient of an arm has left and another has come.

        The effects of leaving and of coming, each computed exactly, are added up.

        Parameters
        ----------
        arm : int
            The arm.
        leaving : ndarray of int, shape (a,)
            Members, one of whom leaves.
        coming : ndarray of int, shape (b,)
            Others, one of whom comes.

        Returns
        -------
        ndarray of float, shape (a, b)
            What the arm and its contrasts miss.
        """
        movers = np.concatenate((leaving, coming))
        sets = MemberSets(members=self.members[arm], changed=movers[:, None])
        rows = np.arange(leaving.size), np.arange(leaving.size, movers.size)
        asked = self.asked.arms[arm]
        missed = asked.missed_after_both(asked.read(sets), *rows)
        for contrast, fit in self._with_arm(arm):
            ratio, error, z = self._fit_sets(contrast, fit, arm, sets)
            statistic = z if contrast.log_rank is None else _combined(z, *rows)
            missed = missed + contrast_violation(
                contrast, _combined(ratio, *rows), _combined(error, *rows), statistic
            )
        return missed

    def missed_after(self, arm: int, changed: Positions) -> Floats:
        """
        Measure what is missed after several changes of the members of one arm.

        Parameters
        ----------
        arm : int
            The arm.
        changed : ndarray of int, shape (k, changes)
            For each set, who of the members has left, or who of the others has come.

        Returns
        -------
        ndarray of float, shape (k + 1,)
            What the arm and its contrasts miss, at last without any change.
        """
        sets = MemberSets(members=self.members[arm], changed=changed)
        missed = self.asked.arms[arm].missed(sets)
        for contrast, fit in self._with_arm(arm):
            values = self._fit_sets(contrast, fit, arm, sets)
            missed = missed + contrast_violation(contrast, *values)
        return missed

    def _with_arm(self, arm: int) -> list[tuple[ContrastConstraint, TwoArmFit]]:
        pairs = zip(self.asked.contrasts, self.fits, strict=True)
        return [(contrast, fit) for contrast, fit in pairs if arm in contrast.arms]

    def _fit_sets(
        self, contrast: ContrastConstraint, fit: TwoArmFit, arm: int, sets: MemberSets
    ) -> _Fits:
        """
        Return log ratios, standard errors and log-rank statistics for sets of one arm.

        An event counts in the sets that it is in. Two Newton steps from the fit as it stands do.
        """
        places = arm, contrast.other(arm)
        moving, resting = (self.asked.arms[place].patients for place in places)
        staying = self.members[contrast.other(arm)]
        first, second = sets.who_has(moving.event), np.flatnonzero(resting.event & staying)
        meeting = np.searchsorted(moving.time, resting.time[second])
        crossing = np.searchsorted(resting.time, moving.time[first])
        of_moving = sets.at_risk(np.concatenate((first, meeting)))
        later = np.append(sums_from(staying), 0).astype(np.float64)
        of_resting = later[np.concatenate((crossing, second))][None]
        weight = np.ones(of_moving.shape)
        weight[:, : first.size] = sets.inside(first)
        in_reference = arm == contrast.reference
        zero, one = (of_moving, of_resting) if in_reference else (of_resting, of_moving)
        events = np.full(sets.count, float(second.size))
        if not in_reference:
            events = sets.count_of(moving.event)
        start = fit.cox.log_hazard_ratio if math.isfinite(fit.cox.log_hazard_ratio) else 0.0
        found = newton_steps(zero, one, events, np.full(sets.count, start), weight)
        z = np.full(sets.count, math.nan)
        if contrast.log_rank is not None:
            expected, variance = log_rank_sums(zero, one, weight)
            z = (events - expected) / np.sqrt(np.maximum(variance, _NO_VARIANCE))
        return _Fits(found.log_ratio, found.error, z)


class _Fits(NamedTuple):
    """What comparisons of sets of members give, each of shape (k + 1,); z where it is asked for."""

    log_ratio: Floats
    error: Floats
    z: Floats


def _combined(values: Floats, leaving: Codes, coming: Codes) -> Floats:
    """Add up the effects of leaving and of coming, each in its row; the last is that of neither."""
    base = values[..., -1, None, None]
    both: Floats = values[..., leaving, None] + values[..., None, coming] - base
    return both


def members_of(labels: Sequence[Codes], chosen: frozenset[int]) -> tuple[Flags, ...]:
    """Tell who has one of some labels, arm by arm."""
    return tuple(np.isin(label, list(chosen)) for label in labels)


def constrain_members(
    group: AnalysisConstraints, patients: Sequence[ArmTimes], labels: frozenset[int]
) -> MemberConstraints:
    """Gather what a group's figures ask of its members."""
    return MemberConstraints(
        arms=tuple(map(_constrain_arm, group.arms, patients)),
        contrasts=tuple(one for one in group.contrasts if one.log_ratio is not None),
        labels=labels,
    )


def _constrain_arm(arm: ArmConstraints, patients: ArmTimes) -> ArmMemberConstraints:
    read = [
        (cut, int(np.searchsorted(patients.time, cut.time, side="right")))
        for cut in collect_cuts(arm)
        if cut.asks
    ]
    for quantile in arm.of_events:
        read += _cuts_beside(quantile, patients)
    number = np.arange(patients.time.size + 1, dtype=np.float64)
    return ArmMemberConstraints(
        patients=patients,
        n=arm.n,
        events=arm.events,
        windows=CurveWindows.of([cut for cut, _ in read]),
        column=np.array([column for _, column in read], dtype=np.int64),
        at_risk=tuple((int(np.searchsorted(patients.time, t)), count) for t, count in arm.at_risk),
        terms=np.stack(single_event_terms(np.maximum(number, 1.0))),
    )


def _cuts_beside(quantile: QuantileConstraint, patients: ArmTimes) -> Iterator[tuple[Cut, int]]:
    """Yield on which side of its share a curve is at both ends of a printed quantile's rounding."""
    above, below = quantile.above(BEYOND_SHARE), quantile.below(BEYOND_SHARE)
    window = quantile.window
    if not window.reached:
        yield _one_cut(quantile, 0.0, above), patients.time.size
        return
    free = 2.0 * MARGIN * window.half
    for time, asked in ((window.lower + free, above), (window.upper - free, below)):
        column = int(np.searchsorted(patients.time, time, side="right"))
        yield _one_cut(quantile, time, asked), column


def _one_cut(quantile: QuantileConstraint, time: float, asked: Interval) -> Cut:
    """Ask something of the curve of a quantile: the estimate, or its lower or upper limit."""
    cut = Cut(time=time, left=None, z=abs(quantile.z), transform=quantile.transform)
    if quantile.z == 0.0:
        return replace(cut, survival=asked)
    return replace(cut, lower=asked) if quantile.z < 0.0 else replace(cut, upper=asked)
