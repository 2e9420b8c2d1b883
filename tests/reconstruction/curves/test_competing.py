"""Patients to two incidences by lifelines, and back."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter
from numpy.typing import NDArray

from survkit import reconstruct_incidences
from survkit.digitized import DigitizedCurve, RiskTable, curve_from_points
from survkit.kernels import incidence_at
from survkit.reconstruction.curves import CurveError

Patients = tuple[NDArray[np.float64], NDArray[np.int64]]
EXACTLY: dict[str, Any] = {"incidence": True, "taken": "exact", "decimals": 6}
CLICKED: dict[str, Any] = {"incidence": True, "taken": "clicks at feet of drops", "percent": False}


def patients(seed: int, n: int) -> Patients:
    """Two causes, one twice as frequent, and censoring; no ties, which lifelines jitters."""
    generator = np.random.default_rng(seed)
    causes = generator.exponential((10.0, 20.0), (n, 2))
    censored = generator.uniform(2.0, 20.0, n)
    time = np.minimum(causes.min(axis=1), censored)
    return time, np.where(censored <= time, 0, causes.argmin(axis=1) + 1)


def incidence(known: Patients, cause: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Feet of all rises of lifelines' curve, and its end."""
    fitted = AalenJohansenFitter(calculate_variance=False).fit(*known, cause)
    curve = fitted.cumulative_density_.iloc[:, 0]
    kept = np.append(np.flatnonzero(np.diff(curve, prepend=-1.0) > 0), curve.size - 1)
    return curve.index.to_numpy()[kept], curve.to_numpy()[kept]


def table_of(time: NDArray[np.float64]) -> RiskTable:
    at = np.linspace(0.0, 15.0, 6)
    counts = tuple(int(np.sum(time >= each)) for each in at)
    return RiskTable(times=tuple(at.tolist()), counts=counts, lower=counts, upper=counts)


def totals(event: NDArray[np.int64]) -> tuple[int, int]:
    return int(np.sum(event == 1)), int(np.sum(event == 2))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(15, 120))
def test_exact_incidences_give_back_every_event_and_its_cause(seed: int, n: int) -> None:
    time, event = known = patients(seed, n)
    first, second = (
        curve_from_points(times, np.round(levels, 6), **EXACTLY)
        for times, levels in (incidence(known, cause) for cause in (1, 2))
    )
    found = reconstruct_incidences(
        (first, second), risk_table=table_of(time), events=totals(event), end=float(time.max())
    )
    assert found.overall.decoder == "exact"
    assert not found.inconsistencies
    made = found.patients
    for cause in (1, 2):
        times = made.loc[made["event"] == cause, "time"].to_numpy()
        np.testing.assert_array_equal(times, np.sort(time[event == cause]))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("known_totals", [True, False])
def test_noisy_incidences_give_back_close_ones(seed: int, *, known_totals: bool) -> None:
    time, event = known = patients(seed, 300)
    generator = np.random.default_rng(seed)
    curves = []
    for cause in (1, 2):
        times, levels = incidence(known, cause)
        clicked = np.sort(np.abs(times + generator.normal(0, 0.04, times.size)))
        noisy = np.clip(levels + generator.normal(0, 0.003, times.size), 0, 1)
        curves.append(curve_from_points(clicked, noisy, **CLICKED))
    events = totals(event) if known_totals else (None, None)
    found = reconstruct_incidences((curves[0], curves[1]), risk_table=table_of(time), events=events)
    at = np.linspace(0, time.max(), 400)
    for cause in (1, 2):
        off = found.incidence(cause, at) - incidence_at(time, event, cause, at)
        assert np.abs(off).mean() < 0.006
    if known_totals:
        assert totals(found.cause) == totals(event)


def test_two_causes_at_one_time() -> None:
    # of four, one of each cause at 3, then one of two left by the second at 5
    first = curve_from_points([3, 5], [0.25, 0.25], **EXACTLY)
    second = curve_from_points([3, 5, 6], [0.25, 0.5, 0.5], **EXACTLY)
    made = reconstruct_incidences((first, second), n=4).patients
    assert made["time"].tolist() == [3.0, 3.0, 5.0, 6.0]
    assert made["event"].tolist() == [1, 2, 2, 0]


def curve(*survival: float) -> DigitizedCurve:
    times = tuple(float(time) for time in range(1, 1 + len(survival)))
    return DigitizedCurve(times=times, survival=survival, taken="exact")


def test_totals_that_the_curves_do_not_have_are_said() -> None:
    found = reconstruct_incidences((curve(0.75, 0.5), curve(1.0, 1.0)), n=4, events=(1, None))
    assert totals(found.cause) == (1, 1)
    assert not found.inconsistencies
    found = reconstruct_incidences((curve(0.75, 0.5), curve(1.0, 1.0)), n=4, events=(3, None))
    assert found.inconsistencies == (
        "the curves have 2 events, so totals by cause, (3, None), are not met",
    )


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ({"incidences": (curve(0.5),)}, "there must be the incidences of two causes, got 1"),
        ({"events": (1,)}, "events must be a total, or None, for each of two causes, got 1"),
        ({"events": (1, -2)}, "must be a whole number, 0 or more, got -2"),
        ({"incidences": (curve(0.3), curve(0.4))}, "exceed 1 in sum, got 1.3: 1 - KM of each"),
        ({"n": None}, "the number of patients must be given"),
    ],
)
def test_what_cannot_be_decoded_is_refused(stated: dict[str, Any], sentence: str) -> None:
    asked = {"incidences": (curve(0.75), curve(0.75)), "n": 4} | stated
    with pytest.raises(CurveError, match=re.escape(sentence)):
        reconstruct_incidences(asked.pop("incidences"), **asked)
