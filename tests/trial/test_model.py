"""The model of a trial: figures, inheritance, look-ups."""

from __future__ import annotations

import pickle
import tomllib
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from survkit.errors import SurvkitError
from survkit.trial import Analysis, Figure, trial_from_document

TEXT = """
spec_version = 1
id = "three-arms"
name = "THREE"

[sources.paper]
citation = "The paper"
[sources.label]
citation = "The label"

[[analysis]]
id = "pfs"
endpoint = "PFS"
time_unit = "month"
source = "paper"
cut_off = 2010-02-28
total_n = 300

[[analysis.arm]]
id = "low"
n = 100
events = { value = 60, verified = false }
median = { value = 8.0, role = "check", verified = false, ci = { lower = 6.10, upper = "NR" } }
max_follow_up = 30
lower_quartile = { value = 3.9, ci = [3.0, 4.5] }
upper_quartile = { value = "not reached", ci = [12.1, "NR"] }
rmst = [{ time = 24, value = 12.30, ci = { lower = 11.0, upper = 13.6, level = 90 } }]
median_follow_up = { value = 21.4, ci = [20.0, 22.8] }

[[analysis.arm]]
id = "high"
n = { value = 100, source = "label", note = "randomised" }
median = { value = "not reached", ci = { lower = 9.9, upper = "not reached", level = 99, \
source = "label", verified = false, role = "check" } }

[[analysis.arm]]
id = "placebo"
n = 100
survival = [
    { time = 18, percent = 9, ci = [4, 16], also = [{ value = 9.1, source = "label" }] },
    { time = 36.5, percent = "<2", tolerance = { absolute = 0.5, reason = "Read from a plot." } },
]
at_risk = [{ time = 0, n = 100 }, { time = 18, n = 7 }]

[[analysis.contrast]]
experimental = "low"
reference = "placebo"
hazard_ratio = { value = 0.60, ci = [0.45, 0.80] }
p_value = { value = 0.0005, test = "wald", sided = 1, stratified = true }
rmst_difference = [
    { time = 24, value = -0.40, ci = [-2.1, 1.3], also = [{ value = -0.5, source = "label" }] },
]

[[analysis.contrast]]
experimental = "high"
reference = "placebo"
hazard_ratio = 0.4

[[analysis]]
id = "pfs-older"
endpoint = "PFS"
time_unit = "month"
source = "label"
subgroup = "older"
of = "pfs"

[[analysis.arm]]
id = "low"
n = 40
"""


@pytest.fixture
def analysis() -> Analysis:
    document = tomllib.loads(TEXT, parse_float=Decimal)
    return trial_from_document(document).analysis("pfs")


def found(analysis: Analysis, label: str) -> list[Figure]:
    """The figures of an analysis whose key reads like this."""
    return [figure for figure in analysis.figures if str(figure.key) == label]


def test_figures_come_in_the_order_of_reports(analysis: Analysis) -> None:
    assert [f"{figure.key} = {figure.printed}" for figure in analysis.figures] == [
        "low: patients = 100",
        "low: events = 60",
        "low: median = 8.0",
        "low: median, lower limit = 6.10",
        "low: median, upper limit = not reached",
        "low: lower quartile = 3.9",
        "low: lower quartile, lower limit = 3.0",
        "low: lower quartile, upper limit = 4.5",
        "low: upper quartile = not reached",
        "low: upper quartile, lower limit = 12.1",
        "low: upper quartile, upper limit = not reached",
        "low: restricted mean at 24 = 12.30",
        "low: restricted mean at 24, lower limit = 11.0",
        "low: restricted mean at 24, upper limit = 13.6",
        "low: median follow-up = 21.4",
        "low: median follow-up, lower limit = 20.0",
        "low: median follow-up, upper limit = 22.8",
        "low: maximum follow-up = 30",
        "high: patients = 100",
        "high: median = not reached",
        "high: median, lower limit = 9.9",
        "high: median, upper limit = not reached",
        "placebo: patients = 100",
        "placebo: survival at 18 = 9",
        "placebo: survival at 18, lower limit = 4",
        "placebo: survival at 18, upper limit = 16",
        "placebo: survival at 18 = 9.1",
        "placebo: survival at 36.5 = <2",
        "placebo: at risk at 0 = 100",
        "placebo: at risk at 18 = 7",
        "low vs placebo: hazard ratio = 0.60",
        "low vs placebo: hazard ratio, lower limit = 0.45",
        "low vs placebo: hazard ratio, upper limit = 0.80",
        "low vs placebo: p-value = 0.0005",
        "low vs placebo: restricted mean difference at 24 = -0.40",
        "low vs placebo: restricted mean difference at 24, lower limit = -2.1",
        "low vs placebo: restricted mean difference at 24, upper limit = 1.3",
        "low vs placebo: restricted mean difference at 24 = -0.5",
        "high vs placebo: hazard ratio = 0.4",
        "patients, all arms = 300",
    ]


def test_defaults_of_a_figure(analysis: Analysis) -> None:
    (figure,) = found(analysis, "low: patients")
    assert (figure.role, figure.verified, figure.source) == ("input", True, "paper")
    assert (figure.tolerance, figure.level, figure.note) == (None, 95.0, None)


