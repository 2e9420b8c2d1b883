"""Areas under curves, for many times at once."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.interval import Interval
from survkit.kernels import (
    restricted_mean,
    restricted_mean_difference,
    restricted_means,
    tabulate_arm,
)
from survkit.printed import Printed
from survkit.reconstruction.constraints.families.areas import (
    AreaConstraint,
    area_residuals,
    area_violation,
)
from survkit.reconstruction.constraints.families.wald import WaldFigure
from tests.reference.real_data import load_cohort
from tests.tolerances import EXACT

Z = 1.959963984540054


def sides() -> list[tuple[np.ndarray, np.ndarray]]:
    """Both arms of a real trial in order of leaving, events before censorings."""
    data = load_cohort("lung")
    found = []
    for members in (~data.experimental, data.experimental):
        order = np.lexsort((~data.event[members], data.time[members]))
        found.append((data.time[members][order], data.event[members][order]))
    return found


def target(value: str, limits: tuple[str, str], error: Interval | None = None) -> AreaConstraint:
    windows = [Interval.of(Printed.parse(text)) for text in (value, *limits)]
    return AreaConstraint(
        horizon=365.0,
        arms=((1, 1), (0, -1)),
        figures=tuple(map(WaldFigure, windows, (0.0, -Z, Z))),
        standard_error=error,
    )


@pytest.mark.parametrize("horizon", [100.0, 365.0, 700.0])
def test_areas_are_those_of_the_kernels(horizon: float) -> None:
    for time, event in sides():
        rows = np.stack((time, 0.8 * time))
        means, variances = restricted_means(rows, event, horizon)
        for row, mean, variance in zip(rows, means, variances, strict=True):
            expected = restricted_mean(tabulate_arm(row, event), horizon)
            assert mean == pytest.approx(expected.mean, rel=EXACT)
            assert np.sqrt(variance) == pytest.approx(expected.standard_error, rel=EXACT)


def test_what_prints_the_same_is_not_missed() -> None:
    arms = sides()
    area = restricted_mean_difference(*(tabulate_arm(*arm) for arm in arms), 365.0)
    low, high = area.limits(Z)
    asked = target(f"{area.mean:.0f}", (f"{low:.0f}", f"{high:.0f}"))
    assert area_violation(asked, arms) == 0.0
    off = target(f"{area.mean + 3.0:.0f}", (f"{low:.0f}", f"{high:.0f}"))
    beyond = (off.figures[0].window.middle - area.mean) / 0.5 - 0.9
    assert area_violation(off, arms) == pytest.approx(beyond**2)


def test_residuals_aim_at_what_prints_as_asked() -> None:
    # an error of 1.5 leaves areas from 30.0 - 0.55 to 30.0 + 0.5 that print all three figures
    asked = target("30", ("27", "33"), Interval(1.4, 1.6))
    areas, errors = np.array([29.0, 30.0, 31.0]), np.full(3, 1.5)
    area, error = area_residuals(asked, areas, errors)
    assert area[0] < 0.0
    assert np.diff(area) == pytest.approx([2.0, 2.0])  # half a window is one half
    assert error == pytest.approx(np.zeros(3))
    inside = area_residuals(asked, np.array([30.0]), np.array([1.5]))
    assert inside == pytest.approx(np.zeros((2, 1)))
