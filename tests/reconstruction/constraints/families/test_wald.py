"""An estimate with limits of the form estimate + z · error: which of them print as asked."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survkit.interval import Interval
from survkit.kernels import two_sided_quantile
from survkit.kernels.violation import CONTRAST
from survkit.printed import Printed
from survkit.reconstruction.constraints.families.wald import (
    WaldFigure,
    allowed_estimates,
    allowed_range,
    most_comfortable,
    wald_violation,
)

Z = two_sided_quantile(95.0)


def window(text: str) -> Interval:
    """The logarithms that print like a ratio."""
    return Interval.of(Printed.parse(text)).log()


def printed(ratio: str | None, lower: str | None, upper: str | None) -> tuple[WaldFigure, ...]:
    """A hazard ratio and its limits, as far as they are printed."""
    texts = zip((ratio, lower, upper), (0.0, -Z, Z), strict=True)
    return tuple(WaldFigure(window(text), z) for text, z in texts if text is not None)


def test_log_ratio_and_error_print_all_three_figures() -> None:
    figures = printed("0.35", "0.27", "0.45")
    log_ratio, errors = most_comfortable(figures)
    assert log_ratio is not None
    assert errors is not None
    for error in (errors.lower, errors.middle, errors.upper):
        allowed = allowed_range(figures, error)
        assert allowed.lower < allowed.upper
    half = Z * errors.middle
    for text, value in (("0.35", 0.0), ("0.27", -half), ("0.45", half)):
        assert Printed.parse(text).admits(math.exp(log_ratio + value))


def test_figures_that_do_not_fit_each_other_leave_no_ratio() -> None:
    # 0.60 lies far from the geometric middle of its interval, 0.78
    figures = printed("0.60", "0.70", "0.87")
    _, errors = most_comfortable(figures)
    assert errors is not None
    assert errors.lower == errors.upper
    allowed = allowed_range(figures, errors.middle)
    assert allowed.lower > allowed.upper


def test_ratio_alone_tells_no_error() -> None:
    alone = most_comfortable(printed("0.50", None, None))
    assert alone == (pytest.approx(math.log(0.495 * 0.505) / 2.0), None)
    assert most_comfortable(()) == (None, None)


@given(st.floats(-1.5, 0.5), st.floats(0.05, 0.6), st.sampled_from(["0.00", "0.000"]))
def test_what_one_estimate_prints_leaves_room_for_it(
    log_ratio: float, error: float, like: str
) -> None:
    values = [log_ratio + z * error for z in (0.0, -Z, Z)]
    texts = [Printed.parse(like).render(math.exp(value)) for value in values]
    assume(all(float(text) > 0.0 for text in texts))
    figures = printed(*texts)
    allowed = allowed_range(figures, error)
    assert allowed.lower - 1e-6 <= log_ratio <= allowed.upper + 1e-6
    measured = wald_violation(figures, np.array([log_ratio]), np.array([error]))
    assert measured[0] <= 3.0 * (1.0 - CONTRAST.comfort + 1e-6) ** 2
    found, errors = most_comfortable(figures)
    assert found is not None
    assert errors is not None
    assert errors.lower <= errors.middle <= errors.upper
    inside = allowed_range(figures, errors.middle)
    for text, z in zip(texts, (0.0, -Z, Z), strict=True):
        assert Printed.parse(text).admits(math.exp(inside.middle + z * errors.middle))


@given(st.lists(st.floats(0.05, 0.6), min_size=1, max_size=6))
def test_many_errors_allow_what_each_allows(errors: list[float]) -> None:
    figures = printed("0.35", "0.27", "0.45")
    floors, ceilings = allowed_estimates(figures, np.array(errors))
    for row, error in enumerate(errors):
        alone = allowed_range(figures, error)
        assert (floors[row], ceilings[row]) == (alone.lower, alone.upper)


@given(st.floats(-2.0, 0.0), st.floats(0.01, 0.5))
def test_nothing_is_missed_exactly_within_the_comfort_of_every_window(
    estimate: float, error: float
) -> None:
    figures = printed("0.35", "0.27", "0.45")
    measured = wald_violation(figures, np.array([estimate]), np.array([error]))[0]
    places = [
        abs(estimate + figure.z * error - figure.window.middle) / figure.window.half
        for figure in figures
    ]
    wanted = sum(max(0.0, place - CONTRAST.comfort) ** 2 for place in places)
    assert measured == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_two_intervals_narrow_the_error_together() -> None:
    wide = two_sided_quantile(99.5)
    figures = printed("0.35", "0.27", "0.45")
    more = (*figures, WaldFigure(window("0.24"), -wide), WaldFigure(window("0.50"), wide))
    _, one = most_comfortable(figures)
    _, both = most_comfortable(more)
    assert one is not None
    assert both is not None
    assert both.half < one.half
    allowed = allowed_range(more, both.middle)
    for figure in more:
        value = allowed.middle + figure.z * both.middle
        assert figure.window.lower <= value <= figure.window.upper
