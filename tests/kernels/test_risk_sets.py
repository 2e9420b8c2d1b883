"""The algebra of risk sets: batched as alone, and at the fit what the Cox model says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survkit.kernels import (
    Ties,
    comparison_terms,
    count_tied,
    experimental_share,
    fit_two_arm_cox,
    log_rank_sums,
    log_rank_terms,
    newton_steps,
    tabulate_two_arms,
    two_arm_log_rank,
)
from survkit.kernels.risk_sets import share_ties
from tests.tolerances import EXACT

TIES = pytest.mark.parametrize("ties", ["efron", "breslow"])
SEEDS = st.integers(0, 10_000)

# Six patients: the validation vignette of R's package survival, T. Therneau.
SIX = tabulate_two_arms(
    [9, 1, 1, 6, 6, 8], [1, 1, 0, 1, 1, 0], [False, True, True, True, False, False]
)
RATIOS = pytest.mark.parametrize("ratio", [0.3, 1.0, 1.7, 5.3])


def tables(seed: int, count: int, size: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Events and numbers at risk of both arms at several times, shape (2, count, size)."""
    generator = np.random.default_rng(seed)
    leaving = generator.integers(0, 4, (2, count, size))
    events = generator.binomial(leaving, 0.6)
    at_risk = np.cumsum(leaving[..., ::-1], axis=-1)[..., ::-1]
    return events, at_risk


@RATIOS
def test_score_and_information_of_six_patients_by_efron(ratio: float) -> None:
    score, information, _, _ = comparison_terms(SIX.events, SIX.at_risk, ratio, "efron").sum(axis=1)
    shares = [ratio / (ratio + 1.0), ratio / (ratio + 3.0), ratio / (ratio + 5.0)]
    assert score == pytest.approx(2.0 - sum(shares), abs=EXACT)
    assert information == pytest.approx(sum(p * (1.0 - p) for p in shares), abs=EXACT)


@RATIOS
def test_score_and_information_of_six_patients_by_breslow(ratio: float) -> None:
    score, information, _, _ = comparison_terms(SIX.events, SIX.at_risk, ratio, "breslow").sum(
        axis=1
    )
    # the vignette's own forms, with r the hazard ratio
    wanted = (-(ratio**2) + 3.0 * ratio + 6.0) / ((ratio + 1.0) * (ratio + 3.0))
    assert score == pytest.approx(wanted, abs=EXACT)
    squares = ratio / (ratio + 1.0) ** 2 + 6.0 * ratio / (ratio + 3.0) ** 2
    assert information == pytest.approx(squares, abs=EXACT)


@pytest.mark.parametrize(
    ("ties", "log_ratio"),
    [("efron", 1.676857486), ("breslow", math.log(0.5 * (3.0 + math.sqrt(33.0))))],
)
def test_the_score_of_six_patients_is_zero_at_the_published_ratio(
    ties: Ties, log_ratio: float
) -> None:
    score = comparison_terms(SIX.events, SIX.at_risk, math.exp(log_ratio), ties)[0].sum()
    assert score == pytest.approx(0.0, abs=1e-8)
    assert fit_two_arm_cox(SIX, ties=ties).log_hazard_ratio == pytest.approx(log_ratio, abs=1e-9)


def test_the_log_rank_test_of_six_patients() -> None:
    # at 1: 1 - 3/6; at 6: 1 - 2 * 1/4; nobody of the experimental arm is left at 9
    difference, variance = log_rank_terms(SIX.events, SIX.at_risk)
    np.testing.assert_allclose(difference, [0.5, 0.5, 0.0])
    np.testing.assert_allclose(variance, [0.25, 2.0 * 0.25 * 0.75 * 2.0 / 3.0, 0.0])


@TIES
@given(seed=SEEDS)
def test_at_the_fitted_ratio_the_terms_are_those_of_the_fit(ties: Ties, seed: int) -> None:
    generator = np.random.default_rng(seed)
    time, event = generator.integers(1, 12, 40), generator.random(40) < 0.7
    table = tabulate_two_arms(time, event, generator.random(40) < 0.5)
    fit, test = fit_two_arm_cox(table, ties=ties), two_arm_log_rank(table)
    assume(math.isfinite(fit.log_hazard_ratio))
    terms = comparison_terms(table.events, table.at_risk, fit.hazard_ratio, ties).sum(axis=1)
    wanted = (0.0, fit.standard_error**-2, test.difference, test.variance)
    assert terms == pytest.approx(wanted, abs=1e-7)


@TIES
@given(seed=SEEDS, ratio=st.floats(0.1, 10.0))
def test_many_tables_have_the_terms_of_each(ties: Ties, seed: int, ratio: float) -> None:
    events, at_risk = tables(seed, count=5)
    together = comparison_terms(events, at_risk, ratio, ties)
    for row in range(5):
        alone = comparison_terms(events[:, row], at_risk[:, row], ratio, ties)
        np.testing.assert_allclose(together[:, row], alone, atol=1e-12)


@given(seed=SEEDS, ratio=st.floats(0.1, 10.0))
def test_without_ties_both_rules_are_one(seed: int, ratio: float) -> None:
    events, at_risk = tables(seed, count=1)
    single = events.sum(axis=0) == 1
    efron, breslow = (comparison_terms(events, at_risk, ratio, t) for t in ("efron", "breslow"))
    np.testing.assert_allclose(efron[:, single], breslow[:, single], atol=1e-12)


