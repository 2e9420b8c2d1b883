"""An estimate with limits of the form estimate + z · error: which of them print as asked."""

from __future__ import annotations

import math

import pytest

from survkit.interval import Interval
from survkit.kernels import two_sided_quantile
from survkit.printed import Printed
from survkit.reconstruction.constraints.families.wald import (
    WaldFigure,
    allowed_range,
    most_comfortable,
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
