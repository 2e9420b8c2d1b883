"""The library's checks: how often ensembles that were drawn without them hold them.

Every analysis with figures that were kept out is drawn by itself, from its input figures; what is
printed is held against the 90 % interval of the members. Limits and reprints are left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from survkit.ensembles import ensemble, list_kept_out, predict_figures
from survkit.errors import SurvkitError
from survkit.interval import Interval
from survkit.trial import Analysis, load_trial, shipped_trials

MARKERS = (
    "<!-- made by benchmarks/bench_kept_out.py: begin -->",
    "<!-- made by benchmarks/bench_kept_out.py: end -->",
)
ASKED = 0.8
"""Share that intervals of 90 % must hold."""


@dataclass(frozen=True)
class Held:
    """One check beside the interval of an ensemble that was drawn without it."""

    analysis: str  # trial and analysis
    quantity: str
    cells: tuple[str, ...]  # figure, printed, lower, middle, upper
    inside: bool  # whether a value that prints so lies in the interval


def main() -> int:
    """Print the checks and the share that is held; 1 where it is too small."""
    options = _options()
    begun, held, none = perf_counter(), [], []
    for name in shipped_trials():
        for analysis in load_trial(name).analyses:
            kept_out = [one for one in list_kept_out(analysis) if not one.key.is_limit]
            if not kept_out:
                continue
            try:
                found = _hold(f"{name} {analysis.id}", analysis, options)
            except SurvkitError as error:
                none.append(f"{name} {analysis.id}")
                print(f"no ensemble: {error}", flush=True)
                continue
            held += found
            for one in found:
                print(" | ".join((one.analysis, *one.cells, str(one.inside))), flush=True)
    print(f"{perf_counter() - begun:.0f} s; without an ensemble: {', '.join(none) or 'none'}")
    summary = _summary(held)
    print("\n".join(summary))
    if options.write:
        _write(options.write, held, none, options.members)
    return int(sum(one.inside for one in held) < ASKED * len(held))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="put the tables between the page's markers")
    return parser.parse_args()


def _hold(name: str, analysis: Analysis, options: argparse.Namespace) -> list[Held]:
    figures = [one for one in list_kept_out(analysis) if not one.key.is_limit]
    drawn = ensemble(analysis, options.members, workers=options.workers)
    found = []
    for one in predict_figures(analysis, drawn.members, figures):
        window = Interval.of(one.figure.printed)
        ends = (f"{value:.3g}" for value in (one.lower, one.middle, one.upper))
        found.append(
            Held(
                analysis=name,
                quantity=one.figure.key.definition.label,
                cells=(str(one.figure.key), str(one.figure.printed), *ends),
                inside=window.lower <= one.upper and window.upper >= one.lower,
            )
        )
    return found


def _summary(held: list[Held]) -> list[str]:
    """Count by quantity, and all together."""
    by_quantity: dict[str, list[bool]] = defaultdict(list)
    for one in held:
        by_quantity[one.quantity].append(one.inside)
    by_quantity["all"] = [one.inside for one in held]
    rows = ["| kept out | checks | inside | share |", "| --- | ---: | ---: | ---: |"]
    rows += [
        f"| {quantity} | {len(inside)} | {sum(inside)} | {sum(inside) / len(inside):.0%} |"
        for quantity, inside in by_quantity.items()
        if inside
    ]
    return rows


def _write(path: Path, held: list[Held], none: list[str], members: int) -> None:
    outside = [one for one in held if not one.inside]
    lines = [
        f"Whole data sets ({members} for each analysis, seed 1) that print every input figure. A",
        "check is inside where a value that prints so lies in their 90 % interval.",
        "",
        *_summary(held),
        "",
        "Outside:",
        "",
        "| analysis | figure | printed | from | middle | to |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *(f"| {' | '.join((one.analysis, *one.cells))} |" for one in outside),
        "",
        f"No data set that prints all input figures was found for: {', '.join(none) or 'none'}.",
    ]
    begin, end = MARKERS
    before, _, rest = path.read_text("utf-8").partition(begin)
    after = rest.partition(end)[2]
    path.write_text("\n".join([before + begin, "", *lines, "", end + after]), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
