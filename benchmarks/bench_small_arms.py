"""Small simulated trials, from 5 to 40 patients per arm: figures met, and the time it takes.

Each prints what a report of a small trial does: events, medians with limits, the longest follow-up,
the hazard ratio with its interval and the p-value of the log-rank test. The patients exist, so that
all of it can be met at once.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings

import numpy as np
from met import report_met
from tiny_trials import draw_patients, print_trial

from survkit.reconstruction import reconstruct_analysis

SIZES = (5, 8, 12, 20, 40)
FLOOR = 0.98
"""Trials with every figure met."""
CLOCK = 0.01
"""Times are recorded to this many months."""


def main() -> int:
    """Print what is missed, and a line per size; 1 if fewer trials are met than the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=500, help="over all sizes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    results: dict[int, list[tuple[int, float]]] = {size: [] for size in options.sizes}
    for number in range(options.trials):
        size = options.sizes[number % len(options.sizes)]
        generator = np.random.default_rng((options.seed, number))
        asked = print_trial(
            draw_patients(generator, (size, size), CLOCK), follow_up=True, p_value=True
        )
        start = time.perf_counter()
        made = reconstruct_analysis(asked)
        seconds = time.perf_counter() - start
        off = [match for match in made.matches if not match.met]
        for match in off:
            print(
                f"{number}, {size} per arm: {match.figure.key}: {match.figure.printed}, "
                f"{match.achieved:g}"
            )
        results[size].append((len(off), seconds))
    return report_met({f"{size} per arm": found for size, found in results.items()}, FLOOR)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
