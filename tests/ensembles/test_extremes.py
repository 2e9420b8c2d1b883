"""The set: whole patients who print everything and go farther than the likeliest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from survkit.comparison import Verdict, compare_figures
from survkit.ensembles import Draws, list_ends, prepare_draws, tabulate_extremes
from survkit.ensembles.extremes import Extreme, _seek, _Unit
from survkit.ensembles.supposition import suppose
from survkit.kernels import survival_at, tabulate_arm
from survkit.quantity import FigureKey
from survkit.refit import refit_ipd
from tests.ensembles.example import small_trial

ANALYSIS = small_trial(max_follow_up=Decimal("24.0")).analyses[0]
AT_9 = FigureKey("survival", "control", Decimal(9))


@pytest.fixture(scope="module")
def draws() -> Draws:
    return prepare_draws(ANALYSIS)


@pytest.fixture(scope="module")
def ends(draws: Draws) -> tuple[Extreme, ...]:
    units = [
        _Unit(draws.analysis, draws.prior, draws.example, AT_9, side) for side in ("lower", "upper")
    ]
    return tuple(_seek(unit) for unit in units)


@pytest.mark.slow
def test_the_ends_lie_on_either_side_of_the_likeliest(ends: tuple[Extreme, ...]) -> None:
    lower, upper = ends
    assert lower.value < lower.likeliest < upper.value
    assert upper.value <= 100.0 * 0.5  # the median is printed, and earlier


def test_the_patients_reach_the_end_and_print_every_figure(ends: tuple[Extreme, ...]) -> None:
    for one in ends:
        ipd = one.reconstruction.ipd
        rows = ipd[ipd["arm"] == "control"]
        table = tabulate_arm(rows["time"].to_numpy(), rows["event"].to_numpy() == 1)
        assert 100.0 * float(survival_at(table, [9.0])[0]) == pytest.approx(one.value)
        compared = compare_figures(ANALYSIS.figures, refit_ipd(ipd, ANALYSIS).estimates)
        assert {each.verdict for each in compared} == {Verdict.REPRODUCED}


def test_what_is_printed_is_not_sought(draws: Draws) -> None:
    sought = {key.quantity for key, _ in list_ends(draws)}
    assert sought == {"survival", "rmst"}


def test_the_table_has_a_row_for_each_quantity(ends: tuple[Extreme, ...]) -> None:
    frame = tabulate_extremes(ends)
    assert frame[["quantity", "subject", "time"]].to_numpy().tolist() == [
        ["survival", "control", 9.0]
    ]
    assert frame.loc[0, "lower"] < frame.loc[0, "likeliest"] < frame.loc[0, "upper"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (FigureKey("hazard_ratio", "treated vs control"), "0.70"),
        (FigureKey("median", "control"), "6.5"),
        (FigureKey("rmst", "treated", Decimal(12)), "8.1"),
        (AT_9, "30"),
    ],
)
def test_a_supposed_figure_is_an_input_like_others(key: FigureKey, value: str) -> None:
    supposed = suppose(ANALYSIS, key, Decimal(value))
    (figure,) = (one for one in supposed.figures if one.key == key)
    assert (str(figure.printed), figure.role, figure.source) == (value, "input", "supposed")
    assert not figure.verified
    assert all(one.source != "supposed" for one in ANALYSIS.figures)
