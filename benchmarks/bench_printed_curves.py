"""What printed figures add to a drawn curve: trials with both, each set of figures in turn.

The curves are those of the development sets, digitized with noise; the figures what a journal
prints of the same patients. The first row is the curve with numbers at risk and events alone;
every further row adds one kind of figure to those before it.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from development import DATA, document
from digitized_curves import Sample, sample

from survkit.kernels import fit_two_arm_cox, survival_at, tabulate_arm, tabulate_two_arms
from survkit.reconstruction import Reconstruction, reconstruct_analysis
from survkit.trial import Analysis, trial_from_document

ARMS = ("reference", "experimental")
ALONE = "curve, numbers at risk, events"
ROWS = (
    ALONE,
    "longest follow-up",
    "medians",
    "their intervals",
    "hazard ratio",
    "its interval",
    "log-rank p",
    "survival at three times, with intervals",
)
"""Kinds of figures, each with all before it."""
_OF_ARMS = {"max_follow_up": "longest follow-up", "median": "medians", "survival": ROWS[-1]}
_OF_CONTRASTS = {"hazard_ratio": "hazard ratio", "p_value": "log-rank p"}

HEADER = (
    "| figures beside the curve | all figures to the digit | curves followed | "
    "mean abs. error of S | abs. error of log HR | HR to 2 decimals | s per trial |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one trial came out."""

    name: str
    met: bool
    followed: bool
    survival: tuple[float, ...]
    log_ratio: float
    same_ratio: bool
    seconds: float


def main() -> int:
    """Run the rows asked for and print the table; write it where asked to."""
    options = _options()
    names = sorted(
        path.stem.removesuffix(".arm0") for path in (options.data / "curves").glob("*.arm0.csv")
    )[options.first :: options.every]
    if not names:
        print(f"no curves in {options.data}: nothing measured")
        return 0
    lines = [
        "# Curves and printed figures together",
        "",
        f"`benchmarks/bench_printed_curves.py --every {options.every} --first {options.first} "
        f"--write docs/curves-and-figures.md` made this page from {len(names)} trials: real "
        "patients, whose curves were digitized with noise and whose figures are printed as a "
        "journal prints them. Each row has the figures of those above it, too. Pairs are medians "
        "and 90 % quantiles; times are processor times.",
        "",
        HEADER,
    ]
    missed: list[str] = []
    for row in options.rows:
        scores = [_score(options.data, name, row) for name in names]
        lines.append(_line(row, scores))
        missed += [f"{row}: {score.name}" for score in scores if not score.met]
    lines += ["", f"Not all figures met: {', '.join(missed) or 'nowhere'}."]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        options.write.write_text(text)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--every", type=int, default=5, help="only every so many trials")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS)
    parser.add_argument("--write", type=Path, help="file to write the table to")
    return parser.parse_args()


def _analysis(data: Path, name: str, row: str) -> Analysis:
    """Return the figures of a row, with the curves of both arms."""
    stated = document(data, name, "p-value")
    analysis = stated["analysis"][0]
    known = ROWS[: ROWS.index(row) + 1]
    (contrast,) = analysis["contrast"]
    for arm in analysis["arm"]:
        _leave_out(arm, _OF_ARMS, known)
        arm["curve"] = [{"file": f"{name}.arm{ARMS.index(arm['id'])}.csv"}]
        if "their intervals" not in known:
            arm.get("median", {}).pop("ci", None)
    _leave_out(contrast, _OF_CONTRASTS, known)
    if "its interval" not in known:
        contrast.get("hazard_ratio", {}).pop("ci", None)
    if "hazard ratio" not in known:
        del analysis["contrast"]
    return trial_from_document(stated, origin=name, folder=data / "curves").analyses[0]


def _leave_out(of: dict[str, Any], rows: dict[str, str], known: tuple[str, ...]) -> None:
    """Take away the figures whose rows are still to come."""
    for key in [key for key, row in rows.items() if row not in known]:
        of.pop(key, None)


def _score(data: Path, name: str, row: str) -> Score:
    analysis = _analysis(data, name, row)
    real = {arm: sample(data, name, number) for number, arm in enumerate(ARMS)}
    start = time.process_time()
    found = reconstruct_analysis(analysis)
    seconds = time.process_time() - start
    made = {arm: _patients(found, arm) for arm in ARMS}
    true = _log_ratio(*((real[arm].time, real[arm].event) for arm in ARMS))
    ratio = _log_ratio(*(made[arm] for arm in ARMS))
    return Score(
        name=name,
        met=found.met,
        followed=all(match.followed for match in found.curves),
        survival=tuple(_off(real[arm], *made[arm]) for arm in ARMS),
        log_ratio=abs(ratio - true),
        same_ratio=f"{math.exp(ratio):.2f}" == f"{math.exp(true):.2f}",
        seconds=seconds,
    )


def _patients(found: Reconstruction, arm: str) -> tuple[np.ndarray, np.ndarray]:
    own = found.ipd[found.ipd["arm"] == arm]
    return own["time"].to_numpy(), own["event"].to_numpy() == 1


def _off(real: Sample, times: np.ndarray, events: np.ndarray) -> float:
    grid = np.linspace(0.0, real.time.max(), 2001)
    found = survival_at(tabulate_arm(times, events), grid)
    return float(np.abs(found - survival_at(tabulate_arm(real.time, real.event), grid)).mean())


def _log_ratio(*arms: tuple[np.ndarray, np.ndarray]) -> float:
    times, events = (np.concatenate(part) for part in zip(*arms, strict=True))
    experimental = np.arange(times.size) >= arms[0][0].size
    return fit_two_arm_cox(tabulate_two_arms(times, events, experimental)).log_hazard_ratio


def _line(row: str, scores: list[Score]) -> str:
    cells = (
        f"{100 * np.mean([score.met for score in scores]):.1f} %",
        f"{100 * np.mean([score.followed for score in scores]):.1f} %",
        _pair([off for score in scores for off in score.survival], ".4f"),
        _pair([score.log_ratio for score in scores], ".4f"),
        f"{100 * np.mean([score.same_ratio for score in scores]):.1f} %",
        _pair([score.seconds for score in scores], ".1f"),
    )
    title = row if row == ALONE else f"+ {row}"
    return f"| {title} | " + " | ".join(cells) + " |"


def _pair(values: list[float], form: str) -> str:
    median, high = np.quantile(values, [0.5, 0.9])
    return f"{median:{form}} / {high:{form}}"


if __name__ == "__main__":
    sys.exit(main())
