"""Impossible files made by usual slips: the right one is to be named, and no innocent figure.

Each file is what a journal would print of a simulated trial, or a shipped one, with one slip of
typing or reading in it. Where the figures go together all the same, nothing is to be found, and the
file does not count. A conflict is judged where no slip is named: one of its figures must be among
those that the slip changed. Seconds are the processor's.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
import tomllib
import warnings
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from planted_slips import KINDS, plant
from simulated import simulate_analysis, trial_document

from survkit.errors import SurvkitError
from survkit.reproduction import reproduce_analysis
from survkit.trial import shipped_trials, trial_files, trial_from_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planted_slips import Document, Planted

FLOOR = 0.8
"""Impossible files in which the right slip is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was said of one impossible file."""

    right: bool  # whether the slip is named
    others: int  # other slips named
    innocent: bool  # whether a conflict names none of the figures that were changed
    seconds: float
    clean_seconds: float  # the same without the slip


def main() -> int:
    """Print a line per kind; 1 if too few slips are named, or a conflict names the innocent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10, help="impossible files of each kind")
    parser.add_argument("--kinds", nargs="+", choices=sorted(KINDS), default=list(KINDS))
    parser.add_argument("--first", type=int, default=0, help="number of the first trial")
    options = parser.parse_args()
    found: dict[str, list[Outcome]] = defaultdict(list)
    for kind in options.kinds:
        for document in _documents(options.first):
            if len(found[kind]) >= options.files:
                break
            planted = plant(kind, document)
            outcome = None if planted is None else _judge(kind, document, planted)
            if outcome is not None:
                found[kind].append(outcome)
        print(_line(kind, found[kind]), flush=True)
    everything = [one for outcomes in found.values() for one in outcomes]
    print(_line("all", everything))
    enough = sum(one.right for one in everything) >= FLOOR * len(everything)
    return int(not enough or any(one.innocent for one in everything))


def _documents(first: int) -> Iterator[Document]:
    """Yield what is printed of trials of two arms, shipped and simulated in turn."""
    shipped = [*_shipped()]
    for number in range(first, first + 400):
        if number % 2 and number // 2 < len(shipped):
            yield shipped[number // 2]
        else:
            plan = simulate_analysis(number)[0]
            if not plan["stratified_by"] and plan["contrast"][0].get("hazard_ratio"):
                yield _thinned(plan, np.random.default_rng(number))


def _shipped() -> Iterator[Document]:
    """Yield the analyses of the shipped trials that have two arms and a ratio."""
    for path in trial_files(shipped_trials()):
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for analysis in document["analysis"]:
            two = len(analysis["arm"]) == 2 and len(analysis.get("contrast", ())) == 1
            if two and "of" not in analysis and not analysis.get("assessment_every"):
                yield {**document, "analysis": [analysis]}


def _thinned(plan: Document, generator: np.random.Generator) -> Document:
    """Print what most papers do: events, medians, percentages, a risk table, ratio and p."""
    stated = copy.deepcopy(plan)
    for key in ("total_n", "total_events"):
        stated.pop(key, None)
    for arm in stated["arm"]:
        for key in ("rmst", "median_follow_up", "lower_quartile", "upper_quartile"):
            arm.pop(key, None)
        arm["survival"] = arm["survival"][:2]
    kept = generator.random(3) < 0.6
    for key in [
        key
        for key, keep in zip(("at_risk", "events", "max_follow_up"), kept, strict=True)
        if not keep
    ]:
        for arm in stated["arm"]:
            arm.pop(key, None)
    contrast = stated["contrast"][0]
    contrast.pop("rmst_difference", None)
    contrast.pop("risk_reduction", None)
    return trial_document(stated)


def _judge(kind: str, document: Document, planted: Planted) -> Outcome | None:
    """Reproduce a file with its slip; None where all is met in spite of it, or never was."""
    try:
        wrong = trial_from_document(planted.document).analyses[0]
    except SurvkitError:  # it is refused: no road leads to patients
        return None
    analysis = trial_from_document(document).analyses[0]
    start = time.process_time()
    clean = reproduce_analysis(analysis, explain=False)
    clean_seconds = time.process_time() - start
    if not clean.reconstruction.met:
        return None
    start = time.process_time()
    result = reproduce_analysis(wrong)
    seconds = time.process_time() - start
    if result.reconstruction.met:
        return None
    named = [slip.condition for slip in result.slips]
    right = any(condition in planted.conditions for condition in named)
    keys = {one.key for one in result.conflict.figures} if result.conflict else set()
    innocent = bool(keys) and planted.quantities.isdisjoint(key.quantity for key in keys)
    if not right or innocent or seconds > 10.0:
        conflict = [str(key) for key in keys]
        print(
            f"  {kind}, {analysis.endpoint} n={analysis.arms[0].n.value}: {seconds:.1f} s, "
            f"named {named}, conflict {conflict}",
            flush=True,
        )
    return Outcome(
        right=right,
        others=sum(condition not in planted.conditions for condition in named),
        innocent=innocent,
        seconds=seconds,
        clean_seconds=clean_seconds,
    )


def _line(label: str, found: list[Outcome]) -> str:
    if not found:
        return f"{label}: no impossible file"
    seconds = [one.seconds for one in found]
    times = [one.seconds / max(one.clean_seconds, 0.1) for one in found]
    return (
        f"{label}: right slip named in {sum(one.right for one in found)} of {len(found)}; "
        f"{sum(one.others for one in found)} others named; "
        f"{sum(one.innocent for one in found)} conflicts of the innocent; "
        f"median {np.median(seconds):.2f} s, longest {max(seconds):.2f} s, "
        f"{np.median(times):.1f} times the file without the slip"
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
