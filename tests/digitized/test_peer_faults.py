"""One test per fault of risk tables, totals and marks that other readers of curves have, or had.

Each test names the program and its fault; `tests/test_peer_faults.py` has those of printed figures.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from survkit.digitized import check_curve, read_curves, read_risk_tables
from survkit.printed import NOT_REACHED, Printed
from tests.digitized.test_checking import AT_RISK, by_hand, checks, table
from tests.digitized.test_layouts import FILES

FIGURES: dict[str, Any] = {
    "n": 20,
    "events": 6,
    "percentages": [(3.0, Printed.parse("90.0")), (6.0, Printed.parse("78.8"))],
    "quantiles": {0.5: NOT_REACHED, 0.75: Printed.parse("7.0")},
}


@pytest.mark.parametrize("row", range(1, 4))
def test_an_absurd_number_at_risk_does_not_pass(row: int) -> None:
    """RESOLVE-IPD reads a risk table and overwrites it; an absurd one changes nothing."""
    assert not check_curve(by_hand(), table(), **FIGURES)
    lines = AT_RISK.splitlines()
    for absurd in ("1", "999") if row < 3 else ("999",):  # all others may be censored at the end
        changed = [*lines]
        changed[row] = f"{lines[row].split()[0]} {absurd}"
        assert check_curve(by_hand(), table("\n".join(changed) + "\n"), **FIGURES)


@pytest.mark.parametrize("figure", [*FIGURES, "table"])
def test_every_optional_figure_can_be_left_out(figure: str) -> None:
    """RESOLVE-IPD stops with an index error when its optional censoring marks are missing."""
    figures = {name: value for name, value in FIGURES.items() if name != figure}
    beside = None if figure == "table" else table()
    curve = by_hand()
    assert curve.marks == ()
    assert not check_curve(curve, beside, **figures)
    assert not check_curve(replace(curve, marks=(3.0, 3.0, 6.0)), beside, **figures)


def test_a_flat_stretch_holds_no_event() -> None:
    """RESOLVE-IPD adds deaths where the curve is flat."""
    flat = replace(by_hand(), times=(0.0, 1.0, 9.0), survival=(1.0, 0.95, 0.95))
    assert not check_curve(flat, table("0 20\n3 19\n6 14\n"), events=1)
    (found,) = check_curve(flat, table("0 20\n3 19\n6 14\n"), events=2)
    assert found.numbers["most"] == 1


def test_scaling_the_figure_changes_nothing() -> None:
    """RESOLVE-IPD takes lengths of ticks and paths in pixels for fixed."""
    text = (FILES / "wpd-4.json").read_text("utf-8")
    project = json.loads(text)
    for axes in project["axesColl"]:
        for point in axes["calibrationPoints"]:
            point["px"], point["py"] = 3.5 * point["px"] + 40.0, 3.5 * point["py"] - 7.0
    for data_set in project["datasetColl"]:
        for point in data_set["data"]:
            point["x"], point["y"] = 3.5 * point["x"] + 40.0, 3.5 * point["y"] - 7.0
            point["value"] = None
    before, after = read_curves(text), read_curves(json.dumps(project).encode())
    for one, other in zip(before, after, strict=True):
        assert one.times == pytest.approx(other.times, abs=1e-9)
        assert one.survival == pytest.approx(other.survival, abs=1e-9)
        assert len(one.marks) == len(other.marks)


def test_changing_one_arm_leaves_the_other_alone() -> None:
    """reconstructKM filters with a condition that is always true and pools the arms."""
    text = "x,Everolimus,Placebo\n0,1,1\n1,0.9,0.8\n2,0.8,0.6\n"
    assert read_curves(text)[0] == read_curves(text.replace("0.6", "0.5"))[0]
    risk = "Group,0,6\nEverolimus,207,189\nPlacebo,203,117\n"
    assert read_risk_tables(risk)[0] == read_risk_tables(risk.replace("117", "64"))[0]


def test_impossible_totals_are_found() -> None:
    """registry-ipd lowers an impossible number of events without a word."""
    (found,) = check_curve(by_hand(), table(), n=20, events=21)
    assert found.severity == "impossible"
    (found,) = check_curve(by_hand(), table(), n=20, events=12)
    assert (found.check, found.numbers["most"]) == ("events_against_curve", 6)


@pytest.mark.parametrize(("at_risk", "words"), [("17", "too many"), ("2", "too few")])
def test_too_many_and_too_few_at_risk_are_both_flagged(at_risk: str, words: str) -> None:
    """KM-PoPiGo's penalty sees an excess of patients at risk only, never a lack."""
    (found,) = check_curve(by_hand(), table(f"0 20\n3 18\n6 {at_risk}\n"))
    assert words in found.implied


def test_numbers_at_risk_are_never_lowered() -> None:
    """Ports of Guyot's method lower a number at risk that does not fit, and go on."""
    risen = table("0 20\n3 15\n6 16\n")
    assert risen.counts == (20, 15, 16)
    assert "table_rises" in checks(check_curve(by_hand(), risen))


@pytest.mark.parametrize("text", ["0 20\n3 0\n6 0\n", "0 0\n3 0\n", "0 20\n100 0\n", "3 0\n9 0\n"])
def test_nobody_at_risk_ends_in_findings(text: str) -> None:
    """Ports of Guyot's method divide by nobody at risk."""
    for each in check_curve(by_hand(), table(text), n=20, events=6):
        assert each.sentence
        assert not any(number != number for number in each.numbers.values())  # noqa: PLR0124


def test_totals_and_short_tables_are_read_as_they_stand() -> None:
    """survHE fixes total events at "NA"; IPDfromKM trims a table without a word."""
    assert read_risk_tables(FILES / "kmdata-risk-events.csv")[0].total_events == 165
    (short,) = read_risk_tables(FILES / "ipdfromkm-risk.csv")
    assert any("left out" in remark for remark in short.remarks)


def test_intervals_need_not_span_the_curve() -> None:
    """survHE stops with "Intervals must span all survival times"."""
    assert not check_curve(by_hand(), table("0 20\n3 18\n"), events=6)


def test_other_times_make_every_check_fail() -> None:
    """IPDfromKM compares values of survival only: twice as long a time axis changes nothing."""
    curve = by_hand()
    doubled = replace(curve, times=tuple(2.0 * time for time in curve.times))
    found = check_curve(doubled, table(), **FIGURES)
    assert {"percentages_against_curve", "quantiles_against_curve"} <= set(checks(found))


def test_a_curve_below_is_as_wrong_as_one_above() -> None:
    """IPDfromKM's largest error lacks the absolute value."""
    for percent in (87.0, 93.0):
        found = check_curve(by_hand(), percentages=[(3.0, Printed.parse(str(percent)))])
        assert checks(found) == ["percentages_against_curve"]
