"""Every subset of what tiny trials print: arms of 1 to 8 patients, all of it met or listed by name.

The patients exist, so that every subset of their figures can be met. The number of patients is
always printed; the groups of `tiny_trials.GROUPS` are kept and left out in all combinations. A
quarter of the trials are recorded in whole months, where patients share times. Chunks of a long
run: `--first 500 --trials 250` goes through the trials 500 to 749.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from tiny_trials import left_out, simulate, subsets

from survkit.reconstruction import reconstruct_analysis

if TYPE_CHECKING:
    from survkit.reconstruction.record.reconstruction import Match


def main() -> int:
    """Print every miss by name, then counts by kind and the times; 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=1, help="take one subset of so many, in turn")
    options = parser.parse_args()
    asked, missed = Counter[str](), Counter[str]()
    reasons = Counter[str]()
    seconds: list[float] = []
    for number in range(options.first, options.first + options.trials):
        analysis, tied = simulate(options.seed, number)
        for place, kept in enumerate(subsets(analysis)):
            if (place + number) % options.every:
                continue
            start = time.perf_counter()
            made = reconstruct_analysis(analysis, without=left_out(analysis, kept))
            seconds.append(time.perf_counter() - start)
            kinds = ["all", "tied times" if tied else "distinct times", *kept]
            asked.update(kinds)
            off = [match for match in made.matches if not match.met]
            if off:
                missed.update(kinds)
                reasons.update(str(match.figure.key.quantity) for match in off)
                print(f"{number} {', '.join(kept)}: {'; '.join(map(_line, off))}")
    return _report(asked, missed, reasons, seconds)


def _line(match: Match) -> str:
    return f"{match.figure.key} {match.figure.printed}, {match.achieved:g}"


def _report(
    asked: Counter[str], missed: Counter[str], reasons: Counter[str], seconds: list[float]
) -> int:
    for kind, many in asked.items():
        met = many - missed[kind]
        print(f"{kind}: every figure met in {met} of {many} ({met / many:.2%})")
    if reasons:
        print("missed figures:", ", ".join(f"{name} {n}" for name, n in reasons.most_common()))
    print(f"median {np.median(seconds):.2f} s, longest {max(seconds):.2f} s")
    return int(missed["all"] > 0)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
