"""Curves against themselves, their numbers at risk and printed figures, with cases by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survkit.digitized import (
    Allowance,
    DigitizedCurve,
    Inconsistency,
    RiskTable,
    check_curve,
    curve_from_points,
    read_risk_tables,
)
from survkit.printed import NOT_REACHED, Printed
from tests.tolerances import EXACT

# 20 patients: an event at 1, 2, 4, 5, 7 and 8 each, censorings at 3 and 6 (two each), the end at 9.
# S = 19/20, 18/20, then 16 at risk: 15/16, 14/15, then 12 at risk: 11/12, 10/11.
TIMES = (0.0, 1.0, 2.0, 4.0, 5.0, 7.0, 8.0, 9.0)
SURVIVAL = (1.0, 0.95, 0.9, 0.84375, 0.7875, 0.721875, 0.65625, 0.65625)
AT_RISK = "0 20\n3 18\n6 14\n8.5 10\n"


def by_hand() -> DigitizedCurve:
    return curve_from_points(TIMES, SURVIVAL, taken="exact", name="by hand")


def table(text: str = AT_RISK) -> RiskTable:
    (read,) = read_risk_tables(text)
    return read


def checks(found: tuple[Inconsistency, ...]) -> list[str]:
    return [each.check for each in found]


def test_a_curve_with_its_own_figures_is_consistent() -> None:
    assert not check_curve(
        by_hand(),
        table(),
        n=20,
        events=6,
        percentages=[(3.0, Printed.parse("90.0")), (6.0, Printed.parse("78.8"))],
        quantiles={0.5: NOT_REACHED, 0.75: Printed.parse("7.0")},
    )


def test_allowances() -> None:
    assert Allowance.of(by_hand()) == Allowance(survival=1e-6, time=1e-4)
    noisy = replace(by_hand(), taken="mixed")
    assert Allowance.of(noisy) == Allowance(survival=0.01, time=0.005)
    assert Allowance.of(replace(noisy, precision=0.002)).survival == pytest.approx(0.006, abs=EXACT)
    assert Allowance.of(replace(noisy, rounding=0.05)).survival == 0.05


def test_a_rise_beyond_reading() -> None:
    times, survival = [float(i) for i in range(11)], [1.0 - 0.05 * i for i in range(11)]
    assert not check_curve(curve_from_points(times, survival))
    survival[7] = 0.9
    (found,) = check_curve(curve_from_points(times, survival))
    assert (found.check, found.severity) == ("curve_rises", "unlikely")
    assert found.numbers["time"] == 7.0
    assert found.numbers["rise"] == pytest.approx(0.2, abs=EXACT)


def test_points_out_of_place_on_a_steep_fall_are_no_rise() -> None:
    times = [0.0, 1.0, 1.002, 1.004, 10.0]
    assert not check_curve(curve_from_points(times, [1.0, 0.9, 0.7, 0.75, 0.6]))


def test_numbers_at_risk_that_rise_are_impossible() -> None:
    found = check_curve(by_hand(), table("0 20\n3 15\n6 16\n8.5 10\n"))
    assert (found[0].check, found[0].severity) == ("table_rises", "impossible")
    assert found[0].required == "at most 15, as at 3"
    (rounded,) = read_risk_tables("0 20\n3 15\n6 16\n8.5 10\n", rounded_to=4)
    assert "table_rises" not in checks(check_curve(by_hand(), rounded))


def test_too_many_at_risk() -> None:
    # From 18 at 3 the curve falls to 0.7875 / 0.9 by 6: 15.75 at most.
    (found,) = check_curve(by_hand(), table("0 20\n3 18\n6 18\n8.5 10\n"))
    assert (found.check, found.severity) == ("table_against_curve", "unlikely")
    assert found.numbers["most"] == pytest.approx(15.75, abs=1e-3)
    (found,) = check_curve(by_hand(), table("0 20\n3 18\n6 16\n8.5 10\n"))
    assert found.severity == "note"  # one patient, whose event may be at 6 itself


def test_too_few_at_risk() -> None:
    # One event among 3 takes a third of 0.7875; the curve falls by half as much.
    found = check_curve(by_hand(), table("0 20\n3 18\n6 3\n"))
    assert [each.check for each in found] == ["table_against_curve"]
    assert found[0].implied.startswith("too few at risk")
    assert found[0].numbers["needed"] == pytest.approx(0.7875 / 3.0, abs=1e-5)


def test_a_curve_that_falls_when_nobody_is_left() -> None:
    (found,) = check_curve(by_hand(), table("0 20\n3 18\n6 0\n"))
    assert found.required == "no such fall: nobody is left"


@pytest.mark.parametrize(("events", "consistent"), [(3, False), (4, True), (9, True), (10, False)])
def test_events_against_the_curve(events: int, *, consistent: bool) -> None:
    # At least 18 (1 / 0.94 - 1), 14 (0.86 / 0.8275 - 1), 10 (0.7475 / 0.69625 - 1): 2 + 1 + 1; at
    # most 20 (1 - 0.86), 18 (1 - 0.7475 / 0.94), 14 (1 - 0.61625 / 0.8275), and after the table
    # 10 (1 - 0.61625 / 0.69625): 2 + 3 + 3 + 1.
    within = Allowance(survival=0.04, time=1e-4)
    found = check_curve(by_hand(), table(), n=20, events=events, allowance=within)
    assert (checks(found) == []) == consistent


def test_exact_events() -> None:
    for events in (5, 7):
        (found,) = check_curve(by_hand(), table(), events=events)
        assert (found.check, found.severity) == ("events_against_curve", "unlikely")
        assert (found.numbers["least"], found.numbers["most"]) == (6, 6)


def test_events_without_a_table() -> None:
    # With 20 patients at most 20 (1 - 0.65625) = 6 events, and one at least.
    assert not check_curve(by_hand(), n=20, events=6)
    assert checks(check_curve(by_hand(), n=20, events=7)) == ["events_against_curve"]


def test_percentages_off_the_curve() -> None:
    curve = by_hand()
    for percent in ("88", "92"):
        (found,) = check_curve(curve, percentages=[(3.0, Printed.parse(percent))])
        assert (found.check, found.severity) == ("percentages_against_curve", "unlikely")
    (found,) = check_curve(curve, percentages=[(12.0, Printed.parse("60"))])
    assert found.severity == "note"
    assert found.required == "a time within the curve, which ends at 9"


def test_quantiles_off_the_curve() -> None:
    curve = by_hand()
    (found,) = check_curve(curve, quantiles={0.5: Printed.parse("8.0")})
    assert found.sentence == (
        "printed: median 8.0; required: never, where the curve is at 0.5; "
        "implied: the printed time, or the curve, is that of another arm or analysis"
    )
    for printed in ("5.0", "8.5", "not reached"):
        found_too = check_curve(curve, quantiles={0.75: Printed.parse(printed)})
        assert checks(found_too) == ["quantiles_against_curve"]
    assert not check_curve(curve, quantiles={0.75: Printed.parse(">6")})


def test_totals_of_the_table_are_used() -> None:
    (found,) = check_curve(by_hand(), replace(table(), total_events=12))
    assert found.printed == "12 events"
