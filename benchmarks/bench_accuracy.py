"""What each printed figure buys: how near reconstructed curves come to those of the real patients.

Every prior that is learned comes from other publications than the trial at hand. For every set of
figures the mean distance of the survival curves over the arm's follow-up, and the
relative error of the restricted mean up to the earlier end of both arms; beside it the exponential
curves that people write down by hand, from a median and the hazard ratio.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from development import DATA, SETS, analysis, names, patients
from folds import FOLDS, learned_apart
from taken_apart import KINDS, kind_of, take_apart

from survkit.kernels import EventTable, restricted_mean, survival_at, tabulate_arm
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.population.priors import SMOOTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from survkit.reconstruction.population.prior import PopulationPrior
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
    "overall": "median follow-up of all arms together",
}
BESIDE = "median-interval"
"""What goes in together with one further kind of figure."""


WITHOUT_FOLLOW_UP = ("ratio", "events", "median-interval")
"""What goes in where the follow-up does not."""
USUAL_RATIO = (0.6, 1.6)
"""Assumed over true follow-up that is near enough."""


@dataclass(frozen=True, slots=True)
class Near:
    """How near one reconstruction comes: of curves, of the restricted mean, and its follow-up."""

    distance: float
    mean: float
    follow_up: float


def main() -> int:
    """Print the tables, and write them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--every", type=int, default=1, help="only every so many sets")
    parser.add_argument("--write", type=Path, help="also write the tables, as Markdown")
    options = parser.parse_args()
    found = names(options.data)[:: options.every]
    if not found:
        print(f"no data sets in {options.data}: nothing measured")
        return 0
    priors = {"smooth": dict.fromkeys(found, SMOOTH), "learned": learned_apart(options.data)}
    hand = _row([_by_hand(options.data, name) for name in found])
    rows = [("exponential curves, by hand", hand, ("",) * len(hand))]
    rows += [_both(LABELS[figures], options.data, found, priors, figures) for figures in SETS[:-1]]
    without = [
        _both(LABELS[figures], options.data, found, priors, figures, follow_up=False)
        for figures in WITHOUT_FOLLOW_UP
    ]
    further = [
        _both(label, options.data, found, priors, BESIDE, also=[kind])
        for kind, label in FURTHER_LABELS.items()
    ]
    apart = [_taken_apart(options.data, found, priors["learned"], figures) for figures in SETS[:-1]]
    if options.write:
        text = TEXT.format(
            trials=len(found),
            folds=FOLDS,
            table=_table(rows, _MEASURES),
            without=_table(without, (*_MEASURES, _FOLLOW_UP)),
            further=_table(further, _MEASURES),
            apart=_table(apart, _PARTS),
        )
        options.write.write_text(text, "utf-8")
    return 0


_MEASURES = ("mean distance", "90 %", "error of the restricted mean")
_FOLLOW_UP = "follow-up within 0.6 to 1.6"
_PARTS = (
    "patients",
    "their population",
    "noise of the sample",
    *(f"{one}: population" for one in KINDS),
)

Cells: TypeAlias = tuple[str, ...]


def _both(
    label: str,
    data: Path,
    found: Sequence[str],
    priors: Mapping[str, Mapping[str, PopulationPrior]],
    figures: str,
    *,
    follow_up: bool = True,
    also: Sequence[str] = (),
) -> tuple[str, Cells, Cells]:
    """Measure with either prior, on the same sets in turn, and say how long both took."""
    asked = [analysis(data, name, figures, follow_up=follow_up, also=also) for name in found]
    measured: dict[str, list[Near]] = {prior: [] for prior in priors}
    ratios = []
    for name, one in zip(found, asked, strict=True):
        spent = []
        for prior, by_name in priors.items():
            begun = time.process_time()
            made = reconstruct_analysis(one, prior=by_name[name]).ipd
            spent.append(time.process_time() - begun)
            measured[prior].append(_near(data, name, made))
        ratios.append(spent[1] / spent[0])
    smooth, learned = (_row(errors, follow_up=follow_up) for errors in measured.values())
    median = float(np.median(ratios))
    print(" | ".join((label, "learned", *learned, "smooth", *smooth, f"time {median:.2f}")))
    sys.stdout.flush()
    return label, learned, smooth


