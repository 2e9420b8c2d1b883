"""Falls across levels that a file leaves out are shared out in whole patients."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.drawings.reading.lost_levels import share_out_falls

TIME = np.array([0.0, 1.0, 2.0, 2.1, 3.0])


def levels(first: int, second: int) -> np.ndarray:
    """Return the curve of a hundred patients, of whom so many have events at 2 and at 2.1."""
    left = np.array([100, 99, 99 - first, 99 - first - second, 98 - first - second])
    return left / 100


@pytest.mark.parametrize(("first", "second"), [(1, 1), (2, 1), (2, 2), (3, 2)])
@pytest.mark.parametrize("tabled", [True, False])
def test_the_earlier_step_has_one_more_of_an_odd_number(
    first: int, second: int, tabled: bool
) -> None:
    true = levels(first, second)
    read = true.copy()
    read[2] = 0.9
    rows = ((0.0, 4.0), (100.0, 100 * true[-1])) if tabled else None
    shared, still_open = share_out_falls(TIME, read, [2], rows)
    np.testing.assert_allclose(shared, true)
    assert still_open == ()


def test_what_is_no_whole_number_is_halved_and_remains_open() -> None:
    read = levels(1, 1)
    shared, still_open = share_out_falls(TIME, read, [2], ((0.0, 4.0), (123.0, 119.0)))
    assert shared[2] == pytest.approx((read[1] + read[3]) / 2)
    assert still_open == (2,)
