"""Every subset of what tiny trials print: arms of 1 to 8 patients, all of it met or listed by name.

The patients exist, so that every subset of their figures can be met. The number of patients is
always printed; the groups of `tiny_trials.GROUPS` are kept and left out in all combinations. A
quarter of the trials are recorded in whole months, where patients share times. All combinations
of 2,000 trials take days: `--subsets 2` deals two to each trial, at random, so that over the
trials every one comes up about as often. Chunks of a long run: `--first 500 --trials 250` goes
through the trials 500 to 749, and deals them what the whole run would.
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
    from survkit.trial import Analysis


def main() -> int:
    """Print every miss by name, then counts by kind and the times; 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--subsets", type=int, help="so many of each trial; all if left out")
    options = parser.parse_args()
    asked, missed = Counter[str](), Counter[str]()
    reasons = Counter[str]()
    seconds: list[float] = []
    for number in range(options.first, options.first + options.trials):
        analysis, tied = simulate(options.seed, number)
        for kept in _dealt(analysis, options.seed, number, options.subsets):
            start = time.perf_counter()
            made = reconstruct_analysis(analysis, without=left_out(analysis, kept))
            seconds.append(time.perf_counter() - start)
            kinds = ["all", "tied times" if tied else "distinct times", *kept]
            asked.update(kinds)
            off = [match for match in made.matches if not match.met]
            if off:
                missed.update(kinds)
                reasons.update(str(match.figure.key.quantity) for match in off)
                print(f"{number} {', '.join(kept)}: {'; '.join(map(_line, off))}", flush=True)
    return _report(asked, missed, reasons, seconds)


def _dealt(analysis: Analysis, seed: int, number: int, many: int | None) -> list[tuple[str, ...]]:
    """Deal subsets to a trial as cards: a shuffled deck of all, then another one."""
    deck = list(subsets(analysis))
    if many is None:
        return deck
    places = range(number * many, (number + 1) * many)
    return [
        deck[_shuffled(seed, place // len(deck), len(deck))[place % len(deck)]] for place in places
    ]


def _shuffled(seed: int, deck: int, size: int) -> list[int]:
    return np.random.default_rng((seed, deck, size)).permutation(size).tolist()


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
