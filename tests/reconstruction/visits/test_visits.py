"""Patients assessed at visits: events lie on them, ties are real, and every figure holds.

The figures of RADIANT-3, RECORD-1 and BOLERO-2 are those of the trials. None of the sources at hand
prints how often patients were assessed: the schedules are examples.
"""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from survkit.comparison import Verdict
from survkit.kernels import fit_two_arm_cox, tabulate_two_arms
from survkit.reconstruction import Family, reconstruct_analysis
from survkit.reconstruction.constraints.schedule import read_schedule
from survkit.reproduction import reproduce_analysis
from survkit.trial import load_trial
from tests.reconstruction.constraints.test_strata import CHEMOTHERAPY
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.test_real_data import print_trial

if TYPE_CHECKING:
    from survkit.trial import Analysis

MONTH = 365.25 / 12.0


def radiant_3(schedule: Any) -> Analysis:
    return analysis(
        arm("old", 203, 165, "4.6", ("3.1", "5.4")),
        arm("new", 207, 109, "11.0", ("8.4", "13.9")),
        contrast("0.35", ("0.27", "0.45")),
        assessment_every=schedule,
    )


def record_1(schedule: Any) -> Analysis:
    return analysis(
        arm("old", 139, 111, "1.9", ("1.8", "1.9")),
        arm("new", 277, 155, "4.9", ("4.0", "5.5")),
        contrast("0.33", ("0.25", "0.43")),
        assessment_every=schedule,
    )


def bolero_2(schedule: Any) -> Analysis:
    return analysis(
        arm("old", 239, 200, "3.2", ("2.8", "4.1")),
        arm("new", 485, 310, "7.8", ("6.9", "8.5")),
        contrast("0.45", ("0.38", "0.54")),
        assessment_every=schedule,
    )


def every(value: int, window: int = 0) -> dict[str, Any]:
    return {"value": value, "unit": "week", "window": window}


TRIALS = {
    "RADIANT-3, every 12 weeks, 2 before or after": radiant_3(every(12, 2)),
    "RECORD-1, every 8 weeks, 1 before or after": record_1(every(8, 1)),
    "BOLERO-2, every 6 weeks, 1 before or after": bolero_2(every(6, 1)),
    "RADIANT-3, every 12 weeks to the day": radiant_3(every(12)),
    "RECORD-1, every 8 weeks to the day": record_1(every(8)),
    "BOLERO-2, every 6 weeks to the day": bolero_2(every(6)),
    "percentages, numbers at risk and a p-value": analysis(
        arm("old", 60, 45, "3.7", end="14.0")
        | {"at_risk": [{"time": 6, "n": 14}], "survival": [{"time": 6, "percent": 30}]},
        arm("new", 60, 38, "5.5", end="14.0") | {"at_risk": [{"time": 6, "n": 21}]},
        contrast("0.70", ("0.45", "1.08")),
        assessment_every=every(8),
    ),
    "one arm, visits in its own unit": analysis(
        arm("all", 90, 70, "6.0", ("4.0", "8.0")), assessment_every=2
    ),
    "visits that become rarer": analysis(
        arm("all", 90, 60, "6.0"),
        assessment_every={"value": 2, "until": 6, "then_every": 3},
    ),
}


def missed(asked: Analysis) -> list[str]:
    """Name the figures that the referee finds missed, with both values."""
    return [
        f"{c.figure.key}: {c.figure.printed}, {c.estimate}"
        for c in reproduce_analysis(asked).inputs
        if c.verdict is not Verdict.REPRODUCED
    ]


@pytest.mark.parametrize("name", TRIALS)
def test_every_figure_is_reproduced(name: str) -> None:
    assert not missed(TRIALS[name])


