"""A parent's patients move in time for their sub-groups; nobody passes anybody of the same arm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.interval import Interval
from survkit.kernels import ArmTimes, fit_two_arms, quantile_time, tabulate_arm
from survkit.reconstruction.constraints.families.wald import WaldFigure
from survkit.reconstruction.constraints.parent_aims import leave_room
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.history import Anchor, History
from survkit.reconstruction.patients import draft_analysis
from survkit.reconstruction.placement.anchoring import pin, pin_events
from survkit.reconstruction.subgroups.assignment import Group
from survkit.reconstruction.subgroups.settle import settle
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.draft import Draft

RATIO = contrast("0.70", ("0.50", "0.99"))


def whole() -> Draft:
    return draft_analysis(analysis(arm("old", 100, 70, "8.0"), arm("new", 100, 60, "11.0"), RATIO))


def order(event: list[int], anchors: tuple[Anchor, ...] = ()) -> History:
    natural = np.arange(1.0, len(event) + 1.0)
    return History(event=np.array(event) == 1, natural=natural, faults=0.0, anchors=anchors)


def test_a_patient_is_held_to_a_window_unless_the_order_forbids_it() -> None:
    own = Anchor(3, Interval(3.9, 4.1))
    wanted = [
        Anchor(1, Interval(2.5, 2.6)),
        Anchor(2, Interval(5.0, 5.1)),  # would pass the fourth patient
        Anchor(3, Interval(3.95, 4.3)),  # the same patient, in both windows at once
        Anchor(3, Interval(4.5, 4.6)),
    ]
    assert pin(order([1] * 6, (own,)), wanted).anchors == (wanted[0], wanted[2], own)


def test_of_two_patients_who_cannot_both_go_the_nearer_one_does() -> None:
    near, far = Anchor(2, Interval(3.2, 3.3)), Anchor(4, Interval(1.0, 1.1))
    assert pin(order([1] * 6), [far, near]).anchors == (near,)


def test_two_events_are_held_in_a_window_for_both_ends_of_a_rest_on_one_half() -> None:
    window = Interval(3.4, 3.6)
    pinned = pin_events(order([1, 1, 0, 1, 1, 1]), [window])
    assert [own.position for own in pinned.anchors] == [1, 3]
    assert pin_events(pinned, [window]).anchors == pinned.anchors


def test_some_of_the_patients_are_brought_towards_a_ratio_of_their_own() -> None:
    draft = whole()
    members = tuple(np.arange(own.time.size) % 2 == 0 for own in draft.solution.arms)

    def ratio(of: Draft) -> float:
        pairs = zip(of.solution.arms, members, strict=True)
        return fit_two_arms(*(own.only(inside) for own, inside in pairs)).cox.hazard_ratio

    aim = Interval(ratio(draft) + 0.02, ratio(draft) + 0.03)
    asked = replace(
        draft.task.constraints.contrasts[0],
        figures=(WaldFigure(aim.log(), 0.0),),
        standard_error=None,
        members=members,
    )
    moved = draft.moved([[], []], [asked])
    assert abs(ratio(moved) - aim.middle) < 0.6 * abs(ratio(draft) - aim.middle)
    assert moved.reconstruction.met
    for before, after in zip(draft.solution.arms, moved.solution.arms, strict=True):
        np.testing.assert_array_equal(before.event, after.event)
        assert (np.diff(after.time) > 0).all()


def test_patients_move_until_a_small_group_has_its_median_and_both_limits() -> None:
    part = analysis(arm("old", 17, None, "6.83", ("3.46", "10.34")), arm("new", 15, None, "12.45"))
    group = Group(
        constraints=read_constraints(part),
        labels=frozenset({0}),
        model=tuple(
            ArmTimes(time=own["time"].to_numpy(), event=own["event"].to_numpy() == 1)
            for _, own in draft_analysis(part).reconstruction.ipd.groupby("arm", observed=True)
        ),
    )
    draft, (division,) = settle(whole(), [[group]])
    assert draft.reconstruction.met
    for side, labels, median in zip(
        draft.solution.arms, division.labels, (6.83, 12.45), strict=True
    ):
        inside = labels == 0
        table = tabulate_arm(draft.solution.clock.times(side.time[inside]), side.event[inside])
        assert quantile_time(table, 0.5) == pytest.approx(median, abs=0.005)


def halves(ratio: str, limits: tuple[str, str]) -> tuple[list[AnalysisConstraints], list[Draft]]:
    half = analysis(arm("old", 50, 35, "8.0"), arm("new", 50, 30, "11.0"), contrast(ratio, limits))
    return [read_constraints(half)] * 2, [draft_analysis(half)] * 2


def test_the_aims_that_leave_room_lie_inside_what_the_whole_prints() -> None:
    constraints = whole().task.constraints
    groups, drafts = halves("0.71", ("0.44", "1.15"))
    tables = [own.reconstruction.ipd for own in drafts]
    roomy = leave_room(constraints, [groups], [tables])
    printed, aimed = constraints.contrasts[0], roomy.contrasts[0]
    assert printed.ratio is not None
    assert aimed.ratio is not None
    assert printed.ratio.lower < aimed.ratio.lower < aimed.ratio.upper < printed.ratio.upper
    assert aimed.ratio.middle > printed.ratio.middle
    # one group of two tells nothing about the whole
    assert leave_room(constraints, [groups[:1]], [tables[:1]]) == constraints
