from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from lifelines.statistics import logrank_test

from survkit.errors import WrongArgumentError
from survkit.scene import View, adapt, compose_kaplan_meier

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.scene import KaplanMeierScene


def seen(result: AnalysisReproduction, view: View) -> KaplanMeierScene:
    return adapt(compose_kaplan_meier(result), result, view)


def test_nothing_asked_for_changes_nothing(three_arms: AnalysisReproduction) -> None:
    assert seen(three_arms, View()) == compose_kaplan_meier(three_arms)


def test_at_risk_censored_and_events_add_up_to_all_patients(
    three_arms: AnalysisReproduction,
) -> None:
    tables = seen(three_arms, View(counts=True)).count_tables
    assert [table.heading.split(" ")[0] for table in tables] == ["Number", "Censored", "Events"]
    sizes = three_arms.reconstruction.ipd["arm"].value_counts()
    for rows in zip(*(table.rows for table in tables), strict=True):
        assert len({row.arm.id for row in rows}) == 1
        assert set(np.sum([row.counts for row in rows], axis=0)) == {sizes[rows[0].arm.id]}


def test_the_log_rank_test_is_lifelines_and_says_what_was_printed(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    line = seen(result, View(p_value=True)).headlines[-1]
    ipd = result.reconstruction.ipd
    one, other = (ipd[ipd["arm"] == arm] for arm in ("everolimus", "placebo"))
    p = logrank_test(one["time"], other["time"], one["event"], other["event"]).p_value
    assert p < 0.0001
    assert (line.label, line.printed, line.refitted) == (
        "log-rank p, two-sided",
        "<0.001",
        "<0.0001",
    )


def test_incidence_is_one_minus_survival(three_arms: AnalysisReproduction) -> None:
    plain, turned = compose_kaplan_meier(three_arms), seen(three_arms, View(incidence=True))
    for curve, rising in zip(plain.curves, turned.curves, strict=True):
        np.testing.assert_allclose(np.add(curve.survival, rising.survival), 1.0, atol=1e-15)
        np.testing.assert_allclose(np.add(curve.lower, rising.upper), 1.0, atol=1e-15)
    relations = {
        (one.relation, two.relation)
        for one, two in zip(plain.targets, turned.targets, strict=True)
        if one.kind == "survival"
    }
    assert ("<", ">") in relations
    assert [target.words.split(" printed ")[0] for target in turned.targets] == [
        target.words.split(" printed ")[0] for target in plain.targets
    ]
    assert turned.share.label == f"1 − {plain.share.label}"


def test_a_part_of_the_axis_has_only_what_lies_on_it(radiant_3: Reproduction) -> None:
    scene = seen(radiant_3.analyses[0], View(percent=(0, 40)))
    assert scene.share.ticks == (0.0, 0.1, 0.2, 0.3, 0.4)
    assert {target.kind for target in scene.targets} == {"survival"}
    assert [entry.mark for entry in scene.legend] == ["survival", "limits", "censored"]


def test_arms_have_the_colours_and_the_order_that_are_asked_for(
    three_arms: AnalysisReproduction,
) -> None:
    view = View(colours={"high": "#123456"}, order=("control",), counts=True)
    scene = seen(three_arms, view)
    assert [curve.arm.id for curve in scene.curves] == ["control", "low", "high"]
    assert [curve.arm.look for curve in scene.curves] == [2, 0, 1]
    for table in scene.count_tables:
        assert [row.arm.id for row in table.rows] == ["control", "low", "high"]
        assert table.rows[-1].arm.colour == "#123456"
    assert scene.headlines[0].arm is not None
    assert scene.headlines[0].arm.id == "control"
    assert scene.headlines[-1].arm is None


@pytest.mark.parametrize("percent", [(40, 0), (-1, 50), (0, 101), (10, 10.5), (float("nan"), 5)])
def test_ends_that_are_none_are_refused(percent: tuple[float, float]) -> None:
    with pytest.raises(WrongArgumentError, match="percent must be two rising percentages"):
        View(percent=percent)


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "javascript:"])
def test_colours_of_another_form_are_refused(colour: str) -> None:
    with pytest.raises(WrongArgumentError, match="must be of the form #0072b2"):
        View(colours={"high": colour})


def test_unknown_arms_are_refused_with_a_suggestion() -> None:
    with pytest.raises(WrongArgumentError, match=r"did you mean \'placebo\'\?"):
        View(order=("placbo",)).check_arms(["placebo", "everolimus"])