@pytest.mark.parametrize("name", TRIALS)
def test_events_lie_on_visits_or_it_is_said_how_many_do_not(name: str) -> None:
    made = reconstruct_analysis(TRIALS[name])
    schedule = read_schedule(TRIALS[name])
    assert schedule is not None
    events = made.ipd[made.ipd["event"] == 1]
    off = ~schedule.is_visit(events["time"].to_numpy(), 10.0**-made.decimals)
    said = [
        f"{count} {'event lies' if count == 1 else 'events lie'} between visits in arm {label}: "
        "a printed figure needs it"
        for label in events["arm"].unique()
        if (count := int(off[(events["arm"] == label).to_numpy()].sum()))
    ]
    assert [line for line in made.assumptions if "visits" in line] == said
    if "own unit" in name:
        assert not said


@pytest.mark.parametrize("name", [name for name in TRIALS if "week" in name])
def test_events_lie_between_visits_only_where_a_median_is_printed(name: str) -> None:
    asked = TRIALS[name]
    made = reconstruct_analysis(asked)
    schedule = read_schedule(asked)
    assert schedule is not None
    for own in asked.arms:
        events = made.ipd[(made.ipd["event"] == 1) & (made.ipd["arm"] == own.id)]["time"].to_numpy()
        off = events[~schedule.is_visit(events, 10.0**-made.decimals)]
        assert off.size < 0.5 * events.size
        figures = [f.printed for f in asked.figures if f.key.subject == own.id]
        assert all(any(f.admits(time) for f in figures) for time in off)


def test_ties_are_real_and_their_treatment_counts() -> None:
    ipd = reconstruct_analysis(TRIALS["BOLERO-2, every 6 weeks to the day"]).ipd
    table = tabulate_two_arms(ipd["time"], ipd["event"], ipd["arm"] == "new")
    assert table.events.sum() / table.time.size > 10
    assert np.all(table.events > 0, axis=0).sum() > 5
    efron, breslow = (fit_two_arm_cox(table, ties=ties) for ties in ("efron", "breslow"))
    assert abs(efron.log_hazard_ratio - breslow.log_hazard_ratio) > 0.02


def test_breslow_is_fitted_where_the_file_says_so() -> None:
    asked = bolero_2(every(6)).model_copy(update={"ties": "breslow"})
    assert reconstruct_analysis(asked).met


def test_a_median_to_which_no_visit_falls_is_met_between_visits_and_said() -> None:
    asked = analysis(arm("all", 100, 80, "1.9"), assessment_every=every(8))
    made = reconstruct_analysis(asked)
    assert made.met
    assert any("between visits" in sentence for sentence in made.assumptions)


def test_the_schedule_belongs_to_what_went_in() -> None:
    plain = bolero_2(None)
    digests = {
        reconstruct_analysis(asked).provenance.spec_digest
        for asked in (plain, bolero_2(every(6)), bolero_2(every(6, 1)))
    }
    assert len(digests) == 3


def test_real_data_recorded_in_whole_weeks_hold() -> None:
    asked = print_trial("leukemia")
    daily = asked.model_copy(update={"assessment_every": bolero_2(1).assessment_every})
    assert not missed(daily)


def test_the_shipped_record_1_holds_with_a_schedule() -> None:
    asked = load_trial("record-1").analyses[0]
    schedule = record_1(every(8, 1)).assessment_every
    assert not missed(asked.model_copy(update={"assessment_every": schedule}))


@pytest.mark.parametrize("schedule", [every(8), every(12, 2)], ids=["8 weeks", "12 weeks, 2 apart"])
def test_a_stratified_model_is_reproduced_at_visits(schedule: dict[str, Any]) -> None:
    compared = contrast("0.35", ("0.27", "0.45"))
    compared["p_value"] = {"value": "<0.001", "sided": 1, "stratified": True}
    asked = analysis(
        arm("old", 203, 165, "4.6", ("3.1", "5.4")),
        arm("new", 207, 109, "11.0", ("8.4", "13.9")),
        compared,
        stratified_by=["prior chemotherapy"],
        stratification=[CHEMOTHERAPY],
        assessment_every=schedule,
    )
    assert not missed(asked)
    ipd = reconstruct_analysis(asked).ipd
    assert ipd["stratum"].value_counts().to_dict() == {"yes": 189, "no": 221}
    table = tabulate_two_arms(ipd["time"], ipd["event"], ipd["arm"] == "new")
    assert table.events.sum() / table.time.size > 2


