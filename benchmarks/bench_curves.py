"""How near patients decoded from a curve come to the real ones: ours, Guyot's, Liu's.

The curves are those of the development sets, digitized with noise, exact, or damaged. Times are
processor time of one arm. Errors of S are means over 2,001 times up to the true follow-up.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from development import DATA
from digitized_curves import DAMAGES, Sample, damage, exact_curve, sample

from survkit.errors import SurvkitError
from survkit.kernels import fit_two_arm_cox, survival_at, tabulate_arm, tabulate_two_arms
from survkit.reconstruction.curves import (
    DecodedHistory,
    ObservedArm,
    decode_exact,
    decode_guyot,
    decode_liu,
    decode_noisy,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

METHODS: dict[str, Callable[[ObservedArm], DecodedHistory]] = {
    "survkit": decode_noisy,
    "Guyot 2012": decode_guyot,
    "Liu 2021": decode_liu,
}

QUOTED = (
    "kmdata, with an end row added (quoted) | 1 of 608 | .0030 / .0043 | 1 / 7 | "
    "| .0015 / .0057 | .0051 / .0235 | 51.5 % | 12",
    "reconstructKM, with an end row added (quoted) | 2 of 608 | .0030 / .0044 | 1 / 7 | "
    "| .0015 / .0061 | .0063 / .0250 | 43.1 % | 35",
    "IPDfromKM (quoted) | 2 of 608 | .0036 / .0052 | 1 / 8 | "
    "| .0024 / .0073 | .0062 / .0290 | 40.1 % | 134",
)
"""What other programs reach on such curves of all 304 sets (608 arms), as measured elsewhere."""

MODES: dict[str, Callable[[ObservedArm], ObservedArm]] = {
    "table and total events": lambda arm: replace(arm, curve=replace(arm.curve, marks=None)),
    "table, no total events": lambda arm: replace(_plain(arm), events=None),
    "no table, total events": lambda arm: replace(_plain(arm), table=None),
    "no table, no total events": lambda arm: replace(_plain(arm), table=None, events=None),
    "table, total events, marks": lambda arm: arm,
    "no table, total events, marks": lambda arm: replace(arm, table=None),
}

HEADER = (
    "| method | failed arms | mean abs. error of S | events off by | numbers at risk off, arms | "
    "RMST, rel. error | abs. error of log HR | HR to 2 decimals | ms per arm |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


_EVERY_COARSE = 5
"""Of coordinates with three digits, which take long, only every so many trials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmScore:
    """How far one arm is off."""

    survival: float
    events: int
    table: bool
    mean: float
    seconds: float


def main() -> int:
    """Run the modes asked for; print a table for each, and write them where asked to."""
    options = _options()
    names = sorted(
        path.stem.removesuffix(".arm0") for path in (options.data / "curves").glob("*.arm0.csv")
    )
    names = names[:: options.every]
    if not names:
        print(f"no curves in {options.data}: nothing measured")
        return 0
    samples = {
        name: (sample(options.data, name, 0), sample(options.data, name, 1)) for name in names
    }
    lines = [
        "# How near patients from curves come",
        "",
        "`benchmarks/bench_curves.py --write docs/curve-accuracy.md` made this page from "
        f"{len(names)} trials, {2 * len(names)} arms: real patients, whose curves were digitized "
        "with errors of 0.2 % of the axis in time and 0.003 in probability. Pairs are medians and "
        "90 % quantiles. What other programs reach is quoted, measured on 304 such trials.",
    ]
    few = dict(list(samples.items())[:: options.others_every])
    fewer = dict(list(samples.items())[::_EVERY_COARSE])
    if options.mode in {"all", "digitized"}:
        for mode, select in MODES.items():
            main_mode = mode == "table and total events"
            trials = samples if main_mode else few
            lines += ["", f"## Digitized: {mode} ({len(trials)} trials)", "", HEADER]
            lines += _compare(trials, lambda real, pick=select: _with(real, pick))
            lines += _quoted() if main_mode else []
    if options.mode in {"all", "exact"}:
        lines += _exact(samples, fewer)
    if options.mode in {"all", "damaged"}:
        for kind in DAMAGES:
            lines += ["", f"## Damaged: {kind} ({len(few)} trials)", "", HEADER]
            lines += _compare(few, lambda real, kind=kind: _damaged(real, kind))
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        options.write.write_text(text)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--every", type=int, default=1, help="only every so many trials")
    parser.add_argument(
        "--others-every", type=int, default=1, help="of these, for all but the main tables"
    )
    parser.add_argument("--mode", choices=("all", "digitized", "exact", "damaged"), default="all")
    parser.add_argument("--write", type=Path, help="file to write the tables to")
    return parser.parse_args()


def _quoted() -> list[str]:
    return [f"| {row} |" for row in QUOTED]


def _plain(arm: ObservedArm) -> ObservedArm:
    return replace(arm, curve=replace(arm.curve, marks=None))


def _with(real: Sample, select: Callable[[ObservedArm], ObservedArm]) -> Sample:
    return replace(real, observed=select(real.observed))


