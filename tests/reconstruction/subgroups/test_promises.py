"""What sub-groups promise: members are the parent's, in one group each, and figures true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import ArmTimes, fit_two_arms, quantile_time, survival_steps, tabulate_arm
from survkit.kernels.violation import CONTRAST
from survkit.reconstruction.constraints.families.contrast import fit_violation
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.subgroups.assignment import Group, divide, divide_again
from survkit.reconstruction.subgroups.composition import expect_composition
from survkit.reconstruction.subgroups.exchange import exchange_labels
from survkit.reconstruction.subgroups.member_constraints import constrain_members, members_of
from survkit.reconstruction.subgroups.member_sets import MemberSets
from tests.reconstruction.documents import analysis, arm
from tests.reconstruction.examples import few
from tests.reconstruction.printing import (
    Patients,
    print_contrast,
    print_patients,
    random_patients,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.subgroups.member_constraints import (
        ArmMemberConstraints,
        MemberConstraints,
    )

SEEDS = st.integers(0, 10_000)
Arms = tuple[Patients, Patients]


def pools(seed: int, n: int = 60) -> Arms:
    return random_patients(seed, n), random_patients(seed + 1, n, scale=28.0)


def as_times(patients: Patients) -> ArmTimes:
    return ArmTimes(time=patients.time, event=patients.event)


def some(patients: Patients, inside: np.ndarray) -> Patients:
    return Patients(time=patients.time[inside], event=patients.event[inside])


def print_group(parents: Arms, inside: list[np.ndarray]) -> AnalysisConstraints:
    """Print events, medians and hazard ratio of some patients of two arms."""
    old, new = (some(parent, flags) for parent, flags in zip(parents, inside, strict=True))
    shown = {"limits": False, "curve": False, "risk_table": False}
    stated = [print_patients(name, one, **shown) for name, one in (("old", old), ("new", new))]
    for one in stated:
        del one["max_follow_up"]
    return read_constraints(analysis(*stated, print_contrast(old, new)))


def halves(seed: int) -> tuple[Arms, list[np.ndarray], list[Group]]:
    """Real halves of two arms, as the labels and the figures of two groups."""
    parents, generator = pools(seed), np.random.default_rng(seed)
    labels = [generator.permutation(np.repeat((0, 1), 30)) for _ in parents]
    groups = []
    for label in (0, 1):
        inside = [one == label for one in labels]
        model = tuple(
            as_times(some(parent, flags)) for parent, flags in zip(parents, inside, strict=True)
        )
        groups.append(
            Group(constraints=print_group(parents, inside), labels=frozenset({label}), model=model)
        )
    return parents, labels, groups


def constrained(parents: Arms, groups: list[Group]) -> list[MemberConstraints]:
    times = [as_times(parent) for parent in parents]
    return [constrain_members(group.constraints, times, group.labels) for group in groups]


def total_missed(asked: list[MemberConstraints], labels: Sequence[np.ndarray]) -> float:
    standing = (group.standing(members_of(labels, group.labels)) for group in asked)
    return round(sum(group.missed for group in standing), 9)


@few(6)
@given(seed=SEEDS)
def test_true_members_miss_no_more_than_rounding_allows(seed: int) -> None:
    parents, labels, groups = halves(seed)
    for group, asked in zip(groups, constrained(parents, groups), strict=True):
        members = members_of(labels, asked.labels)
        for index, inside in enumerate(members):
            part = some(parents[index], inside)
            median = group.constraints.arms[index].median
            assert median is not None
            table = tabulate_arm(part.time, part.event)
            # a little of a median's window is kept free at each end, and so is a rest on one half
            clear = abs(quantile_time(table, 0.5) - median.middle) < 0.95 * median.half
            if clear and not np.isclose(survival_steps(table), 0.5).any():
                assert asked.arms[index].missed(MemberSets.alone(inside))[0] == 0.0
        pairs = zip(asked.arms, members, strict=True)
        alone = sum(float(one.missed(MemberSets.alone(inside))[0]) for one, inside in pairs)
        assert asked.standing(members).missed - alone < 3.0 * (1.0 - CONTRAST.comfort + 1e-6) ** 2


@pytest.mark.slow
@few(4)
@given(seed=SEEDS)
def test_patients_are_divided_among_groups_that_share_nobody(seed: int) -> None:
    parents, _, groups = halves(seed)
    times = [as_times(parent) for parent in parents]
    found = divide(times, groups)
    asked = constrained(parents, groups)
    assert found.loss == total_missed(asked, found.labels)
    for index, labels in enumerate(found.labels):
        assert labels.size == parents[index].time.size
        assert set(labels.tolist()) <= {0, 1, 2}
        for group in groups:
            (label,) = group.labels
            constraints = group.constraints.arms[index]
            inside = labels == label
            assert int(inside.sum()) == constraints.n
            assert int(parents[index].event[inside].sum()) == constraints.events
    again = divide_again(times, groups, found)
    assert again.loss <= found.loss
    if found.loss <= CONTRAST.met:
        for group in groups:
            members = members_of(found.labels, group.labels)
            for index, inside in enumerate(members):
                window = group.constraints.arms[index].median
                assert window is not None
                part = some(parents[index], inside)
                median = quantile_time(tabulate_arm(part.time, part.event), 0.5)
                assert window.lower <= median <= window.upper or not window.reached


@pytest.mark.slow
@few(5)
@given(seed=SEEDS)
def test_exchanges_of_labels_keep_sizes_and_printed_events(seed: int) -> None:
    parents, labels, groups = halves(seed)
    asked = constrained(parents, groups)
    generator = np.random.default_rng(seed)
    start = []
    for parent, label in zip(parents, labels, strict=True):
        mixed = label.copy()
        for kind in (parent.event, ~parent.event):
            mixed[kind] = generator.permutation(mixed[kind])
        start.append(mixed)
    usual = expect_composition(
        parents, [np.full((3, parent.time.size), 1.0 / 3.0) for parent in parents], 0.5
    )
    found = exchange_labels(asked, start, usual, 8)
    assert found.loss <= total_missed(asked, start)
    assert found.loss == total_missed(asked, found.labels)
    for parent, before, after in zip(parents, start, found.labels, strict=True):
        for kind in (parent.event, ~parent.event):
            np.testing.assert_array_equal(np.bincount(after[kind]), np.bincount(before[kind]))


@few(5)
@given(seed=SEEDS)
def test_several_sets_of_members_are_measured_as_each_of_them(seed: int) -> None:
    parents, labels, groups = halves(seed)
    asked = constrained(parents, groups)[0]
    members = members_of(labels, asked.labels)
    generator = np.random.default_rng(seed)
    sides = np.flatnonzero(members[0]), np.flatnonzero(~members[0])
    changed = np.stack([generator.choice(side, 3) for side in sides], axis=1)
    together = asked.standing(members).missed_after(0, changed)
    other = float(asked.arms[1].missed(MemberSets.alone(members[1]))[0])
    for row, who in enumerate([*changed, []]):
        flags = members[0].copy()
        flags[np.array(who, dtype=np.int64)] ^= True
        # two Newton steps from the fit as it stands are nearly exact
        exact = asked.standing((flags, members[1])).missed - other
        assert together[row] == pytest.approx(exact, rel=1e-2, abs=1e-2)


@few(8)
@given(seed=SEEDS)
def test_sets_are_counted_and_read_as_each_of_them(seed: int) -> None:
    (parent, _), generator = pools(seed), np.random.default_rng(seed)
    inside = generator.permutation(np.repeat((True, False), 30))
    asked = random_readings(parent, inside)
    sides = np.flatnonzero(inside), np.flatnonzero(~inside)
    changed = np.stack([generator.choice(side, 5) for side in sides], axis=1)
    sets, places = MemberSets(members=inside, changed=changed), np.arange(60)
    curve, counts = asked.read(sets)
    missed = asked.windows.missed(*curve)
    for row, who in enumerate(changed):
        flags = inside.copy()
        flags[who] ^= True
        one = MemberSets.alone(flags)
        assert sets.inside(places)[row].tolist() == flags.tolist()
        assert sets.at_risk(places)[row].tolist() == one.at_risk(places)[0].tolist()
        alone = asked.read(one)
        np.testing.assert_allclose(curve[..., row], alone.curve[..., 0], atol=1e-12)
        assert counts[:, row].tolist() == alone.counts[:, 0].tolist()
        for number, cut in enumerate(asked.cuts):
            by_itself = float(cut.missed(*curve[:, number, row]))
            assert missed[number, row] == pytest.approx(by_itself, rel=1e-12)


@few(8)
@given(seed=SEEDS)
def test_a_cut_is_surely_met_only_where_every_curve_between_meets_it(seed: int) -> None:
    (parent, _), generator = pools(seed), np.random.default_rng(seed)
    windows = random_readings(parent, np.repeat((True, False), 30)).windows
    hazard, variance = generator.uniform(0.01, 1.5, (2, len(windows.cuts), 1))
    ends = np.concatenate((hazard, hazard * generator.uniform(1.0, 1.2, hazard.shape)), axis=1)
    spreads = 0.02 * np.concatenate((variance, 1.1 * variance), axis=1)
    sure = windows.sure(ends, spreads)
    between = generator.uniform(size=(2, len(windows.cuts), 40))
    curves = (
        one[:, :1] + at * (one[:, 1:] - one[:, :1])
        for one, at in zip((ends, spreads), between, strict=True)
    )
    assert not windows.missed(*curves)[sure].any()


@few(8)
@given(seed=SEEDS)
def test_an_exchange_is_estimated_exactly_where_nothing_but_counts_is_asked(seed: int) -> None:
    (parent, _), generator = pools(seed), np.random.default_rng(seed)
    inside = generator.permutation(np.repeat((True, False), 30))
    asked = read_constraints(
        analysis(
            arm("old", 30, 17)
            | {"at_risk": [{"time": 6, "n": 22}, {"time": 12, "n": 13}], "max_follow_up": 60}
        )
    )
    group = constrain_members(asked, [as_times(parent)], frozenset({0}))
    leave, come = np.flatnonzero(inside), np.flatnonzero(~inside)
    estimated = group.standing((inside,)).missed_after_exchange(0, leave, come)
    assert estimated.shape == (30, 30)
    for row in range(0, 30, 6):
        for column in range(0, 30, 6):
            changed = inside.copy()
            changed[[leave[row], come[column]]] = False, True
            exact = float(group.arms[0].missed(MemberSets.alone(changed))[0])
            assert estimated[row, column] == pytest.approx(exact, abs=1e-9)


@few(8)
@given(seed=SEEDS)
def test_an_exchange_of_neighbours_in_time_is_estimated_exactly(seed: int) -> None:
    """With nobody between the two, leaving and coming do not meet in any risk set but their own."""
    (parent, _), generator = pools(seed), np.random.default_rng(seed)
    inside = generator.permutation(np.repeat((True, False), 30))
    read = random_readings(parent, inside)
    censored = np.flatnonzero(~parent.event[:-1] & ~parent.event[1:] & (inside[:-1] != inside[1:]))
    for place in censored.tolist():
        changed = inside.copy()
        changed[[place, place + 1]] = changed[[place + 1, place]]
        before, after = (read.read(MemberSets.alone(flags)).curve for flags in (inside, changed))
        np.testing.assert_allclose(before, after, atol=1e-12)


def random_readings(parent: Patients, inside: np.ndarray) -> ArmMemberConstraints:
    """What is asked of the curve of some patients of an arm."""
    stated = print_patients("old", some(parent, inside), risk_table=False)
    asked = read_constraints(analysis(stated))
    return constrain_members(asked, [as_times(parent)], frozenset({0})).arms[0]


@few(6)
@given(seed=SEEDS)
def test_members_are_read_as_a_curve_of_their_own(seed: int) -> None:
    (parent, _), generator = pools(seed), np.random.default_rng(seed)
    inside = generator.permutation(np.repeat((True, False), 30))
    asked = random_readings(parent, inside)
    hazard, variance = asked.read(MemberSets.alone(inside)).curve
    members = some(parent, inside)
    for index, cut in enumerate(asked.cuts):
        if cut.printed:
            sums = members.sums_at(cut.time)
            assert hazard[index, 0] == pytest.approx(sums[0][0], abs=1e-9)
            assert variance[index, 0] == pytest.approx(sums[1][0], abs=1e-9)


def test_what_a_group_misses_is_what_its_arms_and_contrasts_miss() -> None:
    parents, labels, groups = halves(7)
    asked = constrained(parents, groups)[0]
    turned = [1 - label for label in labels]
    members = members_of(turned, asked.labels)
    (contrast,) = asked.contrasts
    fit = fit_two_arms(
        *(as_times(some(parent, flags)) for parent, flags in zip(parents, members, strict=True))
    )
    alone = sum(
        float(one.missed(MemberSets.alone(flags))[0])
        for one, flags in zip(asked.arms, members, strict=True)
    )
    assert asked.standing(members).missed == pytest.approx(
        alone + fit_violation(contrast, fit), abs=1e-8
    )


def test_members_have_one_of_the_labels_of_their_group() -> None:
    labels = [np.array([0, 1, 2, 1]), np.array([2, 2, 0])]
    found = members_of(labels, frozenset({0, 1}))
    assert [one.tolist() for one in found] == [[True, True, False, True], [False, False, True]]
