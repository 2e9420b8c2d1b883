"""R as second opinion: its values, its absence, and differences that have a name."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pandas as pd
import pytest

from survkit.errors import SurvkitError
from survkit.refit import Estimate, refit_ipd
from survkit.second_opinion import RSurvival, compare_opinions, find_r
from survkit.trial import trial_from_document
from tests.cli.running import TRIAL, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.trial import Analysis

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "check-3.json"
EVERYTHING = TRIAL.replace(
    "median = 9.1\n",
    """\
median = { value = 9.1, ci = [5.0, 14.0] }
lower_quartile = 4.0
upper_quartile = { value = "not reached", ci = [10.0, "not reached"] }
survival = [{ time = 12, percent = 40, ci = [22, 57] }, { time = 900, percent = 1 }]
at_risk = [{ time = 6, n = 18 }]
rmst = [{ time = 12, value = 8.1, ci = [6.5, 9.6] }]
median_follow_up = 20.0
max_follow_up = 40.0
event_rate = 60.0
""",
).replace(
    "hazard_ratio = 0.60\n",
    """\
hazard_ratio = { value = 0.60, ci = [0.33, 1.09] }
unstratified_hazard_ratio = { value = 0.61, ci = [0.33, 1.10] }
risk_reduction = 40
p_value = { value = "0.09", test = "log-rank", sided = 2 }
rmst_difference = [{ time = 12, value = 1.5, ci = [-0.6, 3.6] }]
""".replace('"0.09"', "0.09"),
)
TOTALS = """\
source = "paper"
total_n = 61
total_events = 44
overall_median_follow_up = { value = 11.0, ci = [8.0, 14.0] }
overall_p_value = 0.09
"""


def needs_r() -> RSurvival:
    try:
        return find_r()
    except SurvkitError as error:
        pytest.skip(str(error))


def analysis_of(text: str) -> Analysis:
    return trial_from_document(tomllib.loads(text, parse_float=Decimal)).analyses[0]


@pytest.fixture(scope="module")
def patients() -> pd.DataFrame:
    """Any patients will do: both programs analyse the same ones, whatever is printed."""
    times = [0.7 * (i % 13) + 0.31 * i + 0.5 for i in range(61)]
    events = [int(i % 3 != 0) for i in range(61)]
    names = ["active" if i % 2 else "control" for i in range(61)]
    arms = pd.Categorical(names, categories=["control", "active"])
    return pd.DataFrame({"time": times, "event": events, "arm": arms})


@pytest.mark.slow
def test_r_and_lifelines_agree_on_every_kind_of_figure(patients: pd.DataFrame) -> None:
    program = needs_r()
    analysis = analysis_of(EVERYTHING.replace('source = "paper"\n', TOTALS, 1))
    kinds = {figure.key.name for figure in analysis.figures}
    assert {"risk_reduction", "rmst_difference_upper", "total_events", "p_value"} <= kinds
    assert {"event_rate", "overall_median_follow_up_lower", "overall_p_value"} <= kinds
    assert "unstratified_hazard_ratio_upper" in kinds
    estimates = refit_ipd(patients, analysis).estimates
    values = program.refit({"any": (patients, analysis)})["any"]
    opinions = compare_opinions(analysis, patients, estimates, values)
    assert all(opinion.agrees for opinion in opinions)
    by_name = dict(zip(map(str, (figure.key for figure in analysis.figures)), values, strict=True))
    # 900 months are after the last patient, and after the follow-up that the file prints: both
    # draw the curve on
    assert by_name["active: survival at 900"] > 0.0


@pytest.mark.slow
def test_a_horizon_before_the_first_patient_leaves(patients: pd.DataFrame) -> None:
    program = needs_r()
    analysis = analysis_of(EVERYTHING)
    late = patients.assign(time=patients["time"] + 20.0)
    estimates = refit_ipd(late, analysis).estimates
    values = program.refit({"late": (late, analysis)})["late"]
    assert not any(own.contradicts for own in compare_opinions(analysis, late, estimates, values))


def median_case(times: list[float], estimate: float, value: float) -> str | None:
    analysis = analysis_of(TRIAL)
    ipd = pd.DataFrame({"time": times, "event": 1, "arm": "control"})
    estimates = [Estimate(1.0)] * len(analysis.figures)
    values = [1.0] * len(analysis.figures)
    place = next(
        index
        for index, figure in enumerate(analysis.figures)
        if (figure.key.subject, figure.key.name) == ("control", "median")
    )
    estimates[place], values[place] = Estimate(estimate), value
    opinions = compare_opinions(analysis, ipd, estimates, values)
    assert [own.agrees for own in opinions].count(False) == 1
    return opinions[place].convention


def test_the_middle_of_a_plateau_is_a_convention_and_no_other_value_is() -> None:
    assert "middle of the plateau" in str(median_case([1.0, 2.0, 3.0, 4.0], 2.0, 2.5))
    assert "middle of the plateau" in str(median_case([1.0, 2.0, 3.0, 4.0], 3.0, 2.5))
    assert median_case([1.0, 2.0, 3.0, 4.0], 2.0, 2.6) is None
    assert median_case([1.0, 2.0, 3.0, 4.0], 2.2, 2.6) is None
    assert median_case([1.0, 2.0, 3.0, 4.0], 2.0, math.nan) is None


@pytest.mark.slow
def test_r_takes_that_middle() -> None:
    program = needs_r()
    analysis = analysis_of(TRIAL)
    arms = pd.Categorical(["control"] * 4 + ["active"] * 4, categories=["control", "active"])
    times = [1.0, 2.0, 3.0, 4.0, 1.5, 2.5, 3.5, 4.5]
    ipd = pd.DataFrame({"time": times, "event": 1, "arm": arms})
    estimates = refit_ipd(ipd, analysis).estimates
    opinions = compare_opinions(
        analysis, ipd, estimates, program.refit({"plateau": (ipd, analysis)})["plateau"]
    )
    named = [opinion.convention for opinion in opinions if not opinion.agrees]
    assert len(named) >= 2
    assert not any(opinion.contradicts for opinion in opinions)


@pytest.mark.slow
def test_a_ratio_without_bounds_is_a_convention(patients: pd.DataFrame) -> None:
    program = needs_r()
    analysis = analysis_of(TRIAL)
    ipd = patients.assign(event=(patients["arm"] == "control").astype(int))
    estimates = refit_ipd(ipd, analysis).estimates
    values = program.refit({"none": (ipd, analysis)})["none"]
    assert not any(own.contradicts for own in compare_opinions(analysis, ipd, estimates, values))


# ---------------------------------------------------------------- without R, and with a broken one


def test_without_r_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    result = run("check", path, "--with-r")
    assert result.exit_code == 2
    assert result.stderr == (
        "a second opinion needs R with its package survival: no Rscript on the search path\n"
    )


@pytest.mark.parametrize(
    ("answers", "ask", "sentence"),
    [
        ([1], find_r, "has none: Rscript -e 'install.packages"),
        ([0, 1], lambda: find_r().refit({}), "R must refit the figures, got: Error: no"),
    ],
)
def test_an_r_that_fails(
    monkeypatch: pytest.MonkeyPatch,
    answers: list[int],
    ask: Callable[[], object],
    sentence: str,
) -> None:
    codes = iter(answers)

    def answer(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, next(codes), "4.2.2\n3.5.3", "Error: no\n")

    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/Rscript")
    monkeypatch.setattr(subprocess, "run", answer)
    with pytest.raises(SurvkitError, match=sentence):
        ask()


# ---------------------------------------------------------------- the command


def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    return path


@pytest.mark.slow
def test_the_table_has_both_columns_and_the_document_both_values(tmp_path: Path) -> None:
    needs_r()
    shown = run("check", small(tmp_path), "--with-r")
    assert shown.exit_code == 0
    assert "printed  refitted     R  difference" in shown.stdout
    assert "  hazard ratio             0.60      0.60  0.60     +0.0001  reproduced" in shown.stdout
    assert "agrees with lifelines to 1e-6 relative on 8 of 8 figures." in shown.stdout
    document = json.loads(run("check", small(tmp_path), "--with-r", "--json").stdout)
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
    assert set(document["r"]) == {"R", "survival"}
    for figure in document["trials"][0]["analyses"][0]["figures"]:
        assert figure["r"]["agrees"]
        assert figure["r"]["estimate"] == pytest.approx(figure["estimate"], rel=1e-6)


def test_a_contradiction_fails_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refit(_: RSurvival, patients: dict[str, tuple[pd.DataFrame, Analysis]]) -> object:
        return {
            name: tuple(
                1.01 * own.value if figure.key.name == "hazard_ratio" else own.value
                for figure, own in zip(
                    analysis.figures, refit_ipd(ipd, analysis).estimates, strict=True
                )
            )
            for name, (ipd, analysis) in patients.items()
        }

    monkeypatch.setattr(RSurvival, "refit", refit)
    monkeypatch.setattr(
        "survkit.second_opinion.find_r", lambda: RSurvival("R", {"R": "4", "survival": "3"})
    )
    result = run("check", small(tmp_path), "--with-r")
    assert result.exit_code == 1
    assert "R gives 0.60606948, lifelines 0.600068792" in result.stdout
    words = " ".join(result.stdout.split())
    assert "on 7 of 8 figures; 1 without an explanation." in words
