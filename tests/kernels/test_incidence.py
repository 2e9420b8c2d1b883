"""Incidences of competing causes, against lifelines and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines import AalenJohansenFitter

from survkit.kernels import incidence_at, survival_at, tabulate_arm
from tests.tolerances import EXACT


@pytest.mark.parametrize("cause", [1, 2])
def test_incidences_are_those_of_lifelines(cause: int) -> None:
    generator = np.random.default_rng(7)
    time, event = generator.exponential(10.0, 60), generator.integers(0, 3, 60)
    fitted = AalenJohansenFitter(calculate_variance=False).fit(time, event, cause)
    known = fitted.cumulative_density_.iloc[:, 0]
    found = incidence_at(time, event, cause, known.index)
    np.testing.assert_allclose(found, known.to_numpy(), atol=EXACT)


def test_tied_events_share_the_same_risk_set() -> None:
    # four at risk, both causes at 3: a quarter each; then one of two: S(3) = 1/2
    time, event = [3, 3, 5, 6], [1, 2, 2, 0]
    assert incidence_at(time, event, 1, [2, 3, 6]).tolist() == [0.0, 0.25, 0.25]
    assert incidence_at(time, event, 2, [2, 3, 6]).tolist() == [0.0, 0.25, 0.5]


def test_incidences_and_survival_make_one() -> None:
    generator = np.random.default_rng(8)
    time, event = generator.integers(1, 9, 40), generator.integers(0, 3, 40)
    at = np.arange(10)
    summed = sum(incidence_at(time, event, cause, at) for cause in (1, 2))
    survival = survival_at(tabulate_arm(time, event > 0), at)
    np.testing.assert_allclose(summed + survival, 1.0, atol=EXACT)
