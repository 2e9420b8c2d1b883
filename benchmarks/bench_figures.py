"""From vector drawings to patients: how many arms come back exactly, and the hazard ratios.

Usage: python benchmarks/bench_figures.py [--only pdf|svg] [--every N] [--verbose] [--data FOLDER]
       [NAME ...]

The drawings are those of ../shared/data/drawings that have a table of numbers at risk as text;
totals are those of the real patients, as a paper prints them. Where a curve is cut off before the
end of follow-up, so are the patients, and no total of events is given. An event history is exact
where all events have their times, to what a page can tell apart. Drawings with and without
censoring marks are counted apart, too: without them nothing tells who leaves between two events.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from bench_drawings import distance_to
from development import DATA, patients

from survkit.drawings import digitize_panel, read_drawing
from survkit.errors import SurvkitError
from survkit.kernels import fit_two_arm_cox, tabulate_two_arms
from survkit.reconstruction.curves import reconstruct_curve

if TYPE_CHECKING:
    from survkit.drawings import DigitizedArm, Panel

APART = 5e-4
"""How far a time may be off, as a share of the time axis, for an event to be the same."""
ROUNDED = 2e-5
"""Share by which times of the truth are rounded."""


@dataclass(frozen=True, kw_only=True)
class Arm:
    """Patients of one arm: times in units of the axis, and whether each is an event."""

    time: np.ndarray
    event: np.ndarray


def main() -> None:
    """Score all drawings and print the shares."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--only", choices=["pdf", "svg"])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    scores: dict[str, Counter[str]] = defaultdict(Counter)
    files = sorted((arguments.data / "drawings").glob("*.truth.json"))[:: arguments.every]
    for file in files:
        if arguments.names and file.name.split(".")[0] not in arguments.names:
            continue
        drawings = json.loads(file.read_text())["drawings"]
        for kind in [arguments.only] if arguments.only else ["pdf", "svg"]:
            drawing = drawings[kind]
            score, faults = score_drawing(arguments.data, drawing)
            for group in ("all", kind, drawing["program"], marks_of(drawing)):
                scores[group] += score
            for fault in faults if arguments.verbose else ():
                print(f"  {drawing['file']} ({drawing['program']}): {fault}")
    for group, score in scores.items():
        print(line(group, score))


def marks_of(drawing: dict[str, Any]) -> str:
    """Tell whether a drawing shows who is censored when, which the ratio depends on."""
    curves = [curve for panel in drawing["panels"] for curve in panel["curves"]]
    shown = [curve["censor_marks"] is not None for curve in curves]
    return "marks" if all(shown) else "marks of some" if any(shown) else "no marks"


def line(group: str, score: Counter[str]) -> str:
    """Write the shares of a group in one line."""
    shares = [
        ("histories exact", "history", "arms"),
        ("at risk, too", "risk", "arms"),
        ("total exact", "events", "arms"),
        ("decoded exactly", "decoded", "arms"),
        ("HR to two decimals", "ratios right", "ratios"),
    ]
    parts = [
        f"{name} {score[part]}/{score[whole]} {100 * score[part] / max(score[whole], 1):.1f}%"
        for name, part, whole in shares
    ]
    off = score["off"] / max(score["ratios"], 1) / 1e6
    return f"{group:12s} " + "  ".join(parts) + f"  mean |d log HR| {off:.4f}"


def score_drawing(data: Path, drawing: dict[str, Any]) -> tuple[Counter[str], list[str]]:
    """Return the counts for one drawing, and what went wrong."""
    score: Counter[str] = Counter()
    faults: list[str] = []
    try:
        panels = read_drawing(data / "drawings" / drawing["file"])
    except SurvkitError as error:
        panels, faults = (), [str(error)]
    for truth in drawing["panels"]:
        if truth["risk_table"] is None:
            continue
        panel = min(panels, key=lambda panel: _far(panel, truth), default=None)
        faults += score_panel(data, panel, truth, score)
    return score, faults


def _far(panel: Panel, truth: dict[str, Any]) -> float:
    return sum(min(distance_to(read, c) for read in panel.curves) for c in truth["curves"])