def _damaged(real: Sample, kind: str) -> Sample:
    plain = replace(real, observed=_plain(real.observed))
    return damage(plain, kind, seed=round(1e3 * float(real.time.sum())) % 2**32)


def _compare(
    samples: dict[str, tuple[Sample, Sample]], change: Callable[[Sample], Sample]
) -> list[str]:
    changed = {name: (change(arms[0]), change(arms[1])) for name, arms in samples.items()}
    return [_row(title, method, changed.values()) for title, method in METHODS.items()]


def _row(
    title: str,
    method: Callable[[ObservedArm], DecodedHistory],
    trials: Iterable[tuple[Sample, Sample]],
) -> str:
    scores: list[ArmScore] = []
    ratios, same = [], []
    failed = 0
    for trial in trials:
        decoded = []
        for real in trial:
            start = time.process_time()
            try:
                history = method(real.observed)
            except SurvkitError:
                failed += 1
                continue
            scores.append(_score(real, history, time.process_time() - start))
            decoded.append(history)
        if len(decoded) == 2:
            true = _log_ratio(*((real.time, real.event) for real in trial))
            found = _log_ratio(*((history.time, history.event) for history in decoded))
            ratios.append(abs(found - true))
            same.append(f"{math.exp(found):.2f}" == f"{math.exp(true):.2f}")
    cells = (
        str(failed),
        _pair([score.survival for score in scores], ".4f"),
        _pair([score.events for score in scores], "g"),
        str(sum(score.table for score in scores)),
        _pair([score.mean for score in scores], ".4f"),
        _pair(ratios, ".4f"),
        f"{100 * np.mean(same):.1f} %",
        f"{1e3 * np.median([score.seconds for score in scores]):.1f}",
    )
    return f"| {title} | " + " | ".join(cells) + " |"


def _score(real: Sample, history: DecodedHistory, seconds: float) -> ArmScore:
    assert history.time.size == real.time.size
    grid = np.linspace(0.0, real.time.max(), 2001)
    true = survival_at(tabulate_arm(real.time, real.event), grid)
    found = survival_at(tabulate_arm(history.time, history.event), grid)
    table = real.observed.table
    off = False
    if table is not None:
        at_risk = real.time.size - np.searchsorted(history.time, table.time, side="left")
        off = bool(np.any((at_risk < table.lower) | (at_risk > table.upper)))
    return ArmScore(
        survival=float(np.mean(np.abs(found - true))),
        events=abs(int(history.event.sum()) - int(real.event.sum())),
        table=off,
        mean=abs(float(found.mean() - true.mean())) / float(true.mean()),
        seconds=seconds,
    )


def _log_ratio(*arms: tuple[np.ndarray, np.ndarray]) -> float:
    times, events = (np.concatenate(part) for part in zip(*arms, strict=True))
    experimental = np.arange(times.size) >= arms[0][0].size
    return fit_two_arm_cox(tabulate_two_arms(times, events, experimental)).log_hazard_ratio


def _pair(values: list[float] | list[int], form: str) -> str:
    median, high = np.quantile(values, [0.5, 0.9])
    return f"{median:{form}} / {high:{form}}"


def _exact(
    samples: dict[str, tuple[Sample, Sample]], few: dict[str, tuple[Sample, Sample]]
) -> list[str]:
    """Tabulate how often exact coordinates give back every event time and count."""
    lines = [
        "",
        "## Exact coordinates of all drops",
        "",
        "| digits | table | total events | arms | failed | event times and counts exact | "
        "numbers at risk at drops exact, too | only one history found | ms per arm |",
        "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [_exact_row(samples, digits, table=True, events=True) for digits in (6, 5, 4)]
    lines.append(_exact_row(few, 3, table=True, events=True))
    for table, events in ((False, True), (True, False), (False, False)):
        lines.append(_exact_row(samples, 6, table=table, events=events))
    return lines


def _exact_row(
    samples: dict[str, tuple[Sample, Sample]], digits: int, *, table: bool, events: bool
) -> str:
    right, at_risk, alone, seconds = [], [], [], []
    failed = 0
    for real in (arm for trial in samples.values() for arm in trial):
        observed = exact_curve(real, digits).observed
        observed = replace(
            observed,
            table=observed.table if table else None,
            events=observed.events if events else None,
        )
        start = time.process_time()
        try:
            history = decode_exact(observed)
        except SurvkitError:
            failed += 1
            history = None
        seconds.append(time.process_time() - start)
        true = tabulate_arm(real.time, real.event)
        found = None if history is None else tabulate_arm(history.time, history.event)
        right.append(
            found is not None
            and np.array_equal(found.time, true.time)
            and np.array_equal(found.events, true.events)
        )
        at_risk.append(
            right[-1] and found is not None and np.array_equal(found.at_risk, true.at_risk)
        )
        alone.append(history is not None and not history.several)
    shares = " | ".join(f"{100 * np.mean(part):.1f} %" for part in (right, at_risk, alone))
    known = f"{'yes' if table else 'no'} | {'yes' if events else 'no'}"
    median, high = 1e3 * np.quantile(seconds, [0.5, 0.9])
    what = f"{digits} | {known} | {2 * len(samples)} | {failed}"
    return f"| {what} | {shares} | {median:.1f} / {high:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
