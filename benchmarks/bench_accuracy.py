"""What each printed figure buys: how near reconstructed curves come to those of the real patients.

For every set of figures the mean distance of the survival curves over the arm's follow-up, and the
relative error of the restricted mean up to the earlier end of both arms; beside it the exponential
curves that people write down by hand, from a median and the hazard ratio.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from development import DATA, SETS, analysis, names, patients

from survkit.kernels import EventTable, restricted_mean, survival_at, tabulate_arm
from survkit.reconstruction import reconstruct

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from survkit.trial import Analysis

LABELS = {
    "ratio": "patients, medians, hazard ratio",
    "events": "+ events, interval of the hazard ratio",
    "median-interval": "+ intervals of the medians",
    "survival": "+ survival at three times, with intervals",
    "risk-table": "+ numbers at risk",
}
FURTHER_LABELS = {
    "quartiles": "quartiles, with intervals",
    "median-follow-up": "median follow-up, with interval",
    "restricted-means": "restricted means and their difference, with intervals",
}
BESIDE = "median-interval"
"""What goes in together with one further kind of figure."""


def main() -> int:
    """Print the table, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", type=Path, help="also write the table, as Markdown")
    options = parser.parse_args()
    found = names(options.data)
    if not found:
        print(f"no data sets in {options.data}: nothing measured")
        return 0
    rows = [_row("exponential curves, by hand", [_by_hand(options.data, name) for name in found])]
    for figures in SETS[:-1]:
        errors = [_ours(options.data, name, figures) for name in found]
        rows.append(_row(LABELS[figures], errors))
        print(" | ".join(rows[-1]), flush=True)
    further = []
    for kind, label in FURTHER_LABELS.items():
        errors = [_ours(options.data, name, BESIDE, also=[kind]) for name in found]
        further.append(_row(label, errors))
        print(" | ".join(further[-1]), flush=True)
    if options.write:
        text = TEXT.format(trials=len(found), table=_table(rows), further=_table(further))
        options.write.write_text(text, "utf-8")
    return 0


def _table(rows: list[tuple[str, str, str, str]]) -> str:
    lines = ["| figures that go in | mean distance | 90 % | error of the restricted mean |"]
    lines += ["| --- | --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


TEXT = """# What each printed figure buys

{trials} real two-arm trials whose patients are known: their figures are printed as a journal would,
patients are reconstructed from ever more of them, and the survival curves are held against the real
ones. Distances are differences of survival probabilities, averaged over an arm's follow-up, the two
arms and the trials; the maximum follow-up goes in throughout. `benchmarks/bench_accuracy.py --write
docs/accuracy.md` made this page.

{table}

Beside all up to the intervals of the medians, one further kind of figure:

{further}

Nearly every printed figure agrees to the last digit in these reconstructions, and yet the
curves differ from the real ones: that is how much the printed figures leave open. Percentages at
a few times are worth most, and quartiles with their intervals nearly as much.
"""


def _row(label: str, errors: list[tuple[float, float]]) -> tuple[str, str, str, str]:
    distance, mean = np.array(errors).T
    return (
        label,
        f"{distance.mean():.4f}",
        f"{np.quantile(distance, 0.9):.4f}",
        f"{mean.mean():.1%}",
    )


def _ours(data: Path, name: str, figures: str, also: Sequence[str] = ()) -> tuple[float, float]:
    made = reconstruct(analysis(data, name, figures, also=also))
    tables = [arm_table(made[made["arm"] == arm]) for arm in ("reference", "experimental")]
    return _compare(data, name, tables)


def _by_hand(data: Path, name: str) -> tuple[float, float]:
    """Measure exponential curves, as tables of a sample so large that their steps are smooth."""
    asked = analysis(data, name, "ratio")
    hazards = _exponential_hazards(asked)
    share = (np.arange(2_000) + 0.5) / 2_000
    tables = [tabulate_arm(-np.log1p(-share) / hazard, share < 1.0) for hazard in hazards]
    return _compare(data, name, tables)


def _exponential_hazards(asked: Analysis) -> list[float]:
    """Hazards from the reference median and the ratio, or from the other median."""
    ratio = asked.contrasts[0].hazard_ratio
    assert ratio is not None
    medians = [arm.median.printed.value for arm in asked.arms if arm.median]
    ends = [arm.max_follow_up.printed.value for arm in asked.arms if arm.max_follow_up]
    if math.isfinite(medians[0]):
        reference = math.log(2.0) / medians[0]
    elif math.isfinite(medians[1]):
        reference = math.log(2.0) / medians[1] / ratio.printed.value
    else:
        reference = math.log(4.0 / 3.0) / max(ends)
    return [reference, reference * ratio.printed.value]


def _compare(data: Path, name: str, tables: list[EventTable]) -> tuple[float, float]:
    real = patients(data, name)
    arms = [real[real["arm"] == arm] for arm in (0, 1)]
    ends = [float(arm["time"].max()) for arm in arms]
    truth = [arm_table(arm) for arm in arms]
    distances = [curve_distance(*three) for three in zip(truth, tables, ends, strict=True)]
    means = [
        abs(restricted_mean(made, min(ends)).mean / restricted_mean(own, min(ends)).mean - 1.0)
        for own, made in zip(truth, tables, strict=True)
    ]
    return float(np.mean(distances)), float(np.mean(means))


def arm_table(arm: pd.DataFrame) -> EventTable:
    """Tabulate the events of one arm."""
    return tabulate_arm(arm["time"], arm["event"] == 1)


def curve_distance(one: EventTable, other: EventTable, end: float) -> float:
    """Mean absolute difference of two curves up to an end, integrated exactly."""
    times = np.concatenate(([0.0, end], one.time[one.time < end], other.time[other.time < end]))
    times = np.unique(times)
    apart = np.abs(survival_at(one, times[:-1]) - survival_at(other, times[:-1]))
    return float((apart * np.diff(times)).sum() / end)


if __name__ == "__main__":
    sys.exit(main())