def test_three_arms_share_a_reference_at_visits() -> None:
    asked = analysis(
        arm("old", 80, 60, "4.0", ("3.0", "5.5")),
        arm("new", 80, 50, "6.0"),
        arm("both", 80, 45, "7.4"),
        contrast("0.75", ("0.51", "1.09")),
        contrast("0.60", ("0.41", "0.89")) | {"experimental": "both"},
        assessment_every=every(6),
    )
    assert not missed(asked)


def test_sub_groups_are_patients_of_a_parent_that_is_read_at_visits() -> None:
    whole = analysis(
        arm("old", 100, 80, "4.0"),
        arm("new", 100, 70, "6.0"),
        contrast("0.70"),
        assessment_every=every(6),
    )
    part = analysis(arm("old", 60, 48, "4.0"), arm("new", 60, 42, "6.0"), assessment_every=every(6))
    part = part.model_copy(update={"id": "part", "of": whole.id, "by": "age", "subgroup": "young"})
    family = Family([whole, part])
    made, parent = family.reconstruct(part), family.reconstruct(whole)
    assert made.met
    assert parent.met
    assert made.ipd.index.isin(parent.ipd.index).all()


@pytest.mark.slow
def test_daily_visits_of_years_are_met_on_some_of_them() -> None:
    made = reconstruct_analysis(radiant_3({"value": 1, "unit": "day"}))
    assert made.missed == 0
    assert not [line for line in made.assumptions if "visits" in line]


@pytest.mark.slow
def test_the_search_ends_where_figures_contradict_each_other() -> None:
    asked = analysis(
        arm("old", 60, 40, "3.0", end="14.0"),
        arm("new", 60, 40, "9.0", end="14.0"),
        contrast("2.00", ("1.99", "2.01")),
        assessment_every=2,
    )
    made = reconstruct_analysis(asked)
    assert not made.met
    assert len(made.ipd) == 120


DIGESTS = """
from tests.reconstruction.visits.test_visits import digests
print(digests())
"""


def digests() -> list[str]:
    asked = [
        TRIALS["BOLERO-2, every 6 weeks to the day"],
        TRIALS["one arm, visits in its own unit"],
    ]
    return [reconstruct_analysis(own).provenance.ipd_digest for own in asked]


@pytest.mark.slow
@pytest.mark.parametrize(
    "machine",
    [
        {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3"},
        {"OPENBLAS_CORETYPE": "Prescott", "PYTHONHASHSEED": "7"},
    ],
    ids=["without vector instructions", "old processor"],
)
def test_other_machines_make_the_same_patients(machine: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DIGESTS],
        env=os.environ | machine,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == str(digests())


def test_a_median_follow_up_holds_between_visits() -> None:
    figures = {"median_follow_up": Decimal("17.1"), "lower_quartile": Decimal("1.9")}
    others = {"median_follow_up": Decimal("16.5"), "lower_quartile": Decimal("5.5")}
    asked = analysis(
        arm("old", 203, 165, "3.7", ("2.1", "3.9"), "30") | figures,
        arm("new", 207, 109, "11.1", ("8.4", "13.9"), "30") | others,
        contrast("0.35", ("0.27", "0.45")),
        assessment_every=every(8, 1),
    )
    found = reproduce_analysis(asked).inputs
    assert {"median_follow_up", "lower_quartile"} <= {own.figure.key.quantity for own in found}
    assert all(own.verdict is Verdict.REPRODUCED for own in found)
    schedule = read_schedule(asked)
    assert schedule is not None
    made = reconstruct_analysis(asked)
    times = made.ipd.loc[made.ipd["event"] == 1, "time"].to_numpy()
    # no visit is at 8.4 months, a printed limit: the events of that time lie between two
    assert (~schedule.is_visit(times, 10.0**-made.decimals)).sum() == 2
