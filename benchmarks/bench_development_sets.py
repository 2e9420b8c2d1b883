"""How many printed figures of real trials are met, referee lifelines, and how long it takes.

The time of a reconstruction is held against one lifelines Cox fit of the real patients and one of
the reconstructed patients, each the median of a few runs taken in turn. With ``--with-r``, R's
package survival reads the written patients and has its say on every figure.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from development import DATA, FURTHER, SETS, analysis, names, patients
from lifelines import CoxPHFitter

from survkit.comparison import Verdict, compare_figures
from survkit.reconstruction import reconstruct_analysis
from survkit.refit import refit_ipd
from survkit.second_opinion import compare_opinions, find_r

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.reconstruction import Reconstruction
    from survkit.second_opinion import Opinion
    from survkit.trial import Figure


def main() -> int:
    """Run the sets, print what is missed and the summary; 1 if less than 99 % are met."""
    options = _options()
    found = names(options.data)
    if not found:
        print(f"no data sets in {options.data}: nothing measured")
        return 0
    rows = []
    made: dict[str, Reconstruction] = {}
    for number, name in enumerate(found, start=1):
        if sys.stderr.isatty():
            print(f"\r{number}/{len(found)} {name:30}", end="", file=sys.stderr)
        rows.append(_run(options, name, made))
    if sys.stderr.isatty():
        print("\r" + 50 * " " + "\r", end="", file=sys.stderr)
    if options.with_r:
        _ask_r(made)
    return _report(pd.DataFrame(rows), options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--figures", choices=SETS, default="events")
    parser.add_argument("--also", nargs="+", choices=FURTHER, default=[], help="further figures")
    parser.add_argument("--no-follow-up", action="store_true", help="keep the follow-up out")
    parser.add_argument("--with-r", action="store_true", help="let R refit the written patients")
    parser.add_argument("--rounds", type=int, default=3, help="timed runs of each")
    return parser.parse_args()


def _run(
    options: argparse.Namespace, name: str, made: dict[str, Reconstruction]
) -> dict[str, object]:
    asked = analysis(
        options.data,
        name,
        options.figures,
        follow_up=not options.no_follow_up,
        also=options.also,
    )
    reconstruction = made[name] = reconstruct_analysis(asked)
    refit = refit_ipd(reconstruction.ipd, asked)
    comparisons = compare_figures(asked.figures, refit.estimates)
    missed = [c for c in comparisons if c.verdict is not Verdict.REPRODUCED]
    for comparison in missed:
        figure = comparison.figure
        print(f"{name}: {figure.key}: {figure.printed}, {comparison.estimate:.5f}")
    real = patients(options.data, name)
    ours = reconstruction.ipd.assign(arm=(reconstruction.ipd["arm"] == "experimental").astype(int))
    seconds = _in_turn(
        [
            lambda: reconstruct_analysis(asked),
            lambda: CoxPHFitter().fit(real, "time", "event"),
            lambda: CoxPHFitter().fit(ours, "time", "event"),
        ],
        options.rounds,
    )
    return {
        "name": name,
        "patients": len(real),
        "met": not missed,
        "figures": len(comparisons),
        "missed": len(missed),
        "seconds": seconds[0],
        "ratio to a fit of the real patients": seconds[0] / seconds[1],
        "ratio to a fit of the reconstruction": seconds[0] / seconds[2],
    }


def _ask_r(made: dict[str, Reconstruction]) -> None:
    """Print how many figures R reproduces, and why it does not reproduce the others."""
    program = find_r()
    values = program.refit({name: (own.ipd, own.analysis) for name, own in made.items()})
    reasons: Counter[str] = Counter()
    for name, own in made.items():
        estimates = refit_ipd(own.ipd, own.analysis).estimates
        opinions = compare_opinions(own.analysis, own.ipd, estimates, values[name])
        for figure, opinion in zip(own.analysis.figures, opinions, strict=True):
            reasons[_reason(figure, opinion)] += 1
            if opinion.contradicts:
                print(f"{name}: {figure.key}: R says {opinion.value:g} and contradicts lifelines")
    versions = ", ".join(f"{name} {own}" for name, own in program.versions.items())
    print(f"figures as {versions} has them, of {reasons.total()}:")
    for reason, count in reasons.most_common():
        print(f"{count:7} {reason}")


def _reason(figure: Figure, opinion: Opinion) -> str:
    if figure.printed.admits(opinion.value):
        return "met"
    if opinion.contradicts:
        return "missed, and lifelines has another value"
    return opinion.convention or "missed, as by lifelines"


def _in_turn(functions: list[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each function, run in turn so that drifts hit all alike."""
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for function, own in zip(functions, taken, strict=True):
            start = time.perf_counter()
            function()
            own.append(time.perf_counter() - start)
    return [float(np.median(own)) for own in taken]


def _report(rows: pd.DataFrame, options: argparse.Namespace) -> int:
    share = rows["met"].mean()
    figures = 1.0 - rows["missed"].sum() / rows["figures"].sum()
    further = ", ".join(["", *options.also])
    print(f"figures that went in: {options.figures}{further}, follow-up {not options.no_follow_up}")
    print(f"all figures met: {rows['met'].sum()} of {len(rows)} trials ({share:.1%})")
    print(f"figures met: {figures:.2%} of {rows['figures'].sum()}")
    columns = [column for column in rows if column == "seconds" or "ratio" in column]
    quantiles = rows[columns].quantile([0.5, 0.9, 1.0])
    quantiles.index = pd.Index(["median", "90 %", "largest"])
    print(quantiles.T.to_string(float_format=lambda value: f"{value:.3f}"))
    return int(share < 0.99)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
