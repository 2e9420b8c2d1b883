"""Single arms with percentages and their limits: figures met, and the time it takes.

Each arm prints what a report of a single-arm trial does: patients, events or not, three to five
percentages with limits (on the log-log or the plain scale), a table of numbers at risk or not, the
median or not. Censoring before the last of these times is hardly there, some, or much. The patients
exist, so that all of it can be met at once.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from met import report_met
from tiny_trials import Patients, print_arm

from survkit.kernels import survival_limits, tabulate_arm, two_sided_quantile
from survkit.reconstruction import reconstruct_analysis
from survkit.trial import Analysis, trial_from_document

if TYPE_CHECKING:
    from survkit.kernels import Transform

FLOOR = 0.99
"""Arms with every figure met."""
LONGEST = 5.0
"""Seconds that no arm may take."""
CENSORING = ("hardly any", "some", "much")
MONTHS = (3, 6, 12, 18, 24, 36, 48, 60)
_Z = two_sided_quantile(95.0)


def main() -> int:
    """Print what is missed, and a line per kind; 1 if fewer arms are met than the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arms", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    results: dict[str, list[tuple[int, float]]] = {kind: [] for kind in CENSORING}
    for number in range(options.arms):
        kind = CENSORING[number % len(CENSORING)]
        asked = simulate_arm(np.random.default_rng((options.seed, number)), kind)
        start = time.perf_counter()
        made = reconstruct_analysis(asked)
        seconds = time.perf_counter() - start
        off = [match for match in made.matches if not match.met]
        if off or seconds > LONGEST:
            print(f"{number}, {made.ipd.shape[0]} patients, {kind}: {seconds:.1f} s")
        for match in off:
            print(f"  {match.figure.key}: {match.figure.printed}, {match.achieved:g}")
        results[kind].append((len(off), seconds))
    return report_met(results, FLOOR)


def simulate_arm(generator: np.random.Generator, kind: str) -> Analysis:
    """Simulate one arm with a kind of censoring, and print its figures."""
    patients, times = _draw(generator, kind)
    table = tabulate_arm(patients.time, patients.event)
    scale: Transform = "log-log" if generator.random() < 0.5 else "plain"
    places = int(generator.integers(0, 2))
    arm = print_arm("all", patients, times, percent_places=places)
    lower, upper = survival_limits(table, z=_Z, transform=scale)
    for entry, time_ in zip(arm["survival"], times, strict=True):
        last = int(np.searchsorted(table.time, float(time_), side="right")) - 1
        if last >= 0 and np.isfinite(lower[last]):
            entry["ci"] = [_percent(limit[last], places) for limit in (lower, upper)]
    for quantity in ("events", "median", "at_risk"):
        if generator.random() < 0.5:
            del arm[quantity]
    return _analysis(arm, scale)


def _draw(generator: np.random.Generator, kind: str) -> tuple[Patients, list[Decimal]]:
    """Draw patients, and three to five times at which enough of them are at risk."""
    size = int(np.exp(generator.uniform(np.log(40), np.log(400))))
    mean = generator.uniform(6.0, 60.0)
    until_event = mean * generator.exponential(size=size) ** generator.uniform(0.7, 1.4)
    last = mean * generator.uniform(0.5, 1.5)
    earliest = {"hardly any": 0.98, "some": 0.6, "much": 0.1}[kind]
    until_end = generator.uniform(earliest * last, generator.uniform(1.2, 1.8) * last, size)
    seen = np.maximum(np.round(np.minimum(until_event, until_end), 2), 0.05)
    usual = [month for month in MONTHS if month <= last and (seen >= month).sum() >= 5]
    few = usual if len(usual) >= 3 else [round(last * share, 1) for share in (0.25, 0.5, 0.75)]
    many = min(len(few), int(generator.integers(3, 6)))
    chosen = sorted(generator.choice(few, many, replace=False).tolist())
    times = [Decimal(repr(one)) for one in chosen]
    return Patients(time=seen, event=until_event <= until_end), times


def _analysis(arm: dict[str, Any], scale: str) -> Analysis:
    return trial_from_document(
        {
            "spec_version": 1,
            "id": "single",
            "name": "SINGLE",
            "sources": {"simulation": {"citation": "benchmarks/bench_single_arm.py"}},
            "analysis": [
                {
                    "id": "all",
                    "endpoint": "OS",
                    "time_unit": "month",
                    "source": "simulation",
                    "survival_interval": scale,
                    "arm": [arm],
                }
            ],
        }
    ).analyses[0]


def _percent(share: float, places: int) -> Decimal:
    return Decimal(repr(100.0 * float(share))).quantize(Decimal(1).scaleb(-places))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
