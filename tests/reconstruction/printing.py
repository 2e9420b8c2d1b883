"""Random patients, and what a journal would print of them: analyses that some patients print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from survkit.kernels import (
    event_terms,
    fit_two_arm_cox,
    quantile_interval,
    quantile_time,
    survival_at,
    survival_limits,
    tabulate_arm,
    tabulate_two_arms,
    two_sided_quantile,
)
from survkit.printed import Printed
from tests.reconstruction.documents import analysis, arm, digits

if TYPE_CHECKING:
    from survkit.trial import Analysis

Z = two_sided_quantile(95.0)
MARKS = (6.0, 12.0, 24.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patients:
    """One arm's patients in the order of leaving."""

    time: np.ndarray
    event: np.ndarray

    def sums_at(self, time: float) -> tuple[np.ndarray, np.ndarray]:
        """Cumulative hazard and Greenwood's sum just after a time."""
        table = tabulate_arm(self.time, self.event)
        terms = event_terms(table.events, table.at_risk)[:, table.time <= time]
        return terms[0].sum(keepdims=True), terms[1].sum(keepdims=True)


def random_patients(seed: int, n: int, scale: float = 20.0) -> Patients:
    """Draw exponential times with staggered entry, everybody at a time of his own."""
    generator = np.random.default_rng(seed)
    leaves, ends = generator.exponential(scale, n), generator.uniform(10.0, 60.0, n)
    time, event = np.round(np.minimum(leaves, ends), 4) + 0.001, leaves <= ends
    order = np.argsort(time, kind="stable")
    return Patients(time=time[order], event=event[order])


def printed(value: float, like: str) -> Any:
    """Print a number with as many digits as another one."""
    return digits(Printed.parse(like).render(value))


def print_patients(
    name: str,
    patients: Patients,
    *,
    limits: bool = True,
    curve: bool = True,
    risk_table: bool = True,
    decimals: str = "0.0",
) -> dict[str, Any]:
    """Print what is usual and, as asked, limits, curve and numbers at risk."""
    table = tabulate_arm(patients.time, patients.event)
    interval = quantile_interval(table, 0.5, z=Z)
    ci = [Printed.parse("0.0").render(limit) for limit in (interval.lower, interval.upper)]
    stated = arm(
        name,
        patients.time.size,
        int(patients.event.sum()),
        Printed.parse("0.0").render(quantile_time(table, 0.5)),
        (ci[0], ci[1]) if limits else None,
        Printed.parse("0.0").render(float(patients.time.max())),
    )
    reached = [mark for mark in MARKS if 0.0 < float(survival_at(table, [mark])[0]) < 1.0]
    if curve:
        stated["survival"] = [
            _print_point(table, mark, decimals, limits=limits) for mark in reached
        ]
    if risk_table:
        stated["at_risk"] = [
            {"time": int(mark), "n": int((patients.time >= mark).sum())} for mark in MARKS
        ]
    return stated


def _print_point(table: Any, mark: float, decimals: str, *, limits: bool) -> dict[str, Any]:
    row = int(np.searchsorted(table.time, mark, side="right")) - 1
    value = printed(100.0 * float(survival_at(table, [mark])[0]), decimals)
    point = {"time": int(mark), "percent": value}
    both = [100.0 * float(limit[row]) for limit in survival_limits(table, z=Z)]
    return point | ({"ci": [printed(limit, decimals) for limit in both]} if limits else {})


def print_contrast(reference: Patients, experimental: Patients) -> dict[str, Any]:
    """Print the hazard ratio of two arms, called new and old, with its interval."""
    fit = fit_two_arm_cox(
        tabulate_two_arms(
            np.concatenate((reference.time, experimental.time)),
            np.concatenate((reference.event, experimental.event)),
            np.repeat((False, True), (reference.time.size, experimental.time.size)),
        )
    )
    ratio = {
        "value": printed(fit.hazard_ratio, "0.00"),
        "ci": [printed(limit, "0.00") for limit in fit.limits(Z)],
    }
    return {"experimental": "new", "reference": "old", "hazard_ratio": ratio}


def print_two_arms(seed: int, n: int, **shown: Any) -> Analysis:
    """Print a random trial of two arms."""
    old, new = random_patients(seed, n), random_patients(seed + 1, n, scale=28.0)
    arms = [print_patients(name, one, **shown) for name, one in (("old", old), ("new", new))]
    return analysis(*arms, print_contrast(old, new))
