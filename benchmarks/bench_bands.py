"""Do bands hold what they promise? Ensembles of the development sets against their real patients.

Every prior that is learned comes from other publications than the trial at hand. For every set of
figures: how often bands of survival hold the real curve, at four levels and at 19 times of each
arm's follow-up (those for which survival is printed are left out), how wide they are, how often the
90 % band of whole curves holds the whole curve, and how often 90 % intervals hold the difference of
restricted means and, where it was left out, the hazard ratio.

The last lines say, for each level and all figures together, which spreads about the middle bring
the sets of the other folds nearest to the level, figures by figures in least squares, and what
these hold of the sets that are measured.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from development import DATA, analysis, names, patients
from folds import learned_apart
from numpy.typing import NDArray

from survkit.ensembles.bands import (
    WHOLE_SPREAD,
    interval,
    reach_of_steps,
    reach_of_whole,
    spread_at,
)
from survkit.ensembles.curves import curves_of_arms
from survkit.ensembles.drawing import Member
from survkit.errors import ReconstructionError, SurvkitError
from survkit.kernels import (
    fit_two_arm_cox,
    restricted_mean,
    survival_at,
    tabulate_arm,
    tabulate_two_arms,
)
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.draws import draw_prior
from survkit.reconstruction.population.fit import fit_population

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.ensembles.curves import ArmCurves
    from survkit.kernels import EventTable
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis

Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.9, 0.95)
FIGURES = {
    "ratio": "n, medians, hazard ratio",
    "events": "+ events, interval of the hazard ratio",
    "median-interval": "+ intervals of the medians",
    "survival": "+ survival at three times",
    "no-ratio": "n, medians with intervals, events; no hazard ratio",
}
WITHOUT_RATIO = "no-ratio"
FOLDS = 5
SHARES = np.linspace(0.05, 0.95, 19)
MOST_DRAWS = 25
ARMS = ("reference", "experimental")
SPREADS = np.arange(0.6, 2.2, 0.02)
WHOLE_LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Drawn:
    """One data set: real curves, those of the members at the same times, and what else is held."""

    name: str
    truth: list[Floats]
    curves: list[ArmCurves]
    whole: list[float]
    difference: tuple[float, Floats]
    log_ratio: tuple[float, Floats]
    redrawn: int


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--every", type=int, default=5, help="only every so many sets")
    parser.add_argument("--first", type=int, default=0, help="the first set that is taken")
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--figures", choices=FIGURES, nargs="*", default=list(FIGURES))
    parser.add_argument("--without-follow-up", action="store_true")
    options = parser.parse_args()
    found = names(options.data)[options.first :: options.every]
    if not found:
        print(f"no data sets in {options.data}: nothing measured")
        return 0
    priors = learned_apart(options.data)
    measured = {}
    for figures in options.figures:
        begun = time.process_time()
        drawn = []
        for name in found:
            asked = _analysis(options.data, name, figures, follow_up=not options.without_follow_up)
            try:
                drawn.append(_draw(options.data, name, asked, priors[name], options.members))
            except SurvkitError as error:
                print(f"{name}: {error}")
        measured[figures] = drawn
        _report(FIGURES[figures], drawn, time.process_time() - begun)
    _by_folds(measured)
    return 0


def _analysis(data: Path, name: str, figures: str, *, follow_up: bool) -> Analysis:
    """Print figures of a set, the hazard ratio left out where it is to be predicted."""
    if figures != WITHOUT_RATIO:
        return analysis(data, name, figures, follow_up=follow_up)
    asked = analysis(data, name, "median-interval", follow_up=follow_up)
    contrast = asked.contrasts[0].model_copy(update={"hazard_ratio": None})
    return asked.model_copy(update={"contrasts": (contrast,)})


def _draw(data: Path, name: str, asked: Analysis, prior: PopulationPrior, members: int) -> Drawn:
    """Draw an ensemble as `survkit.ensemble` does, with a prior that has not seen the trial."""
    widened = fit_population(read_constraints(asked), prior=prior).widened
    made = [_member(asked, prior, widened, number) for number in range(1, members + 1)]
    real = patients(data, name)
    arms = [real[real["arm"] == arm] for arm in (0, 1)]
    tables = [tabulate_arm(arm["time"], arm["event"] == 1) for arm in arms]
    horizon = 0.8 * min(float(arm["time"].max()) for arm in arms)
    truth, curves, whole = [], [], []
    for place, (arm, table) in enumerate(zip(arms, tables, strict=True)):
        printed = [float(point.time) for point in asked.arms[place].survival]
        times = [
            at for at in SHARES * float(arm["time"].max()) if not np.isclose(at, printed).any()
        ]
        truth.append(survival_at(table, times))
        curves.append(curves_of_arms(asked, made, times)[place])
        whole.append(_needed(curves_of_arms(asked, made)[place], table, float(arm["time"].max())))
    fit = fit_two_arm_cox(tabulate_two_arms(real["time"], real["event"] == 1, real["arm"] == 1))
    return Drawn(
        name=name,
        truth=truth,
        curves=curves,
        whole=whole,
        difference=(
            (_area(tables[1], horizon) - _area(tables[0], horizon)) / horizon,
            np.array([_difference(one, horizon) for one in made]),
        ),
        log_ratio=(
            math.log(fit.hazard_ratio),
            np.array([_log_ratio(one) for one in made]),
        ),
        redrawn=sum(one.redrawn for one in made),
    )


def _member(asked: Analysis, prior: PopulationPrior, widened: float, number: int) -> Member:
    for redrawn in range(MOST_DRAWS):
        seed = np.random.SeedSequence(1, spawn_key=(number, redrawn))
        try:
            made = reconstruct_analysis(asked, prior=draw_prior(prior, seed, widened=widened))
        except ReconstructionError:
            continue
        if made.met:
            return Member(number=number, redrawn=redrawn, reconstruction=made)
    msg = f"no draw of {MOST_DRAWS} prints every figure"
    raise SurvkitError(msg)


def _needed(curves: ArmCurves, table: EventTable, end: float) -> float:
    """Return by how much the 90 % band of whole curves must grow to hold the whole real curve."""
    middle, below, above = reach_of_whole(curves, WHOLE_LEVEL)
    away = survival_at(table, curves.time) - middle
    needed = np.where(away < 0.0, -away / below, away / above)
    return float(np.nanmax(needed[curves.time <= end]))


def _area(table: EventTable, horizon: float) -> float:
    return restricted_mean(table, horizon).mean


def _difference(member: Member, horizon: float) -> float:
    ipd = member.reconstruction.ipd
    tables = [
        tabulate_arm(rows["time"], rows["event"] == 1)
        for arm in ARMS
        for rows in [ipd[ipd["arm"] == arm]]
    ]
    return (_area(tables[1], horizon) - _area(tables[0], horizon)) / horizon


def _log_ratio(member: Member) -> float:
    ipd = member.reconstruction.ipd
    table = tabulate_two_arms(ipd["time"], ipd["event"] == 1, ipd["arm"] == "experimental")
    return math.log(fit_two_arm_cox(table).hazard_ratio)


def _points(one: Drawn, level: float) -> tuple[Floats, Floats]:
    """
    Return, for every time of both arms, by how much the band must grow to hold the real curve.

    Beside it the width of the band as it is made.
    """
    needed, widths = [], []
    spread = spread_at(level)
    for truth, curves in zip(one.truth, one.curves, strict=True):
        further = reach_of_steps(level, curves.n)
        for real, column in zip(truth, curves.survival.T, strict=True):
            lower, middle, upper = interval(column, level)
            if math.isnan(lower):
                continue
            beyond = max(abs(real - middle) - further, 0.0)
            side = upper - middle if real > middle else middle - lower
            needed.append(beyond / max(side, 1e-12))
            ends = middle + spread * (upper - middle), middle - spread * (middle - lower)
            widths.append(min(ends[0] + further, 1.0) - max(ends[1] - further, 0.0))
    return np.array(needed), np.array(widths)


def _inside(one: Drawn, level: float, spread: float) -> tuple[float, float]:
    """Return the share of times at which the band holds the real curve, and its mean width."""
    needed, widths = _points(one, level)
    return float((needed <= spread).mean()), float(widths.mean())


def _report(label: str, drawn: Sequence[Drawn], seconds: float) -> None:
    """Print what the bands of one set of figures hold, as `survkit.ensemble` makes them."""
    print(f"{label}, {len(drawn)} sets")
    for level in LEVELS:
        pairs = [_inside(one, level, spread_at(level)) for one in drawn]
        held, width = np.mean(pairs, axis=0)
        error = np.std([pair[0] for pair in pairs]) / math.sqrt(len(pairs))
        print(f"    {level:.0%}: {held:.3f} ± {error:.3f}, width {width:.3f}")
    whole = np.mean([needed <= WHOLE_SPREAD for one in drawn for needed in one.whole])
    print(f"    whole curves in their 90 % band: {whole:.3f}")
    for name, what in SCALARS.items():
        print(f"    90 % of {what}: {_held([getattr(one, name) for one in drawn])}")
    repeated = sum(one.redrawn for one in drawn)
    print(f"    {repeated} draws repeated; {seconds / len(drawn):.1f} s a set")
    sys.stdout.flush()


SCALARS = {
    "difference": "differences of restricted means, as shares of the horizon",
    "log_ratio": "log hazard ratios",
}


def _held(pairs: Sequence[tuple[float, Floats]]) -> str:
    ends = [(real, interval(values, 0.9)) for real, values in pairs]
    inside = np.mean([lower <= real <= upper for real, (lower, _, upper) in ends])
    width = np.mean([upper - lower for _, (lower, _, upper) in ends])
    return f"{inside:.3f}, width {width:.3f}"


def _held_by_spread(one: Drawn, level: float) -> Floats:
    needed, _ = _points(one, level)
    return (needed[:, None] <= SPREADS).mean(axis=0)


def _by_folds(measured: Mapping[str, Sequence[Drawn]]) -> None:
    """Choose spreads for all figures together on the other folds, and hold them against each."""
    for level in LEVELS:
        tables = [
            np.array([_held_by_spread(one, level) for one in drawn]) for drawn in measured.values()
        ]
        _choose(f"{level:.0%}", tables, level)
    whole = [
        np.array([(np.array(one.whole)[:, None] <= SPREADS).mean(axis=0) for one in drawn])
        for drawn in measured.values()
    ]
    _choose("whole curves", whole, WHOLE_LEVEL)


def _choose(what: str, tables: Sequence[Floats], level: float) -> None:
    """
    Print which spreads the other folds choose, and what these hold for each set of figures.

    A table has the shares held of each data set, by spread. What is chosen brings all sets of
    figures near the level, in least squares.
    """
    chosen: list[float] = []
    held: list[list[float]] = [[] for _ in tables]
    for number in range(FOLDS):
        others = np.array([one[_fold_of(len(one)) != number].mean(axis=0) for one in tables])
        best = int(np.argmin(((others - level) ** 2).sum(axis=0)))
        chosen.append(round(float(SPREADS[best]), 2))
        for values, table in zip(held, tables, strict=True):
            values.extend(table[_fold_of(len(table)) == number, best].tolist())
    shares = ", ".join(f"{np.mean(values):.3f}" for values in held)
    print(f"{what}, spreads chosen on the other folds {chosen}: {shares}")


def _fold_of(sets: int) -> NDArray[np.int64]:
    """Return the fold of each set; neighbours by name share their publication."""
    return np.arange(sets) * FOLDS // sets


if __name__ == "__main__":
    sys.exit(main())
