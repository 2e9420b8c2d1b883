"""One printed figure against one estimate: every rule, every verdict."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import pytest

from survkit.comparison import Comparison, Verdict, compare_figures
from survkit.printed import Printed
from survkit.quantity import FigureKey
from survkit.refit import Estimate
from survkit.trial import Figure, Role, Tolerance

MEDIAN = FigureKey("median", "placebo")


def printed_figure(
    text: str,
    *,
    key: FigureKey = MEDIAN,
    role: Role = "input",
    within: str | None = None,
    level: float = 95.0,
) -> Figure:
    """A figure as printed, perhaps with a tolerance."""
    return Figure(
        key=key,
        printed=Printed.parse(text),
        role=role,
        verified=True,
        source="paper",
        tolerance=within and Tolerance(absolute=Decimal(within), reason="Read off a plot."),
        level=level,
    )


def compare(figure: Figure, value: float, reason: str | None = None) -> Comparison:
    """The comparison of one figure alone."""
    (comparison,) = compare_figures([figure], [Estimate(value, reason)])
    return comparison


# ---------------------------------------------------------------- digits


@pytest.mark.parametrize("value", [4.55, 4.5501, 4.6, 4.6499, 4.65])
def test_the_same_digits_are_reproduced(value: float) -> None:
    comparison = compare(printed_figure("4.6"), value)
    assert comparison.verdict is Verdict.REPRODUCED
    assert comparison.rendered == "4.6"
    assert comparison.reason is None
    assert not comparison.failed


@pytest.mark.parametrize(("value", "shown"), [(4.549, "4.5"), (4.651, "4.7"), (46.0, "46.0")])
def test_other_digits_are_missed(value: float, shown: str) -> None:
    comparison = compare(printed_figure("4.6"), value)
    assert comparison.verdict is Verdict.MISSED
    assert comparison.rendered == shown
    assert comparison.reason is None
    assert comparison.failed


@pytest.mark.parametrize(("text", "allowance"), [("0.30", 0.005), ("0.3", 0.05), ("9", 0.5)])
def test_the_printed_digits_are_the_allowance(text: str, allowance: float) -> None:
    comparison = compare(printed_figure(text), 0.0)
    assert comparison.allowance == allowance


def test_the_difference_is_estimate_minus_printed() -> None:
    assert compare(printed_figure("4.6"), 4.9).difference == pytest.approx(0.3)
    assert compare(printed_figure("4.6"), 4.5).difference == pytest.approx(-0.1)


# ---------------------------------------------------------------- tolerance


@pytest.mark.parametrize("value", [4.36, 4.4, 4.8, 4.84])
def test_a_tolerance_says_why(value: float) -> None:
    comparison = compare(printed_figure("4.6", within="0.25"), value)
    assert comparison.verdict is Verdict.WITHIN_TOLERANCE
    assert comparison.allowance == 0.25
    assert comparison.reason == "Read off a plot."
    assert not comparison.failed


def test_within_the_digits_a_tolerance_is_not_needed() -> None:
    comparison = compare(printed_figure("4.6", within="0.25"), 4.62)
    assert comparison.verdict is Verdict.REPRODUCED
    assert comparison.reason is None


@pytest.mark.parametrize("value", [0.0, 4.34, 4.86])
def test_beyond_the_tolerance_is_missed(value: float) -> None:
    comparison = compare(printed_figure("4.6", within="0.25"), value)
    assert comparison.verdict is Verdict.MISSED
    assert comparison.failed


def test_a_tolerance_tighter_than_the_digits_does_not_tighten_them() -> None:
    assert compare(printed_figure("4.6", within="0.01"), 4.64).verdict is Verdict.REPRODUCED


# ---------------------------------------------------------------- thresholds


@pytest.mark.parametrize(
    ("text", "value", "verdict", "shown"),
    [
        ("<0.001", 0.0009, Verdict.REPRODUCED, "<0.001"),
        ("<0.001", 0.0, Verdict.REPRODUCED, "<0.001"),
        ("<0.001", 0.001, Verdict.MISSED, "0.001"),
        ("<0.001", 0.04, Verdict.MISSED, "0.040"),
        (">0.99", 0.995, Verdict.REPRODUCED, ">0.99"),
        (">0.99", 0.5, Verdict.MISSED, "0.50"),
    ],
)
def test_thresholds(text: str, value: float, verdict: Verdict, shown: str) -> None:
    key = FigureKey("p_value", "drug vs placebo")
    comparison = compare(printed_figure(text, key=key), value)
    assert comparison.verdict is verdict
    assert comparison.rendered == shown
    assert math.isnan(comparison.difference)


def test_a_threshold_with_a_tolerance() -> None:
    key = FigureKey("p_value", "drug vs placebo")
    comparison = compare(printed_figure("<0.001", key=key, within="0.001"), 0.0015)
    assert comparison.verdict is Verdict.WITHIN_TOLERANCE


# ---------------------------------------------------------------- not reached, not comparable


def test_not_reached_is_reproduced_by_not_reached_only() -> None:
    figure = printed_figure("not reached")
    assert compare(figure, math.inf).verdict is Verdict.REPRODUCED
    assert compare(figure, 31.25).verdict is Verdict.MISSED
    assert compare(figure, 31.25).rendered == "31.3"
    assert math.isnan(compare(figure, math.inf).difference)


def test_a_number_is_missed_by_not_reached() -> None:
    comparison = compare(printed_figure("4.6"), math.inf)
    assert comparison.verdict is Verdict.MISSED
    assert comparison.rendered == "not reached"
    assert math.isnan(comparison.difference)


@pytest.mark.parametrize("text", ["4.6", "not reached"])
@pytest.mark.parametrize("value", [31.25, math.inf])
def test_no_tolerance_bridges_a_number_and_not_reached(text: str, value: float) -> None:
    figure = printed_figure(text, within="1")
    expected = {("not reached", math.inf): Verdict.REPRODUCED}
    assert compare(figure, value).verdict is expected.get((text, value), Verdict.MISSED)


def test_without_an_estimate_the_reason_is_passed_on() -> None:
    comparison = compare(printed_figure("4.6"), math.nan, "the strata are not known")
    assert comparison.verdict is Verdict.NOT_COMPARABLE
    assert comparison.reason == "the strata are not known"
    assert comparison.rendered == "not estimable"
    assert not comparison.failed


def test_without_an_estimate_there_is_always_a_reason() -> None:
    comparison = compare(printed_figure("4.6", within="9"), math.nan)
    assert comparison.verdict is Verdict.NOT_COMPARABLE
    assert comparison.reason


# ---------------------------------------------------------------- inputs and checks


def test_a_missed_check_does_not_fail_a_run() -> None:
    comparison = compare(printed_figure("4.6", role="check"), 5.0)
    assert comparison.verdict is Verdict.MISSED
    assert not comparison.binding
    assert not comparison.failed


def test_a_missed_check_with_a_tolerance_does() -> None:
    comparison = compare(printed_figure("4.6", role="check", within="0.1"), 5.0)
    assert comparison.verdict is Verdict.MISSED
    assert comparison.binding
    assert comparison.failed


def test_an_input_is_binding() -> None:
    assert compare(printed_figure("4.6"), 4.6).binding


def with_interval(estimate: Figure, lower: str, upper: str, level: float = 95.0) -> list[Figure]:
    """A figure followed by its limits."""
    limits = [
        replace(
            estimate,
            key=key,
            printed=Printed.parse(text),
            level=level,
        )
        for key, text in zip(estimate.key.limits, (lower, upper), strict=True)
    ]
    return [estimate, *limits]


SURVIVAL = printed_figure("9", key=FigureKey("survival", "placebo", Decimal(18)), role="check")


@pytest.mark.parametrize(
    ("value", "where"),
    [(4.0, "inside"), (12.0, "inside"), (16.0, "inside"), (3.9, "outside"), (40.0, "outside")],
)
def test_a_missed_check_says_where_it_lies(value: float, where: str) -> None:
    figures = with_interval(SURVIVAL, "4", "16")
    found = compare_figures(figures, [Estimate(value)] * 3)[0]
    assert found.verdict is Verdict.MISSED
    assert found.reason == f"{where} the printed 95 % interval, 4 to 16"


def test_the_place_names_the_level_of_the_interval() -> None:
    figures = with_interval(SURVIVAL, "4", "16", level=97.5)
    found = compare_figures(figures, [Estimate(12.0)] * 3)[0]
    assert found.reason == "inside the printed 97.5 % interval, 4 to 16"


def test_an_interval_may_be_open_above() -> None:
    check = printed_figure("9.0", role="check")
    found = compare_figures(with_interval(check, "4.0", "NR"), [Estimate(70.0)] * 3)[0]
    assert found.reason == "inside the printed 95 % interval, 4.0 to not reached"


def test_a_reproduced_check_needs_no_place() -> None:
    figures = with_interval(SURVIVAL, "4", "16")
    assert compare_figures(figures, [Estimate(9.2)] * 3)[0].reason is None


def test_a_missed_input_needs_no_excuse() -> None:
    figures = with_interval(replace(SURVIVAL, role="input"), "4", "16")
    found = compare_figures(figures, [Estimate(12.0)] * 3)[0]
    assert (found.verdict, found.reason) == (Verdict.MISSED, None)


def test_another_time_or_arm_has_another_interval() -> None:
    figures = with_interval(SURVIVAL, "4", "16")
    for key in (replace(SURVIVAL.key, time=Decimal(12)), replace(SURVIVAL.key, subject="drug")):
        other = replace(SURVIVAL, key=key)
        found = compare_figures([*figures, other], [Estimate(12.0)] * 4)[3]
        assert (found.verdict, found.reason) == (Verdict.MISSED, None)


def test_a_reprint_is_held_against_the_same_interval() -> None:
    figures = [*with_interval(SURVIVAL, "4", "16"), replace(SURVIVAL, printed=Printed.parse("9.4"))]
    found = compare_figures(figures, [Estimate(12.0)] * 4)[3]
    assert found.reason == "inside the printed 95 % interval, 4 to 16"


# ---------------------------------------------------------------- many


def test_comparisons_come_in_the_order_of_the_figures() -> None:
    figures = [printed_figure(text) for text in ("1.0", "2.0", "3.0")]
    found = compare_figures(figures, [Estimate(value) for value in (1.0, 2.5, math.nan)])
    assert [comparison.figure for comparison in found] == figures
    assert [comparison.verdict for comparison in found] == [
        Verdict.REPRODUCED,
        Verdict.MISSED,
        Verdict.NOT_COMPARABLE,
    ]


def test_every_figure_needs_its_estimate() -> None:
    with pytest.raises(ValueError, match="shorter"):
        compare_figures([printed_figure("1.0"), printed_figure("2.0")], [Estimate(1.0)])


# ---------------------------------------------------------------- differences of means


@pytest.mark.parametrize(
    ("value", "verdict", "where"),
    [(-0.42, Verdict.REPRODUCED, None), (-1.3, Verdict.MISSED, "inside"), (0.9, None, "outside")],
)
def test_a_negative_difference_is_compared_with_its_sign(
    value: float, verdict: Verdict | None, where: str | None
) -> None:
    key = FigureKey("rmst_difference", "drug vs placebo", Decimal(24))
    figures = [
        printed_figure(text, key=key, role="check")
        for text, key in zip(("-0.4", "-1.5", "0.7"), (key, *key.limits), strict=True)
    ]
    comparison = compare_figures(figures, [Estimate(value), Estimate(-1.5), Estimate(0.7)])[0]
    assert comparison.verdict is (verdict or Verdict.MISSED)
    assert comparison.difference == pytest.approx(value + 0.4)
    expected = where and f"{where} the printed 95 % interval, -1.5 to 0.7"
    assert comparison.reason == expected
