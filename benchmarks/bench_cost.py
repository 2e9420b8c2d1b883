"""What searches for patients, and for reasons, are said to cost before, against what they take.

Files typed at random, most of them contradictory, on one core: how many take longer than was said
at most, and how many take over half a minute without a word.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # the files are those of the fuzz test

from survkit.errors import SurvkitError
from survkit.reconstruction import (
    LONG,
    Cost,
    find_conflict,
    foresee_cost,
    foresee_reasons,
    reconstruct_analysis,
)
from survkit.slips import find_slips
from survkit.trial import Analysis, trial_from_document
from tests.fuzz.outcomes import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

CEILING = 0.01
"""Share of searches that may take long without a word."""
FEWEST = 60
"""Patients of an analysis that is tried: fewer are done in an instant."""


def main() -> int:
    """Print the longest searches and the summary; 1 if too many were not announced."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rows: list[tuple[float, Cost]] = []
    for document in documents(options.files, options.seed):
        try:
            analysis = trial_from_document(document).analyses[0]
        except SurvkitError:
            continue
        if sum(int(arm.n.printed.value) for arm in analysis.arms) >= FEWEST:
            rows += measure(analysis)
    return report(rows)


def measure(analysis: Analysis) -> Iterator[tuple[float, Cost]]:
    """Yield the seconds of a processor that searches take, and what is said before."""
    cost, found = foresee_cost(analysis), None
    begun = time.process_time()
    with suppress(SurvkitError):
        found = reconstruct_analysis(analysis)
    yield time.process_time() - begun, cost
    if found is not None and not found.met:
        cost, begun = foresee_reasons(analysis), time.process_time()
        if not find_slips(analysis, found.missed_keys):
            find_conflict(analysis)
        yield time.process_time() - begun, cost


def report(rows: list[tuple[float, Cost]]) -> int:
    """Print what was found."""
    for seconds, cost in sorted(rows, key=lambda row: -row[0])[:10]:
        print(f"{seconds:6.1f} s, said {cost.seconds:6.1f} s: {cost.reason}")
    longer = sum(seconds > max(cost.seconds, 1.0) for seconds, cost in rows)
    told = sum(bool(cost.sentence) for _, cost in rows)
    silent = sum(seconds > LONG and not cost.sentence for seconds, cost in rows)
    print(f"{len(rows)} searches: {told} announced, {longer} longer than said, {silent} in silence")
    return int(silent > CEILING * len(rows))


if __name__ == "__main__":
    sys.exit(main())
