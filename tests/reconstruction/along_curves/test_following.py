"""Patients along curves: printed figures met, the curve followed, contradictions told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from survkit.kernels import (
    ArmTimes,
    quantile_interval,
    quantile_time,
    survival_at,
    survival_steps,
    tabulate_arm,
)
from survkit.reconstruction.along_curves.decoding import decode_arms
from survkit.reconstruction.along_curves.following import follow_curve
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.patients import reconstruct_analysis
from survkit.trial import Analysis, trial_from_document

TIMES_AT_RISK = (0, 5, 10, 15, 20)


def real_arm(seed: int, scale: float, n: int = 120) -> ArmTimes:
    """Patients with exponential times, censored at random up to two years."""
    generator = np.random.default_rng(seed)
    leaving, followed = generator.exponential(scale, n), generator.uniform(8.0, 24.0, n)
    order = np.argsort(np.minimum(leaving, followed))
    time = np.round(np.minimum(leaving, followed), 3)[order] + 0.001
    return ArmTimes(time=time, event=(leaving <= followed)[order])


def drawn(real: ArmTimes, noise: float, seed: int) -> list[list[Decimal]]:
    """A curve clicked at the feet of its drops, with noise."""
    table = tabulate_arm(real.time, real.event)
    generator = np.random.default_rng(seed)
    survival = survival_steps(table) + generator.normal(0.0, noise, table.time.size)
    points = zip([*table.time, real.time[-1]], [*survival, survival[-1]], strict=True)
    digits = 3 if noise else 6
    return [
        [Decimal(f"{time:.3f}"), Decimal(f"{min(max(share, 0.0), 1.0):.{digits}f}")]
        for time, share in points
    ]


def stated(real: ArmTimes, name: str, noise: float, **others: Any) -> dict[str, Any]:
    """What a paper prints and draws of an arm."""
    table = tabulate_arm(real.time, real.event)
    limits = quantile_interval(table, 0.5, z=1.959964, transform="log-log")
    median = {
        "value": Decimal(f"{quantile_time(table, 0.5):.1f}"),
        "ci": [Decimal(f"{limits.lower:.1f}"), Decimal(f"{limits.upper:.1f}")],
    }
    curve: dict[str, Any] = {"points": drawn(real, noise, len(name))}
    return {
        "id": name,
        "n": real.time.size,
        "events": int(real.event.sum()),
        "median": median,
        "survival": [
            {"time": time, "percent": Decimal(f"{100 * survival_at(table, [time])[0]:.1f}")}
            for time in (5, 10)
        ],
        "at_risk": [{"time": t, "n": int((real.time >= t).sum())} for t in TIMES_AT_RISK],
        "curve": [curve if noise else {**curve, "taken": "exact"}],
        **others,
    }


def analysis(*arms: dict[str, Any]) -> Analysis:
    document = {
        "spec_version": 1,
        "id": "small",
        "name": "SMALL",
        "sources": {"paper": {"citation": "A paper"}},
        "analysis": [
            {
                "id": "os",
                "endpoint": "OS",
                "time_unit": "month",
                "source": "paper",
                "arm": list(arms),
            }
        ],
    }
    return trial_from_document(document).analyses[0]


@pytest.mark.parametrize("noise", [0.0, 0.003])
def test_every_figure_is_met_and_the_curve_is_followed(noise: float) -> None:
    real = real_arm(3, 9.0)
    found = reconstruct_analysis(analysis(stated(real, "drug", noise)))
    assert found.met
    (match,) = found.curves
    assert match.followed
    assert match.mean <= match.precision
    assert found.provenance.method.startswith("curves/2, learned prior ")
    patients = tabulate_arm(found.ipd["time"].to_numpy(), found.ipd["event"].to_numpy() == 1)
    grid = np.linspace(0.0, 20.0, 200)
    off = survival_at(patients, grid) - survival_at(tabulate_arm(real.time, real.event), grid)
    assert np.abs(off).mean() < 0.004


def test_exact_curves_give_back_every_event() -> None:
    real = real_arm(4, 12.0)
    found = reconstruct_analysis(analysis(stated(real, "drug", 0.0)))
    events = found.ipd.loc[found.ipd["event"] == 1, "time"].to_numpy()
    assert events == pytest.approx(real.time[real.event])


@pytest.mark.parametrize("seed", range(4))
def test_orders_along_a_curve_keep_patients_events_and_numbers_at_risk(seed: int) -> None:
    real = real_arm(seed, 8.0, n=60)
    asked = analysis(stated(real, "drug", 0.003))
    constraints = read_constraints(asked)
    (curve,) = decode_arms(asked, constraints)
    assert curve is not None
    assert curve.decoded is not None
    orders = follow_curve(constraints.arms[0], curve.decoded)
    assert [one.faults for one in orders] == sorted(one.faults for one in orders)
    for order in orders:
        assert order.event.size == real.time.size
        assert order.event.sum() == real.event.sum()
        assert np.all(np.diff(order.natural) >= 0.0)
        at_risk = [int((order.natural >= time).sum()) for time in TIMES_AT_RISK]
        assert at_risk == [int((real.time >= time).sum()) for time in TIMES_AT_RISK]


def test_a_median_that_the_curve_contradicts_has_its_say_and_so_has_the_curve() -> None:
    real = real_arm(5, 9.0)
    found = reconstruct_analysis(analysis(stated(real, "drug", 0.003, median=12, survival=[])))
    (match,) = found.curves
    assert not (found.met and match.followed)


def test_a_printed_follow_up_leaves_the_curve_where_it_is() -> None:
    real = real_arm(3, 9.0)
    arm = stated(real, "drug", 0.003, survival=[])
    arm.pop("median", None)
    for later in (0.0, 0.5):
        longest = Decimal(f"{real.time[-1] + later:.1f}")
        found = reconstruct_analysis(analysis({**arm, "max_follow_up": longest}))
        without = reconstruct_analysis(analysis(arm))
        assert found.met
        assert found.curves[0].followed
        same = (found.ipd["time"] - without.ipd["time"]).abs() < 0.01
        assert same.mean() > 0.9


def test_a_curve_kept_out_is_compared_and_shapes_nobody() -> None:
    arm = stated(real_arm(3, 9.0), "drug", 0.003)
    kept_out = {**arm, "curve": [{**arm["curve"][0], "role": "check"}]}
    without = {key: value for key, value in arm.items() if key != "curve"}
    found, plain = (reconstruct_analysis(analysis(one)) for one in (kept_out, without))
    assert found.provenance.ipd_digest == plain.provenance.ipd_digest
    (match,) = found.curves
    assert (match.role, match.points) == ("check", len(arm["curve"][0]["points"]))


def test_other_points_are_other_figures() -> None:
    real = real_arm(3, 9.0)
    first, second = (
        reconstruct_analysis(analysis(stated(real, name, 0.003))) for name in ("drug", "other")
    )
    assert first.provenance.spec_digest != second.provenance.spec_digest


def test_what_was_decoded_is_said() -> None:
    found = reconstruct_analysis(analysis(stated(real_arm(3, 9.0), "drug", 0.003)))
    assert found.assumptions[0].startswith("patients of arm drug follow its curve: its ")
    assert any("as drawn" in sentence for sentence in found.assumptions)


def test_ties_of_a_curve_are_told_from_those_of_figures() -> None:
    points = [[1, Decimal("0.8")], [3, Decimal("0.5")], [5, Decimal("0.5")]]
    arm = {"id": "drug", "n": 10, "events": 5, "curve": [{"points": points, "taken": "exact"}]}
    found = reconstruct_analysis(analysis(arm))
    assert "5 events share their times with others: as decoded from their curves" in (
        found.assumptions
    )