@TIES
@given(seed=SEEDS)
def test_every_tied_event_has_a_risk_set_of_its_own(ties: Ties, seed: int) -> None:
    events, at_risk = (part[:, 0] for part in tables(seed, count=1))
    reference, experimental, column = share_ties(events, at_risk, ties)
    np.testing.assert_array_equal(
        np.bincount(column, minlength=events.shape[1]), events.sum(axis=0)
    )
    total = at_risk.sum(axis=0)[column]
    position = np.arange(column.size) - np.searchsorted(column, column)
    leaves = position if ties == "efron" else np.zeros(column.size)
    np.testing.assert_allclose(reference + experimental, total - leaves)
    assert (reference >= 0.0).all()
    assert (experimental >= 0.0).all()


@given(seed=SEEDS)
def test_steps_of_many_comparisons_lead_where_each_fit_ends(seed: int) -> None:
    generator = np.random.default_rng(seed)
    reference = generator.integers(1, 30, (4, 25)).astype(float)
    experimental = generator.integers(1, 30, (4, 25)).astype(float)
    observed = generator.integers(5, 20, 4).astype(float)
    found = newton_steps(reference, experimental, observed, np.zeros(4), steps=60)
    share = experimental_share(reference, experimental, np.exp(found.log_ratio)[:, None])
    np.testing.assert_allclose(share.sum(axis=1), observed, atol=1e-8)
    np.testing.assert_allclose(found.error**-2, (share * (1.0 - share)).sum(axis=1), rtol=1e-8)
    for row in range(4):
        rows = slice(row, row + 1)
        alone = newton_steps(
            reference[rows], experimental[rows], observed[rows], np.zeros(1), steps=60
        )
        assert alone.log_ratio[0] == pytest.approx(found.log_ratio[row], abs=1e-12)


@given(seed=SEEDS)
def test_an_event_without_weight_is_left_out(seed: int) -> None:
    generator = np.random.default_rng(seed)
    reference = generator.integers(1, 30, (1, 20)).astype(float)
    experimental = generator.integers(1, 30, (1, 20)).astype(float)
    kept = generator.random(20) < 0.7
    assume(kept.sum() > 4)
    observed, start = 0.5 * kept.sum(), np.zeros(1)
    weighted = newton_steps(reference, experimental, observed, start, kept[None].astype(float))
    without = newton_steps(reference[:, kept], experimental[:, kept], observed, start)
    assert weighted.log_ratio[0] == pytest.approx(without.log_ratio[0], abs=1e-12)
    assert weighted.error[0] == pytest.approx(without.error[0], abs=1e-12)


@given(st.lists(st.integers(0, 12), max_size=20))
def test_ties_are_counted_at_the_first_of_them(values: list[int]) -> None:
    times = np.sort(np.array(values, dtype=np.int64))
    tied = count_tied(times)
    distinct, counts = np.unique(times, return_counts=True)
    np.testing.assert_array_equal(tied[tied > 0], counts)
    np.testing.assert_array_equal(times[tied > 0], distinct)


@given(seed=SEEDS)
def test_sums_over_events_are_the_log_rank_test(seed: int) -> None:
    generator = np.random.default_rng(seed)
    time, event = generator.integers(1, 15, 50), generator.random(50) < 0.7
    table = tabulate_two_arms(time, event, generator.random(50) < 0.5)
    test = two_arm_log_rank(table)
    together = table.events.sum(axis=0)
    rows = table.at_risk.astype(float)
    expected, variance = log_rank_sums(rows[0], rows[1], together)
    observed = table.events[1].sum()
    assert observed - expected == pytest.approx(test.difference, abs=EXACT)
    assert variance == pytest.approx(test.variance, abs=EXACT)
    many = log_rank_sums(np.stack((rows[0], rows[0])), np.stack((rows[1], rows[1])), together)
    assert many[0] == pytest.approx([expected] * 2)
    assert many[1] == pytest.approx([variance] * 2)
    terms = log_rank_terms(table.events, table.at_risk)
    assert terms[0].sum() == pytest.approx(test.difference, abs=EXACT)
    assert terms[1].sum() == pytest.approx(test.variance, abs=EXACT)


@given(seed=SEEDS)
def test_terms_of_fractions_are_finite_and_have_no_negative_variance(seed: int) -> None:
    generator = np.random.default_rng(seed)
    at_risk = generator.exponential(1.0, (2, 9)) * (generator.random((2, 9)) < 0.8)
    events = at_risk * generator.random((2, 9))
    difference, variance = log_rank_terms(events, at_risk)
    assert np.isfinite(difference).all()
    assert (variance >= 0.0).all()
    assert np.isfinite(variance).all()


@given(st.floats(0.1, 100.0), st.floats(0.1, 100.0), st.floats(0.01, 100.0))
def test_shares_of_both_arms_add_up(reference: float, experimental: float, ratio: float) -> None:
    zero, one = np.array([reference]), np.array([experimental])
    turned = experimental_share(one, zero, 1.0 / ratio)
    assert experimental_share(zero, one, ratio) + turned == pytest.approx([1.0])