def test_an_interval_inherits_from_its_estimate(analysis: Analysis) -> None:
    (limit,) = found(analysis, "low: median, lower limit")
    assert (limit.role, limit.verified, limit.source) == ("check", False, "paper")


def test_an_interval_may_say_otherwise(analysis: Analysis) -> None:
    (limit,) = found(analysis, "high: median, lower limit")
    assert (limit.role, limit.verified, limit.source) == ("check", False, "label")
    assert limit.level == 99.0
    (median,) = found(analysis, "high: median")
    assert (median.role, median.verified, median.source) == ("input", True, "paper")


def test_a_restricted_mean_belongs_to_its_horizon(analysis: Analysis) -> None:
    (limit,) = found(analysis, "low: restricted mean at 24, upper limit")
    assert (limit.key.instant, limit.level) == (24.0, 90.0)
    printed, reprint = found(analysis, "low vs placebo: restricted mean difference at 24")
    assert (printed.printed.lower, printed.printed.upper) == (-0.405, -0.395)
    assert (reprint.role, reprint.source) == ("check", "label")


def test_the_scale_of_survival_is_that_of_the_medians_unless_the_file_says_otherwise() -> None:
    scales = {}
    for keys in ("", 'median_interval = "plain"', 'survival_interval = "log"'):
        document = tomllib.loads(TEXT.replace("total_n = 300", keys), parse_float=Decimal)
        analysis = trial_from_document(document).analyses[0]
        scales[keys] = (analysis.median_interval, analysis.survival_scale)
    assert list(scales.values()) == [("log-log", "log-log"), ("plain", "plain"), ("log-log", "log")]


def test_a_reprint_is_a_check_under_the_same_key(analysis: Analysis) -> None:
    first, second = found(analysis, "placebo: survival at 18")
    assert first.key == second.key
    assert (first.role, first.source) == ("input", "paper")
    assert (second.role, second.source) == ("check", "label")


def test_a_tolerance_comes_with_its_reason(analysis: Analysis) -> None:
    (figure,) = found(analysis, "placebo: survival at 36.5")
    assert figure.tolerance is not None
    assert figure.tolerance.absolute == Decimal("0.5")
    assert figure.tolerance.reason == "Read from a plot."


def test_looking_up(analysis: Analysis) -> None:
    assert analysis.arm("high").id == "high"
    assert analysis.contrast("low vs placebo").subject == "low vs placebo"
    assert analysis.cut_off == date(2010, 2, 28)
    p_value = analysis.contrast("low vs placebo").p_value
    assert p_value is not None
    assert (p_value.test, p_value.sided, p_value.stratified) == ("wald", 1, True)


def test_looking_up_what_is_not_there(analysis: Analysis) -> None:
    with pytest.raises(
        SurvkitError, match="analysis pfs has no arm 'placbo'; did you mean 'placebo'"
    ):
        analysis.arm("placbo")
    with pytest.raises(SurvkitError, match="has no contrast 'x'; it has high vs placebo, low vs"):
        analysis.contrast("x")
    trial = trial_from_document(tomllib.loads(TEXT, parse_float=Decimal))
    with pytest.raises(SurvkitError, match="trial three-arms has no analysis 'os'"):
        trial.analysis("os")


def test_a_trial_is_frozen_and_travels_between_processes() -> None:
    context = {"origin": "a.toml", "digest": "00"}
    trial = trial_from_document(tomllib.loads(TEXT, parse_float=Decimal), **context)
    with pytest.raises(ValidationError, match="frozen"):
        trial.name = "OTHER"  # type: ignore[misc]
    again = pickle.loads(pickle.dumps(trial))
    assert again == trial
    assert (again.origin, again.digest) == ("a.toml", "00")
    assert again.analysis("pfs").figures == trial.analysis("pfs").figures


def test_a_supposed_percentage_replaces_the_printed_one_and_nothing_else() -> None:
    printed = trial_from_document(tomllib.loads(TEXT, parse_float=Decimal)).analyses[0]
    before = printed.figures
    supposed = printed.supposing("placebo", {18: Decimal("20.0"), 24: 5})
    found = {
        (figure.key.name, figure.key.time): figure
        for figure in supposed.figures
        if figure.key.subject == "placebo" and figure.key.quantity == "survival"
    }
    assert {key: str(figure.printed) for key, figure in found.items()} == {
        ("survival", Decimal("36.5")): "<2",
        ("survival", Decimal(18)): "20.0",
        ("survival", Decimal(24)): "5",
    }
    assert found["survival", Decimal(24)].source == "supposed"
    assert not found["survival", Decimal(24)].verified
    others = [figure for figure in supposed.figures if figure.key.quantity != "survival"]
    assert others == [figure for figure in before if figure.key.quantity != "survival"]
    assert printed.figures == before


def test_what_no_file_could_hold_cannot_be_supposed() -> None:
    printed = trial_from_document(tomllib.loads(TEXT, parse_float=Decimal)).analyses[0]
    with pytest.raises(ValidationError, match="a float has lost its printed digits"):
        printed.supposing("placebo", {18: 9.5})  # type: ignore[dict-item]
    with pytest.raises(SurvkitError, match="did you mean 'placebo'"):
        printed.supposing("placeb", {18: 9})
