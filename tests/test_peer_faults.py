"""One test per fault that other programs of the field have, or had: survkit must not repeat them.

Each test names the program and its fault. Those of curve readers have theirs in
`tests/digitized/test_peer_faults.py`.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from survkit.comparison import Comparison, Verdict, compare_figures
from survkit.consistency import audit
from survkit.errors import SurvkitError
from survkit.kernels import fit_two_arm_cox, restricted_mean, tabulate_arm, tabulate_two_arms
from survkit.reconstruction import reconstruct_analysis
from survkit.refit import refit_ipd
from survkit.reproduction import AnalysisReproduction, reproduce_analysis
from survkit.trial import trial_from_document
from tests.reference.real_data import load_cohort
from tests.refit.documents import make_analysis, two_arms
from tests.tolerances import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINTED = """
spec_version = 1
id = "two-arms"
name = "TWO"
sources.paper.citation = "A paper"

[[analysis]]
id = "pfs"
endpoint = "PFS"
time_unit = "month"
source = "paper"
total_n = 410
total_events = 274

[[analysis.arm]]
id = "placebo"
n = 203
events = 165
median = { value = 4.6, ci = [3.1, 5.4] }
max_follow_up = 28

[[analysis.arm]]
id = "drug"
n = 207
events = 109
median = { value = 11.0, ci = [8.4, 13.9] }
max_follow_up = 30

[[analysis.contrast]]
experimental = "drug"
reference = "placebo"
hazard_ratio = { value = 0.35, ci = [0.27, 0.45] }
p_value = { value = "<0.001", role = "check" }
"""

Document = dict[str, Any]


def complete() -> Document:
    """A trial that prints everything usual, much like RADIANT-3."""
    return tomllib.loads(PRINTED, parse_float=Decimal)


def changed(table: str, index: int, **figures: Any) -> Document:
    """The trial with some figures of an arm or a contrast changed."""
    document = complete()
    document["analysis"][0][table][index].update(figures)
    return document


def reproduced(document: Document) -> AnalysisReproduction:
    return reproduce_analysis(trial_from_document(document).analyses[0])


def verdicts(result: AnalysisReproduction, subject: str = "") -> dict[str, Comparison]:
    """The comparisons by figure, of one subject or of all."""
    return {
        str(comparison.figure.key): comparison
        for comparison in result.comparisons
        if subject in ("", comparison.figure.key.subject)
    }


# ---------------------------------------------------------------- figures left out


def left_out() -> Iterator[tuple[str, Document]]:
    """The trial without one of its optional figures, each in turn."""
    optional = {
        "arm": ("events", "median", "max_follow_up"),
        "contrast": ("hazard_ratio", "p_value"),
    }
    for table, keys in optional.items():
        for index, entry in enumerate(complete()["analysis"][0][table]):
            for key in keys:
                document = complete()
                del document["analysis"][0][table][index][key]
                yield f"{table}[{index}].{key}", document
                if isinstance(entry[key], dict) and "ci" in entry[key]:
                    document = complete()
                    del document["analysis"][0][table][index][key]["ci"]
                    yield f"{table}[{index}].{key}.ci", document
    for key in ("total_n", "total_events", "contrast"):
        document = complete()
        del document["analysis"][0][key]
        yield key, document


LEFT_OUT = dict(left_out())


def test_with_nothing_left_out_every_figure_is_met() -> None:
    assert {c.verdict for c in reproduced(complete()).inputs} == {Verdict.REPRODUCED}


@pytest.mark.parametrize("figure", LEFT_OUT)
def test_every_optional_figure_can_be_left_out(figure: str) -> None:
    """RESOLVE-IPD stops with an index error when its optional censoring marks are missing."""
    result = reproduced(LEFT_OUT[figure])
    missed = [str(c.figure.key) for c in result.inputs if c.verdict is not Verdict.REPRODUCED]
    assert not missed


# ---------------------------------------------------------------- figures ignored


@pytest.mark.parametrize(
    ("table", "index", "quantity", "digits"),
    [
        ("arm", 1, "median", "7.0"),
        ("arm", 0, "events", "150"),
        ("contrast", 0, "hazard_ratio", "0.50"),
    ],
)
def test_every_printed_input_is_met_or_reported_as_not_met(
    table: str, index: int, quantity: str, digits: str
) -> None:
    """registry-ipd ignores the experimental median and takes the hazard ratio as it falls."""
    document = changed(table, index, **{quantity: Decimal(digits)})
    del document["analysis"][0]["total_events"]
    result = reproduced(document)
    (comparison,) = [
        c
        for c in result.inputs
        if c.figure.key.name == quantity and str(c.figure.printed) == digits
    ]
    assert comparison.verdict is Verdict.REPRODUCED or comparison.failed
    # Ignored figures change nothing: these patients must be others than those of the first trial.
    ipd, before = (each.reconstruction.ipd for each in (result, reproduced(complete())))
    assert not ipd.equals(before)


def test_figures_that_exclude_each_other_are_reported_as_not_met() -> None:
    """registry-ipd lowers an impossible number of events without a word."""
    # Ten events cannot give so narrow an interval: by SE >= 2 / sqrt(d) it takes more than 200.
    document = complete()
    del document["analysis"][0]["total_events"]
    for arm in document["analysis"][0]["arm"]:
        del arm["median"]
        arm["events"] = 5
    result = reproduced(document)
    assert result.reconstruction.ipd["event"].sum() == 10
    assert not result.reconstruction.met
    assert not result.reproduced


def test_more_events_than_patients_are_impossible() -> None:
    """registry-ipd lowers an impossible number of events without a word."""
    trial = trial_from_document(changed("arm", 0, events=204))
    assert "events within patients" in {finding.check for finding in audit(trial)}


@pytest.mark.parametrize("events", [6, 60, 600, 1000])
def test_no_event_is_lost_or_invented(events: int) -> None:
    """registry-ipd's quadratic program ends with other totals than it was given."""
    arm = {"id": "only", "n": 1000, "events": events}
    ipd = reconstruct_analysis(make_analysis([arm])).ipd
    assert (len(ipd), ipd["event"].sum()) == (1000, events)


