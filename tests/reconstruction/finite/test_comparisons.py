"""Comparisons along orders against the kernels, and sums of joined orders against whole ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survkit.kernels import fit_two_arm_cox, tabulate_two_arms, two_arm_log_rank
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.finite.contrasts import compare_orders, compare_sums, comparison_sums
from survkit.reconstruction.finite.order import TIED, read_orders
from tests.reconstruction.documents import analysis, arm, contrast
from tests.tolerances import ENGINE

CONTRAST = read_constraints(
    analysis(arm("old", 9), arm("new", 9), contrast("1.00", ("0.20", "5.00")))
).contrasts[0]

# two bits a patient: arm and event; both arms have an event, and somebody of the other beside it
orders = st.lists(st.integers(0, 3), min_size=2, max_size=16).map(
    lambda tokens: bytes([1, 3, *tokens, 1, 3])
)


def tied(order: bytes, flags: list[bool]) -> bytes:
    """Tie events with the event just before them."""
    return bytes(
        token | TIED if place and token & order[place - 1] & 1 and flag else token
        for place, (token, flag) in enumerate(zip(order, flags, strict=True))
    )


def patients(order: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the patients of an order their times: whole numbers."""
    codes = np.frombuffer(order, dtype=np.uint8)
    plain = codes % TIED
    return np.cumsum(codes < TIED).astype(float), plain % 2 == 1, plain // 2 == 1


@settings(max_examples=60, deadline=None)
@given(order=orders, flags=st.lists(st.booleans(), min_size=20, max_size=20))
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_orders_are_compared_as_patients_are(ties: str, order: bytes, flags: list[bool]) -> None:
    order = tied(order, flags[: len(order)])
    table = tabulate_two_arms(*patients(order))
    found = compare_orders(read_orders([order]), CONTRAST, ties)
    expected = fit_two_arm_cox(table, ties=ties)
    if abs(expected.log_hazard_ratio) < 1.0:
        assert found.estimate[0] == pytest.approx(expected.log_hazard_ratio, abs=ENGINE)
        assert found.error[0] == pytest.approx(expected.standard_error, abs=ENGINE)
    if np.isfinite(two_arm_log_rank(table).z):
        assert found.statistic[0] == pytest.approx(two_arm_log_rank(table).z, abs=ENGINE)


@settings(max_examples=60, deadline=None)
@given(order=orders, cut=st.integers(1, 19))
def test_the_sums_of_a_beginning_and_of_an_end_are_those_of_the_whole(
    order: bytes, cut: int
) -> None:
    cut = min(cut, len(order) - 1)
    other = bytes(sorted(order[:cut])) + order[cut:]
    sums = comparison_sums(read_orders([order, other]), CONTRAST, "efron")
    ends = sums[:, :, -1] - sums[:, :, cut - 1]
    np.testing.assert_allclose(ends[:, 0], ends[:, 1], atol=1e-12)


def test_near_the_printed_ratio_sums_tell_what_a_fit_tells() -> None:
    order = read_orders([bytes([1, 3, 3, 1, 1, 3, 3, 1])])
    sums = comparison_sums(order, CONTRAST, "efron")[:, :, -1]
    by_sums, fitted = compare_sums(CONTRAST, sums), compare_orders(order, CONTRAST, "efron")
    assert by_sums.estimate[0] == pytest.approx(fitted.estimate[0], abs=0.01)
    assert by_sums.statistic[0] == pytest.approx(fitted.statistic[0])
