"""Whether sub-groups add up: real trials divided by a factor, every group's figures met at once.

The real patients of a trial are divided into two or three groups, by a factor that is unrelated to
their outcome or by one that goes with it. Journal figures of the whole and of every group go in;
the groups' patients must be the whole's patients, and all must print as the real ones do. Groups
that stand alone are counted: their figures are met, but they do not add up to the whole. Curves of
the groups are held against those of the real groups, and so are those of the same groups that are
reconstructed by themselves. What is learned comes from other publications than the trial at hand.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from bench_accuracy import arm_table, curve_distance
from development import DATA, names, patients
from folds import learned_apart

from survkit.comparison import Verdict, compare_figures
from survkit.kernels import (
    fit_two_arm_cox,
    quantile_interval,
    quantile_time,
    tabulate_arm,
    tabulate_two_arms,
)
from survkit.printed import Printed
from survkit.reconstruction import Family, reconstruct_analysis
from survkit.refit import refit_ipd
from survkit.trial import trial_from_document

if TYPE_CHECKING:
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Trial

Z = 1.959963984540054
FIGURES = {
    "rows": ("events",),
    "medians": ("median",),
    "both": ("events", "median"),
    "all": ("events", "median", "interval"),
}
"""What is printed of each group besides its patients and its hazard ratio with interval."""
ARMS = ("reference", "experimental")
FEWEST_EVENTS = 15
"""Events in each arm of a group below which a hazard ratio is hardly ever printed."""


def main() -> int:
    """Run every data set, print what is missed and the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--every", type=int, default=1, help="take every so manieth data set")
    parser.add_argument("--figures", choices=FIGURES, default="rows")
    options = parser.parse_args()
    found = names(options.data)[:: options.every]
    if not found:
        print("no data sets: nothing measured")
        return 0
    rows = []
    priors = learned_apart(options.data)
    for index, name in enumerate(found):
        for related in (False, True):
            data = patients(options.data, name)
            parts = _parts(data, 2 + index % 2, related=related)
            if parts:
                trial = _divided(data, parts, name, options.figures)
                rows.append(_run(trial, parts, priors[name]) | {"name": name, "related": related})
    table = pd.DataFrame(rows)
    summary = table.groupby("related").agg(
        trials=("met", "size"),
        met=("met", "mean"),
        figures=("figures", "sum"),
        missed=("missed", "sum"),
        alone=("alone", "sum"),
        distance=("distance", "mean"),
        by_themselves=("by_themselves", "mean"),
        seconds=("seconds", "median"),
        longest=("seconds", "max"),
    )
    print(summary.to_string(float_format=lambda value: f"{value:.3f}"))
    return 0


def _run(trial: Trial, real: list[pd.DataFrame], prior: PopulationPrior) -> dict[str, Any]:
    start = time.perf_counter()
    family = Family(trial.analyses, prior=prior)
    found = [family.reconstruct(analysis) for analysis in trial.analyses]
    seconds = time.perf_counter() - start
    parts = [own.ipd for own in found]
    alone = sum(own.within is None for own in found[1:])
    if not alone:
        together = pd.concat(parts[1:]).sort_index()
        assert together.equals(parts[0]), "the groups are not the whole"
    compared = [
        (analysis.id, comparison)
        for analysis, ipd in zip(trial.analyses, parts, strict=True)
        for comparison in compare_figures(analysis.figures, refit_ipd(ipd, analysis).estimates)
    ]
    missed = [
        f"{trial.name} {name}: {c.figure.key} {c.figure.printed}, {c.estimate:.5f}"
        for name, c in compared
        if c.verdict is not Verdict.REPRODUCED
    ]
    print("".join(f"{line}\n" for line in missed), end="", flush=True)
    by_themselves = [reconstruct_analysis(one, prior=prior).ipd for one in trial.analyses[1:]]
    return {
        "distance": _distance(real, parts[1:]),
        "by_themselves": _distance(real, by_themselves),
        "met": not missed and not alone,
        "alone": alone,
        "figures": len(compared),
        "missed": len(missed),
        "seconds": seconds,
    }


def _distance(real: list[pd.DataFrame], made: list[pd.DataFrame]) -> float:
    """Mean distance of the groups' curves from the real ones, over each arm's follow-up."""
    return float(
        np.mean(
            [
                curve_distance(arm_table(own), arm_table(other), float(own["time"].max()))
                for group, patients in zip(real, made, strict=True)
                for number, arm in enumerate(ARMS)
                for own in [group[group["arm"] == number]]
                for other in [patients[patients["arm"] == arm]]
            ]
        )
    )


def _parts(data: pd.DataFrame, groups: int, *, related: bool) -> list[pd.DataFrame]:
    """Divide patients by a factor; empty where a group is too small to be printed."""
    generator = np.random.default_rng(len(data))
    score = generator.normal(size=len(data))
    if related:
        score += 0.8 * data["time"].rank().to_numpy() / len(data)
    group = np.searchsorted(np.quantile(score, np.arange(1, groups) / groups), score)
    parts = [data[group == number] for number in range(groups)]
    events = [part.groupby("arm")["event"].sum().reindex([0, 1], fill_value=0) for part in parts]
    return [] if min(own.min() for own in events) < FEWEST_EVENTS else parts


def _divided(data: pd.DataFrame, parts: list[pd.DataFrame], name: str, figures: str) -> Trial:
    """Print a trial and its groups."""
    analyses = [_analysis("all", data, FIGURES["all"])]
    analyses += [
        _analysis(f"group-{number}", part, FIGURES[figures])
        | {"of": "all", "by": "factor", "subgroup": str(number)}
        for number, part in enumerate(parts)
    ]
    document = {
        "spec_version": 1,
        "id": "divided",
        "name": name,
        "sources": {"kmdata": {"citation": "R package kmdata"}},
        "analysis": analyses,
    }
    return trial_from_document(document, origin=name)


def _analysis(name: str, data: pd.DataFrame, figures: tuple[str, ...]) -> dict[str, Any]:
    arms = [data[data["arm"] == arm] for arm in (0, 1)]
    table = tabulate_two_arms(data["time"], data["event"] == 1, data["arm"] == 1)
    fit = fit_two_arm_cox(table)
    limits = [_printed(limit, "0.00") for limit in fit.limits(Z)]
    return {
        "id": name,
        "endpoint": "OS",
        "time_unit": "month",
        "source": "kmdata",
        "arm": [_arm(label, own, figures) for label, own in zip(ARMS, arms, strict=True)],
        "contrast": [
            {
                "experimental": "experimental",
                "reference": "reference",
                "hazard_ratio": {"value": _printed(fit.hazard_ratio, "0.00"), "ci": limits},
            }
        ],
    }


def _arm(name: str, own: pd.DataFrame, figures: tuple[str, ...]) -> dict[str, Any]:
    table = tabulate_arm(own["time"], own["event"] == 1)
    interval = quantile_interval(table, 0.5, z=Z)
    limits = [_printed(limit, "0.0") for limit in (interval.lower, interval.upper)]
    stated: dict[str, Any] = {"id": name, "n": len(own)}
    if "events" in figures:
        stated["events"] = int(own["event"].sum())
    if "median" in figures:
        stated["median"] = {"value": _printed(quantile_time(table, 0.5), "0.0")}
    if "interval" in figures:
        stated["median"]["ci"] = limits
    return stated


def _printed(value: float, digits: str) -> Decimal | str:
    text = Printed.parse(digits).render(value)
    return Decimal(text) if text[0].isdigit() else text


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