@pytest.mark.parametrize(("n", "expected"), [(2, False), (3, True), (4, False)])
def test_too_many_and_too_few_at_risk_are_both_flagged(n: int, *, expected: bool) -> None:
    """KM-PoPiGo's penalty sees an excess of patients at risk only, never a lack."""
    analysis = make_analysis([{"id": "only", "n": 4, "at_risk": [{"time": 2, "n": n}]}])
    ipd = pd.DataFrame({"time": [1.0, 2.0, 3.0, 4.0], "event": 1, "arm": "only"})
    comparison = compare_figures(analysis.figures, refit_ipd(ipd, analysis).estimates)[1]
    assert (comparison.verdict is Verdict.REPRODUCED) == expected
    assert comparison.failed != expected


@pytest.mark.parametrize("n", [0, 99])
def test_an_absurd_number_at_risk_does_not_pass(n: int) -> None:
    """RESOLVE-IPD reads a risk table and overwrites it; an absurd one changes nothing."""
    result = reproduced(changed("arm", 0, n=203, at_risk=[{"time": Decimal("4.6"), "n": n}]))
    comparison = verdicts(result)["placebo: at risk at 4.6"]
    assert comparison.verdict is Verdict.REPRODUCED or comparison.failed
    assert comparison.verdict is Verdict.REPRODUCED or not result.reproduced


# ---------------------------------------------------------------- one arm and the other


def test_changing_one_arm_leaves_the_estimates_of_the_other_alone() -> None:
    """reconstructKM filters with a condition that is always true and pools the arms."""
    analysis = trial_from_document(complete()).analyses[0]
    ipd = reconstruct_analysis(analysis).ipd
    drug = ipd["arm"] == "drug"
    other = ipd.assign(time=ipd["time"].where(~drug, 3.0 * ipd["time"]))
    subjects = [figure.key.subject for figure in analysis.figures]
    before, after = (
        [
            estimate
            for estimate, subject in zip(refit_ipd(them, analysis).estimates, subjects, strict=True)
            if subject == "placebo"
        ]
        for them in (ipd, other)
    )
    assert before == after


def test_the_order_of_the_arms_in_the_file_changes_no_verdict() -> None:
    """reconstructKM filters with a condition that is always true and pools the arms."""
    document = complete()
    document["analysis"][0]["arm"].reverse()
    one, other = verdicts(reproduced(complete())), verdicts(reproduced(document))
    assert one.keys() == other.keys()
    for figure, comparison in one.items():
        assert comparison.rendered == other[figure].rendered


def test_changing_the_figures_of_one_arm_leaves_those_of_the_other_met() -> None:
    """reconstructKM filters with a condition that is always true and pools the arms."""
    document = changed("arm", 1, median=Decimal("9.0"))
    assert all(
        comparison.verdict is Verdict.REPRODUCED
        for comparison in verdicts(reproduced(document), "placebo").values()
    )


# ---------------------------------------------------------------- the same again


DIGEST = """
import sys, tomllib
from decimal import Decimal
from survkit.reconstruction import reconstruct_analysis
from survkit.trial import trial_from_document
trial = trial_from_document(tomllib.loads(sys.stdin.read(), parse_float=Decimal))
print(reconstruct_analysis(trial.analyses[0]).ipd.to_csv())
"""