def _taken_apart(
    data: Path, found: Sequence[str], priors: Mapping[str, PopulationPrior], figures: str
) -> tuple[str, Cells, Cells]:
    """Measure where the distance lies, with the learned prior, and by kind of endpoint."""
    patients_apart, parts, kinds = [], [], []
    for name in found:
        asked = analysis(data, name, figures)
        truth, ends = _real(data, name)
        made = reconstruct_analysis(asked, prior=priors[name]).ipd
        patients_apart.append(_near(data, name, made).distance)
        parts.append(take_apart(asked, priors[name], truth, ends))
        kinds.append(kind_of(asked.endpoint))
    of_kind = [
        [one.population for one, k in zip(parts, kinds, strict=True) if k == kind] for kind in KINDS
    ]
    means = (
        np.mean(patients_apart),
        np.mean([one.population for one in parts]),
        np.mean([one.noise for one in parts]),
        *(np.mean(one) if one else math.nan for one in of_kind),
    )
    cells = tuple(f"{mean:.4f}" for mean in means)
    print(" | ".join((LABELS[figures], *cells)))
    sys.stdout.flush()
    return LABELS[figures], cells, ("",) * len(cells)


def _table(rows: Sequence[tuple[str, Cells, Cells]], measures: Sequence[str]) -> str:
    """Write the measures side by side, those of the smooth prior in brackets."""
    lines = [
        f"| figures that go in | {' | '.join(measures)} |",
        "| --- " * (len(measures) + 1) + "|",
    ]
    for label, learned, smooth in rows:
        pairs = zip(learned, smooth, strict=True)
        cells = [one + (f" ({other})" if other else "") for one, other in pairs]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


TEXT = """# What each printed figure buys

{trials} real two-arm trials whose patients are known: their figures are printed as a journal would,
patients are reconstructed from ever more of them, and the survival curves are held against the real
ones. Distances are differences of survival probabilities, averaged over an arm's follow-up, the two
arms and the trials. The learned prior is cross-validated: it comes from the publications of the
other {folds} folds less one; in brackets, the smooth prior on the same figures.
`benchmarks/bench_accuracy.py --write docs/accuracy.md` made this page.

With the maximum follow-up printed:

{table}

Without it; beside the distances, the share of trials whose assumed follow-up is 0.6 to 1.6 times
the real one:

{without}

With follow-up and all up to the intervals of the medians, one further kind of figure:

{further}

Where the distance lies, with the follow-up printed and the learned prior. Patients are whole and
print every digit; the population that they are drawn from meets the figures in expectation. Real
patients are a sample: its noise alone, if hazards were known exactly, would leave the third column,
which these figures and no prior can take away. On the right the population again, by kind of
endpoint: progression is seen at visits, whose interval is not printed, and its curves fall in
steps.

{apart}

Nearly every printed figure agrees to the last digit in these reconstructions, and yet the
curves differ from the real ones: that is how much the printed figures leave open. Percentages at
a few times are worth most, and quartiles with their intervals nearly as much.
"""


def _row(errors: Sequence[Near], *, follow_up: bool = True) -> Cells:
    distance = np.array([one.distance for one in errors])
    cells = (
        f"{distance.mean():.4f}",
        f"{np.quantile(distance, 0.9):.4f}",
        f"{np.mean([one.mean for one in errors]):.1%}",
    )
    if follow_up:
        return cells
    within = [USUAL_RATIO[0] <= one.follow_up <= USUAL_RATIO[1] for one in errors]
    return (*cells, f"{np.mean(within):.0%}")


def _near(data: Path, name: str, made: pd.DataFrame) -> Near:
    tables = [arm_table(made[made["arm"] == arm]) for arm in ("reference", "experimental")]
    return _compare(data, name, tables, float(made["time"].max()))


def _by_hand(data: Path, name: str) -> Near:
    """Measure exponential curves, as tables of a sample so large that their steps are smooth."""
    asked = analysis(data, name, "ratio")
    hazards = _exponential_hazards(asked)
    share = (np.arange(2_000) + 0.5) / 2_000
    tables = [tabulate_arm(-np.log1p(-share) / hazard, share < 1.0) for hazard in hazards]
    return _compare(data, name, tables, math.inf)


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


def _compare(data: Path, name: str, tables: list[EventTable], last: float) -> Near:
    truth, ends = _real(data, name)
    distances = [curve_distance(*three) for three in zip(truth, tables, ends, strict=True)]
    means = [
        abs(restricted_mean(made, min(ends)).mean / restricted_mean(own, min(ends)).mean - 1.0)
        for own, made in zip(truth, tables, strict=True)
    ]
    return Near(float(np.mean(distances)), float(np.mean(means)), last / max(ends))


def _real(data: Path, name: str) -> tuple[list[EventTable], list[float]]:
    """Tabulate the real patients of both arms, with their last times."""
    real = patients(data, name)
    arms = [real[real["arm"] == arm] for arm in (0, 1)]
    return [arm_table(arm) for arm in arms], [float(arm["time"].max()) for arm in arms]


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
