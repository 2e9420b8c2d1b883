"""Sub-groups: their patients are the parent's, and the figures of all hold at the same time."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from lifelines.datasets import load_gbsg2

from survkit.comparison import Verdict
from survkit.kernels import fit_two_arm_cox, quantile_time, tabulate_arm, tabulate_two_arms
from survkit.printed import Printed
from survkit.reconstruction import Family
from survkit.reconstruction.record.assumptions import DRAWN
from survkit.reproduction import Reproduction, reproduce
from survkit.trial import Trial, load_trial, trial_from_document
from tests.reconstruction.documents import arm, contrast

Z = 1.959963984540054


def missed(reproduction: Reproduction) -> list[str]:
    return [
        f"{result.analysis.id}: {c.figure.key} {c.figure.printed}, {c.estimate}"
        for result in reproduction.analyses
        for c in result.inputs
        if c.verdict is not Verdict.REPRODUCED
    ]


def trial_of(*analyses: dict[str, Any]) -> Trial:
    return trial_from_document(
        {
            "spec_version": 1,
            "id": "made-up",
            "name": "Made up",
            "sources": {"made-up": {"citation": "Made up for a test"}},
            "analysis": [
                {"endpoint": "OS", "time_unit": "month", "source": "made-up"} | own
                for own in analyses
            ],
        }
    )


@pytest.mark.slow
def test_record_1_is_reproduced_with_its_sub_groups_and_sub_groups_of_these() -> None:
    reproduction = reproduce(load_trial("record-1"))
    assert not missed(reproduction)
    by_id = {own.analysis.id: own.reconstruction for own in reproduction.analyses}
    parts = [by_id["pfs-one-prior-tki"], by_id["pfs-two-prior-tki"]]
    together = pd.concat([part.ipd for part in parts]).sort_index()
    pd.testing.assert_frame_equal(together, by_id["pfs-central"].ipd)
    assert [part.within for part in parts] == ["pfs-central"] * 2
    further = [by_id["pfs-prior-sunitinib"], by_id["pfs-prior-sorafenib"]]
    assert [part.within for part in further] == ["pfs-one-prior-tki"] * 2
    for part in further:
        assert set(part.ipd.index) < set(parts[0].ipd.index)
    # the likeliest hazards led to none who can be divided so, and it says so
    assert by_id["pfs-central"].assumptions[-1] == DRAWN
    longest = by_id["pfs-central"].ipd.groupby("arm", observed=True)["time"].max()
    assert longest.max() < 1.5 * longest.min()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["eortc-26981", "radiant-3", "viale-a"])
def test_small_sub_groups_of_shipped_trials_are_made_of_their_parents_patients(name: str) -> None:
    reproduction = reproduce(load_trial(name))
    assert not missed(reproduction)
    parts = [own for own in reproduction.analyses if own.analysis.of]
    assert parts
    assert [own.reconstruction.within for own in parts] == [own.analysis.of for own in parts]


def forest_plot(data: pd.DataFrame, rows: dict[str, str]) -> Trial:
    """Print the whole and, for each column, a row per value: patients, events, hazard ratio."""
    analyses = [printed("all", data, with_median=True)]
    for column, factor in rows.items():
        for number, (_, part) in enumerate(data.groupby(column)):
            row = printed(f"{factor}-{number}", part, with_median=False)
            analyses.append(row | {"of": "all", "by": factor, "subgroup": f"{factor} {number}"})
    return trial_of(*analyses)


def printed(name: str, data: pd.DataFrame, *, with_median: bool) -> dict[str, Any]:
    arms = {"old": data[data["treated"] == 0], "new": data[data["treated"] == 1]}
    fit = fit_two_arm_cox(tabulate_two_arms(data["time"], data["event"], data["treated"]))
    two = Printed.parse("0.00")
    stated = []
    for label, own in arms.items():
        median = quantile_time(tabulate_arm(own["time"], own["event"]), 0.5)
        shown = str(Printed.parse("0").render(median)) if with_median else None
        stated.append(arm(label, len(own), int(own["event"].sum()), shown))
    low, high = (two.render(limit) for limit in fit.limits(Z))
    return {
        "id": name,
        "time_unit": "day",
        "arm": stated,
        "contrast": [contrast(two.render(fit.hazard_ratio), (low, high))],
    }


@pytest.mark.slow
def test_the_rows_of_a_forest_plot_of_real_patients_hold_together() -> None:
    data = load_gbsg2()
    data["event"] = data["cens"] == 1
    data["treated"] = (data["horTh"] == "yes").astype(int)
    trial = forest_plot(data, {"menostat": "menopause", "tgrade": "grade"})
    reproduction = reproduce(trial)
    assert not missed(reproduction)
    whole = reproduction.analyses[0].reconstruction.ipd
    for factor in ("menopause", "grade"):
        parts = [
            own.reconstruction.ipd for own in reproduction.analyses if own.analysis.by == factor
        ]
        pd.testing.assert_frame_equal(pd.concat(parts).sort_index(), whole)


def two_groups(sizes: tuple[int, int], **keys: Any) -> Trial:
    whole = {"id": "all", "arm": [arm("old", 100, 70, "8"), arm("new", 100, 60, "11")]}
    part = {"id": "some", "of": "all", "arm": [arm("old", sizes[0]), arm("new", sizes[1])]}
    return trial_of(whole, part | keys)


@pytest.mark.parametrize(
    ("trial", "reason"),
    [
        (two_groups((120, 50)), "120 patients of arm old are more than its 100"),
        (two_groups((50, 50), time_unit="week"), "endpoint or time unit are not the same"),
        (two_groups((50, 50), endpoint="PFS"), "endpoint or time unit are not the same"),
        (two_groups((50, 50), arm=[arm("old", 50)]), "the arms are not the same"),
    ],
)
def test_a_sub_group_that_cannot_be_one_stands_alone_and_says_why(
    trial: Trial, reason: str
) -> None:
    found = Family(trial.analyses).reconstruct(trial.analysis("some"))
    assert found.within is None
    assert reason in found.assumptions[-1]


def test_a_sub_group_of_a_sub_group_is_part_of_both() -> None:
    whole = {"id": "all", "arm": [arm("old", 200, 140, "8.0"), arm("new", 200, 120, "11.0")]}
    part = {"id": "part", "of": "all", "arm": [arm("old", 90, 60), arm("new", 95, 50)]}
    inner = {"id": "inner", "of": "part", "arm": [arm("old", 40, 30), arm("new", 45, 20)]}
    trial = trial_of(whole, part, inner)
    family = Family(trial.analyses)
    inside, middle, outside = (
        family.reconstruct(trial.analysis(name)).ipd for name in ("inner", "part", "all")
    )
    assert set(inside.index) < set(middle.index) < set(outside.index)
    assert family.reconstruct(trial.analysis("inner")).met


def test_arms_may_stand_in_another_order() -> None:
    trial = two_groups((40, 50), arm=[arm("new", 50, 25), arm("old", 40, 30)])
    found = Family(trial.analyses).reconstruct(trial.analysis("some"))
    assert found.met
    assert found.within == "all"


def test_a_sub_group_that_the_parent_leaves_no_room_for_stands_alone_and_says_so() -> None:
    whole = {
        "id": "all",
        "arm": [arm("old", 100, 70, "8.0"), arm("new", 100, 60, "11.0")],
        "contrast": [contrast("0.70", ("0.50", "0.99"))],
    }
    part = {
        "id": "some",
        "of": "all",
        "arm": [arm("old", 95, 69), arm("new", 95, 59)],
        "contrast": [contrast("0.20")],
    }
    found = reproduce(trial_of(whole, part)).analyses[1].reconstruction
    assert found.met
    assert found.within is None
    assert "no way was found to print all figures with patients of it" in found.assumptions[-1]