def score_panel(
    data: Path, panel: Panel | None, truth: dict[str, Any], score: Counter[str]
) -> list[str]:
    """Reconstruct each arm of a panel and hold it against its patients."""
    faults, pairs = [], []
    extent = truth["x_axis"]["hi"] - truth["x_axis"]["lo"]
    unit = unit_of(data, truth["curves"])
    for curve in truth["curves"]:
        real, whole = real_arm(data, curve, unit)
        score["arms"] += 1
        made, fault = None, "panel missed"
        if panel is not None:
            errors = [distance_to(read, curve) for read in panel.curves]
            arm = digitize_panel(panel)[int(np.argmin(errors))]
            made, fault = decoded(arm, real, whole=whole, score=score)
        if made is not None:
            fault = compare(made, real, APART * extent, score) or fault
        if fault:
            faults.append(f"{curve['label']}: {fault}")
        pairs.append((real, made, curve["arm"]))
    if len(pairs) == 2 and {arm for _, _, arm in pairs} == {0, 1}:
        score["ratios"] += 1
        want, got = ratio([(r, a) for r, _, a in pairs]), ratio([(m, a) for _, m, a in pairs])
        score["off"] += round(1e6 * abs(np.log(got / want))) if got > 0 else 0
        score["ratios right"] += int(f"{want:.2f}" == f"{got:.2f}")
        if f"{want:.2f}" != f"{got:.2f}":
            faults.append(f"hazard ratio {want:.4f}, got {got:.4f}")
    return faults


def unit_of(data: Path, curves: list[dict[str, Any]]) -> float:
    """
    Return the unit of the axis in that of the patients.

    Steps of the truth are given to about five digits; those of all arms together tell the unit, and
    ties between arms stay ties.
    """
    sums = np.zeros(2)
    for curve in curves:
        drops = np.array(curve["steps"]["time"][1:])
        frame = patients(data, curve["set"])
        events = frame["time"][(frame["arm"] == curve["arm"]) & (frame["event"] == 1)]
        sums += np.unique(events)[: drops.size].sum(), drops.sum()
    return float(sums[0] / sums[1])


def real_arm(data: Path, curve: dict[str, Any], unit: float) -> tuple[Arm, bool]:
    """Return an arm's patients as the curve shows them, and whether it shows them to the end."""
    frame = patients(data, curve["set"])
    frame = frame[frame["arm"] == curve["arm"]]
    time, event = frame["time"].to_numpy(float), frame["event"].to_numpy(bool)
    time = np.round(time / unit, 9)
    end = curve["end_time"]
    whole = bool(time.max() <= end * (1 + ROUNDED))
    seen = time <= end * (1 + ROUNDED)
    return Arm(time=np.where(seen, time, end), event=event & seen), whole


def decoded(
    arm: DigitizedArm, real: Arm, *, whole: bool, score: Counter[str]
) -> tuple[Arm | None, str]:
    """Make patients of what was read; the total of events is known where all are shown."""
    try:
        history = reconstruct_curve(
            arm.curve,
            n=real.time.size,
            risk_table=arm.risk_table,
            events=int(real.event.sum()) if whole else None,
        )
    except SurvkitError as error:
        return None, str(error)
    score["decoded"] += int(history.decoder == "exact")
    fault = "" if history.decoder == "exact" else "; ".join(history.inconsistencies[:1])
    return Arm(time=history.time, event=history.event), fault


def compare(made: Arm, real: Arm, apart: float, score: Counter[str]) -> str:
    """Count an arm as exact, or tell where its history leaves that of the real patients."""
    mine, true = np.sort(made.time[made.event]), np.sort(real.time[real.event])
    if mine.size != true.size:
        return f"{mine.size} events, not {true.size}"
    score["events"] += 1
    off = np.flatnonzero(np.abs(mine - true) > apart)
    if off.size:
        return f"{off.size} of {true.size} events off, first {mine[off[0]]:g} not {true[off[0]]:g}"
    score["history"] += 1
    at_risk = np.abs(_at_risk(made, mine) - _at_risk(real, true))
    score["risk"] += int(at_risk.max(initial=0) == 0)
    return f"at risk off by up to {at_risk.max()}" if at_risk.max(initial=0) else ""


def _at_risk(arm: Arm, events: np.ndarray) -> np.ndarray:
    return arm.time.size - np.searchsorted(np.sort(arm.time), events, side="left")


def ratio(arms: list[tuple[Arm | None, int]]) -> float:
    """Return the hazard ratio of arm 1 over arm 0 by Cox's model with Efron's ties."""
    sides = {number: arm for arm, number in arms if arm is not None}
    if len(sides) < 2:
        return float("nan")
    time, event = (
        np.concatenate([getattr(sides[number], name) for number in (0, 1)])
        for name in ("time", "event")
    )
    experimental = np.arange(time.size) >= sides[0].time.size
    return fit_two_arm_cox(tabulate_two_arms(time, event, experimental)).hazard_ratio


if __name__ == "__main__":
    main()