def test_the_same_input_gives_the_same_bytes() -> None:
    """KM-PoPiGo draws random numbers without a seed."""
    here = reconstruct_analysis(trial_from_document(complete()).analyses[0]).ipd.to_csv()
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    elsewhere = subprocess.run(
        [sys.executable, "-c", DIGEST],
        input=PRINTED,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert elsewhere.stdout.strip() == here.strip()
    assert reconstruct_analysis(trial_from_document(complete()).analyses[0]).ipd.to_csv() == here


# ---------------------------------------------------------------- percentages


@pytest.mark.parametrize(("percent", "estimate"), [("8", 8.0), ("0.8", 0.8), ("1", 1.0)])
def test_eight_percent_stay_eight_percent(percent: str, estimate: float) -> None:
    """kmdata takes numbers for percentages only where one of them exceeds ten."""
    arm = {"id": "only", "n": 1000, "survival": [{"time": 5, "percent": Decimal(percent)}]}
    analysis = make_analysis([arm])
    survivors = round(10 * estimate)
    time = [1.0] * (1000 - survivors) + [9.0] * survivors
    refit = refit_ipd(pd.DataFrame({"time": time, "event": 1, "arm": "only"}), analysis)
    assert refit.estimates[1].value == pytest.approx(estimate, abs=EXACT)
    assert analysis.figures[1].printed.admits(refit.estimates[1].value)


# ---------------------------------------------------------------- always an answer


ODD = {
    "only the number of patients": {"arms": [{"id": "a", "n": 10}]},
    "one patient": {"arms": [{"id": "a", "n": 1}]},
    "one patient, one event": {"arms": [{"id": "a", "n": 1, "events": 1, "median": 3}]},
    "no events": {"arms": [{"id": "a", "n": 10, "events": 0}]},
    "no events, yet a median": {"arms": [{"id": "a", "n": 10, "events": 0, "median": 3}]},
    "everybody has the event": {"arms": [{"id": "a", "n": 10, "events": 10, "median": 3}]},
    "a median beyond the follow-up": {
        "arms": [{"id": "a", "n": 10, "median": 12, "max_follow_up": 6}]
    },
    "an arm without events, yet a ratio": {
        "arms": [{"id": "a", "n": 20, "events": 5}, {"id": "b", "n": 20, "events": 0}],
        "contrasts": [
            {"experimental": "b", "reference": "a", "hazard_ratio": Decimal("0.5")},
        ],
    },
    "medians against the ratio": {
        "arms": [{"id": "a", "n": 90, "median": 6}, {"id": "b", "n": 90, "median": 3}],
        "contrasts": [
            {"experimental": "b", "reference": "a", "hazard_ratio": Decimal("0.2")},
        ],
    },
    "nobody at risk early": {
        "arms": [{"id": "a", "n": 10, "median": 8, "at_risk": [{"time": 1, "n": 0}]}]
    },
}


@pytest.mark.parametrize("name", ODD)
def test_no_path_ends_without_a_result_or_an_error(name: str) -> None:
    """survHE may go on without results; ports of Guyot's method loop or divide by zero."""
    try:
        result = reproduce_analysis(make_analysis(**ODD[name]))
    except SurvkitError:
        return
    times = result.reconstruction.ipd["time"]
    assert times.notna().all()
    assert (times >= 0.0).all()
    assert len(times) == sum(arm["n"] for arm in ODD[name]["arms"])
    for comparison in result.comparisons:
        assert comparison.verdict is not Verdict.NOT_COMPARABLE or comparison.reason


def test_a_ratio_that_cannot_be_is_missed_not_passed_over() -> None:
    """survHE may go on without reporting results."""
    result = reproduce_analysis(make_analysis(**ODD["an arm without events, yet a ratio"]))
    assert verdicts(result)["b vs a: hazard ratio"].failed
    assert not result.reproduced


# ---------------------------------------------------------------- errors of integration and fitting


def test_areas_under_steps_are_no_trapezoids() -> None:
    """KM-GPT integrates step functions by the trapezoid rule, each on a time axis of its own."""
    # One event at 2 of two patients: 2 x 1 + 2 x 1/2 up to 4. The trapezoid rule gives 2.5.
    assert restricted_mean(tabulate_arm([2.0, 4.0], [1, 0]), 4.0).mean == 3.0


def test_the_error_of_a_restricted_mean() -> None:
    """lifelines 0.30.3 has 0.7186 here, 5.8 times too much."""
    table = load_cohort("waltons").table("experimental")
    assert round(restricted_mean(table, 10.0).standard_error, 4) == 0.1232


def test_newton_steps_go_on_to_the_end() -> None:
    """By its default precision lifelines stops 1.9e-6 short of the maximum."""
    time, event = [9.0, 1.0, 1.0, 6.0, 6.0, 8.0], [1, 1, 0, 1, 1, 0]
    experimental = [0, 1, 1, 1, 0, 0]
    arm = ["experimental" if one else "reference" for one in experimental]
    ipd = pd.DataFrame({"time": time, "event": event, "arm": arm})
    analysis = two_arms(n=3)
    position = [figure.key.quantity for figure in analysis.figures].index("hazard_ratio")
    referee = math.log(refit_ipd(ipd, analysis).estimates[position].value)
    kernel = fit_two_arm_cox(tabulate_two_arms(time, event, experimental)).log_hazard_ratio
    assert referee == pytest.approx(1.676857486, abs=EXACT)
    assert kernel == pytest.approx(1.676857486, abs=EXACT)
