"""Curves of the development sets, digitized, exact or damaged; and their patients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from development import patients
from numpy.typing import NDArray

from survkit.kernels import survival_at, survival_steps, tabulate_arm
from survkit.reconstruction.curves import ObservedArm, ObservedCurve, ObservedTable

if TYPE_CHECKING:
    from pathlib import Path

DAMAGES = (
    "none",
    "evenly spaced, 150 points",
    "evenly spaced, 400 points, sigma .001",
    "evenly spaced, sigma .01",
    "2 % outliers",
    "wiggles",
    "first 10 % missing",
    "last 10 % missing",
    "table off by up to 1",
    "table rounded to 5",
)
"""What may be wrong with a digitized curve or its table."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One arm: what a figure shows, and its patients."""

    observed: ObservedArm
    time: Floats
    event: NDArray[np.bool_]


def sample(data: Path, name: str, arm: int) -> Sample:
    """Read one arm as digitized, with its marks, table and totals."""
    stem = data / "curves" / f"{name}.arm{arm}"
    curve, table, marks = (
        pd.read_csv(f"{stem}{end}") for end in (".csv", ".risk.csv", ".ticks.csv")
    )
    real = patients(data, name)
    real = real[real["arm"] == arm]
    counts = table["nrisk"].to_numpy()
    observed = ObservedArm(
        n=len(real),
        curve=ObservedCurve(
            time=curve["time"].to_numpy(float),
            survival=curve["surv"].to_numpy(float),
            marks=marks["time"].to_numpy(float),
        ),
        table=ObservedTable(time=table["time"].to_numpy(float), lower=counts, upper=counts),
        events=int(real["event"].sum()),
    )
    return Sample(
        observed=observed,
        time=real["time"].to_numpy(float),
        event=real["event"].to_numpy(bool),
    )


def exact_curve(real: Sample, digits: int) -> Sample:
    """Replace the curve by its true drops, to so many digits."""
    table = tabulate_arm(real.time, real.event)
    steps = survival_steps(table)
    time = np.append(table.time, real.time.max())
    survival = np.round(np.append(steps, steps[-1] if steps.size else 1.0), digits)
    return replace(
        real, observed=replace(real.observed, curve=ObservedCurve(time=time, survival=survival))
    )


def damage(real: Sample, kind: str, seed: int) -> Sample:
    """Digitize the curve anew, damaged, or damage its table."""
    generator = np.random.default_rng(seed)
    if kind == "none":
        return real
    if kind.startswith("table"):
        return _damage_table(real, kind, generator)
    curve = real.observed.curve
    time, survival = curve.time, curve.survival.copy()
    if kind.startswith("evenly"):
        time, survival = _even(real, kind, generator)
    elif kind == "2 % outliers":
        far = generator.random(survival.size) < 0.02
        far[-1] = False
        survival = survival + far * generator.normal(0.0, 0.04, survival.size)
    elif kind == "wiggles":
        wiggle = np.zeros(survival.size)
        for k in range(1, survival.size):
            wiggle[k] = 0.9 * wiggle[k - 1] + generator.normal(0.0, 0.003 * np.sqrt(1 - 0.81))
        survival = survival + wiggle
    else:
        share = time / time[-1]
        keep = share > 0.1 if kind.startswith("first") else share < 0.9
        time, survival = time[keep], survival[keep]
    survival = np.round(np.clip(survival, 0.0, 1.0), 3)
    return replace(
        real, observed=replace(real.observed, curve=ObservedCurve(time=time, survival=survival))
    )


def _even(real: Sample, kind: str, generator: np.random.Generator) -> tuple[Floats, Floats]:
    points = 400 if "400" in kind else 150
    noise = 0.001 if ".001" in kind else 0.01 if ".01" in kind else 0.003
    end = real.time.max()
    true = np.linspace(0.0, end, points)
    steps = survival_at(tabulate_arm(real.time, real.event), true)
    off = generator.uniform(-0.002, 0.002, points) * end
    order = np.argsort(np.maximum(true + off, 0.0))
    survival = steps + generator.normal(0.0, noise, points)
    return np.maximum(true + off, 0.0)[order], survival[order]


def _damage_table(real: Sample, kind: str, generator: np.random.Generator) -> Sample:
    """Print other numbers at risk, with the intervals that somebody who knows would give them."""
    table = real.observed.table
    assert table is not None
    width = 1 if "1" in kind else 2
    printed = table.lower.copy()
    if width == 1:
        printed[1:] += generator.integers(-1, 2, printed.size - 1)
    else:
        printed[1:] = 5 * np.round(printed[1:] / 5).astype(int)
    printed = np.maximum(printed, 0)
    lower, upper = np.maximum(printed - width, 0), printed + width
    lower[0] = upper[0] = table.lower[0]
    intervals = ObservedTable(time=table.time, lower=lower, upper=upper)
    return replace(real, observed=replace(real.observed, table=intervals))
