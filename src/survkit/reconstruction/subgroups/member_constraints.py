"""What a group's printed figures ask of its members, when the times of all patients are given."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.arrays import Codes, Flags, Floats, sums_before, sums_from
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.interval import Interval
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.constraints.families.quantiles import QuantileConstraint

__all__ = [
    "ArmMemberConstraints",
    "MemberConstraints",
    "Moves",
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
    """
    What sets of members give where something is asked of them.

    Cumulative hazard and Greenwood's sum at each cut, shape (k, cuts); events and numbers at risk,
    shape (k, 1 + times).
    """

    hazard: Floats
    variance: Floats
    counts: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMemberConstraints:
    """What is asked of the members of one arm."""

    patients: ArmTimes  # the arm's patients, from whom members are taken
    n: int  # members
    events: int | None  # events among them, where printed
    cuts: tuple[Cut, ...]  # what is asked of their curve at points in time
    column: Codes  # for each cut, how many of the patients have left when the curve is read
    # places in the order of leaving, and how many members come from there on
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
        return self.missed_by(self.read(members))

    def read(self, members: Flags) -> _Readings:
        """Read the members' curve and the counts that are asked for, set by set."""
        inside = members.astype(np.float64)
        at_risk = _later(inside)
        events = inside * self.patients.event
        terms = single_event_terms(np.maximum(at_risk[:, :-1], 1.0))
        hazard, variance = (sums_before(events * term)[:, self.column] for term in terms)
        later = at_risk[:, [place for place, _ in self.at_risk]]
        counts = np.concatenate((events.sum(axis=1)[:, None], later), axis=1)
        return _Readings(hazard, variance, counts)

    def missed_by(self, readings: _Readings) -> Floats:
        """Measure what readings miss; they may have more axes in front of the last."""
        hazard, variance, counts = readings
        missed: Floats = np.zeros(hazard.shape[:-1])
        for index, cut in enumerate(self.cuts):
            beyond = cut.missed(
                np.maximum(hazard[..., index], _NO_HAZARD), np.maximum(variance[..., index], 0.0)
            )
            beyond = np.fmin(beyond, _HOPELESS)  # what is no number is hopeless, too
            price = np.log1p(beyond) if cut.printed else self._patients(beyond)
            missed = missed + _WEIGHT * price
        if self.events is not None:
            missed = missed + (counts[..., 0] - self.events) ** 2
        for index, (_, count) in enumerate(self.at_risk, start=1):
            missed = missed + (counts[..., index] - count) ** 2
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A group as it stands: its members, and the fits of its comparisons."""

    asked: MemberConstraints
    members: tuple[Flags, ...]  # who is in, arm by arm
    fits: tuple[TwoArmFit, ...]  # comparison by comparison

    @property
    def missed(self) -> float:
        """How far the figures of the group are missed."""
        pairs = zip(self.asked.arms, self.members, strict=True)
        missed = sum(float(arm.missed(inside[None])[0]) for arm, inside in pairs)
        for contrast, fit in zip(self.asked.contrasts, self.fits, strict=True):
            missed += fit_violation(contrast, fit)
        return round(missed, 9)

    def moves(self, arm: int, movers: Codes) -> Moves:
        """
        Compute what the group gives after each of some patients of an arm has left or come.

        Parameters
        ----------
        arm : int
            The arm.
        movers : ndarray of int, shape (k,)
            Members, who leave, and others, who come.

        Returns
        -------
        Moves
            What is read then, patient by patient.
        """
        trial = np.repeat(self.members[arm][None], movers.size + 1, axis=0)
        trial[np.arange(movers.size), movers] ^= True
        fits = [
            (contrast, self._fit_sets(contrast, fit, arm, trial))
            for contrast, fit in self._with_arm(arm)
        ]
        return Moves(self.asked.arms[arm], self.asked.arms[arm].read(trial), fits)

    def missed_with(self, arm: int, trial: Flags) -> Floats:
        """
        Measure what is missed for several sets of members of one arm.

        Parameters
        ----------
        arm : int
            The arm.
        trial : ndarray of bool, shape (k, n)
            Who is in the arm, set by set.

        Returns
        -------
        ndarray of float, shape (k,)
            What the arm and its contrasts miss.
        """
        missed = self.asked.arms[arm].missed(trial)
        for contrast, fit in self._with_arm(arm):
            values = self._fit_sets(contrast, fit, arm, trial)
            missed = missed + contrast_violation(contrast, *values)
        return missed

    def _with_arm(self, arm: int) -> list[tuple[ContrastConstraint, TwoArmFit]]:
        pairs = zip(self.asked.contrasts, self.fits, strict=True)
        return [(contrast, fit) for contrast, fit in pairs if arm in contrast.arms]

    def _fit_sets(
        self, contrast: ContrastConstraint, fit: TwoArmFit, arm: int, trial: Flags
    ) -> _Fits:
        """
        Return log ratios, standard errors and log-rank statistics for sets of one arm.

        An event counts in the sets that it is in. Two Newton steps from the fit as it stands do.
        """
        places = arm, contrast.other(arm)
        moving, resting = (self.asked.arms[place].patients for place in places)
        inside = self.members[contrast.other(arm)]
        at_risk = _later(trial.astype(np.float64))
        rest = _later(inside[None].astype(np.float64))[0]
        first, second = np.flatnonzero(moving.event), np.flatnonzero(resting.event & inside)
        meeting = at_risk[:, np.searchsorted(moving.time, resting.time[second])]
        crossing = rest[np.searchsorted(resting.time, moving.time[first])]
        always = np.ones((trial.shape[0], second.size), dtype=bool)
        weight = np.concatenate((trial[:, first], always), axis=1).astype(np.float64)
        of_moving = np.concatenate((at_risk[:, first], meeting), axis=1)
        of_resting = np.concatenate((crossing, rest[second]))[None]
        in_reference = arm == contrast.reference
        zero, one = (of_moving, of_resting) if in_reference else (of_resting, of_moving)
        observed = weight[:, first.size :] if in_reference else weight[:, : first.size]
        start = fit.cox.log_hazard_ratio if math.isfinite(fit.cox.log_hazard_ratio) else 0.0
        events = observed.sum(axis=1)
        found = newton_steps(zero, one, events, np.full(trial.shape[0], start), weight)
        expected, variance = log_rank_sums(zero, one, weight)
        z = (events - expected) / np.sqrt(np.maximum(variance, _NO_VARIANCE))
        return _Fits(found.log_ratio, found.error, z)


class _Fits(NamedTuple):
    """What comparisons of sets of members give, each of shape (k,)."""

    log_ratio: Floats
    error: Floats
    z: Floats


class Moves(NamedTuple):
    """What a group gives after single moves; the last row is that of no move."""

    arm: ArmMemberConstraints
    readings: _Readings
    fits: list[tuple[ContrastConstraint, _Fits]]

    def combined(self, leaving: Codes, coming: Codes) -> Floats:
        """
        Estimate what is missed after one patient has left and another has come.

        The effects of leaving and of coming, each computed exactly, are added up.

        Parameters
        ----------
        leaving : ndarray of int, shape (a,)
            Which of the movers leave.
        coming : ndarray of int, shape (b,)
            Which of them come.

        Returns
        -------
        ndarray of float, shape (a, b)
            What the arm and its contrasts miss.
        """

        def combine(values: Floats) -> Floats:
            """Add up the effects of leaving and of coming."""
            combined: Floats = values[leaving][:, None] + values[coming][None, :] - values[-1]
            return combined

        missed = self.arm.missed_by(_Readings(*map(combine, self.readings)))
        for contrast, fits in self.fits:
            missed = missed + contrast_violation(contrast, *map(combine, fits))
        return missed


def _later(inside: Floats) -> Floats:
    """Count who is in and leaves at each place or later; a last column for nobody."""
    later = sums_from(inside)
    return np.concatenate((later, np.zeros((inside.shape[0], 1))), axis=1)


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
    return ArmMemberConstraints(
        patients=patients,
        n=arm.n,
        events=arm.events,
        cuts=tuple(cut for cut, _ in read),
        column=np.array([column for _, column in read], dtype=np.int64),
        at_risk=tuple((int(np.searchsorted(patients.time, t)), count) for t, count in arm.at_risk),
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
