"""How much of a figure is read right, on drawings with known truth.

Usage: python benchmarks/bench_drawings.py [--only pdf|svg] [--verbose] [--data FOLDER] [NAME ...]

The drawings are those of ../shared/data/drawings: real two-arm data sets drawn by different
programs and in different styles, with the truth computed from the patients. Panels and curves are
matched to the truth by their coordinates; a name given to another arm's curve counts as wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from development import DATA

from survkit.drawings import Curve, Panel, read_drawing
from survkit.errors import SurvkitError

EXACT = 1e-4
"""Largest error of S at a drop."""
NEAR = 0.005
"""How far a time may be off, as a share of the time axis, for a drop or mark to be the same."""
THINNED = 1 / 9
"""Length, in points, below which matplotlib leaves out levels and drops as it thins out paths."""


def main() -> None:
    """Score all drawings and print the shares."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--only", choices=["pdf", "svg"])
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    scores: dict[str, Counter[str]] = defaultdict(Counter)
    folder = arguments.data / "drawings"
    for truth in sorted(folder.glob("*.truth.json")):
        if arguments.names and truth.name.split(".")[0] not in arguments.names:
            continue
        drawings = json.loads(truth.read_text())["drawings"]
        for kind in [arguments.only] if arguments.only else ["pdf", "svg"]:
            score, faults = score_drawing(folder, drawings[kind], kind)
            for group in (
                "all",
                kind,
                drawings[kind]["program"],
                f"letters: {drawings[kind]['text']}",
            ):
                scores[group] += score
            if arguments.verbose:
                for fault in faults:
                    print(f"  {drawings[kind]['file']} ({drawings[kind]['program']}): {fault}")
    for group, score in scores.items():
        print(line(group, score))


def line(group: str, score: Counter[str]) -> str:
    """Write the shares of a group in one line."""
    shares = [
        ("files", "files right", "files"),
        ("curves", "drops right", "curves"),
        ("dS", "exact", "curves"),
        ("dS where the file has all levels", "held exact", "held"),
        ("marks", "marks found", "marks"),
        ("false", "marks false", "marks read"),
        ("names", "names right", "curves"),
        ("tables", "tables right", "tables"),
        ("printed", "printed right", "printed"),
    ]
    parts = [
        f"{name} {score[part]}/{score[whole]} {100 * score[part] / max(score[whole], 1):.1f}%"
        for name, part, whole in shares
    ]
    seconds = score["milliseconds"] / max(score["files"], 1) / 1000
    return f"{group:18s} " + "  ".join(parts) + f"  {seconds:.2f} s"


def score_drawing(
    folder: Path, drawing: dict[str, Any], kind: str
) -> tuple[Counter[str], list[str]]:
    """Return the counts for one drawing, and what went wrong."""
    score: Counter[str] = Counter({"files": 1})
    started = time.perf_counter()
    try:
        panels = read_drawing(folder / drawing["file"])
    except SurvkitError as error:
        panels, faults = (), [str(error)]
    else:
        faults = []
    score["milliseconds"] = round(1000 * (time.perf_counter() - started))
    pairs = []
    for truth in drawing["panels"]:
        found = next((panel for panel in panels if _same_axes(panel, truth, drawing, kind)), None)
        pairs.append((truth, found))
        score.update(_totals(truth))
        if found is not None:
            thinned = THINNED if drawing["program"] in {"matplotlib", "lifelines"} else 0.0
            faults += _score_panel(found, truth, score, thinned)
        else:
            faults.append("panel or axis missed")
    right = len(panels) == len(pairs) and all(
        found is not None and len(found.curves) == len(truth["curves"]) for truth, found in pairs
    )
    score["files right"] = int(right)
    if not right:
        counts = [len(panel.curves) for panel in panels]
        faults.append(f"curves {[len(truth['curves']) for truth, _ in pairs]}, read {counts}")
    return score, faults


def _totals(truth: dict[str, Any]) -> Counter[str]:
    return Counter(
        {
            "curves": len(truth["curves"]),
            "marks": sum(len(_marks(curve)) for curve in truth["curves"]),
            "tables": int(truth["risk_table"] is not None),
            "printed": len(_printed(truth)),
        }
    )


def _same_axes(panel: Panel, truth: dict[str, Any], drawing: dict[str, Any], kind: str) -> bool:
    """Tell whether both axes are calibrated as in the truth, to a thousandth of their range."""
    height = drawing["page_size"][1]
    for axis, name in ((panel.time, "x"), (panel.survival, "y")):
        scale = 100 if truth["y_axis"]["unit"] == "percent" and name == "y" else 1
        ends = []
        for point in truth["map"][f"{name}_points"]:
            place = point["at"][0] if name == "x" else point["at"][1]
            if name == "y" and kind == "svg":
                place = height - place
            ends.append((float(axis.value(place)), point["value"] / scale))
        extent = abs(ends[1][1] - ends[0][1])
        if max(abs(read - true) for read, true in ends) > 1e-3 * extent:
            return False
    return True


def _score_panel(
    panel: Panel, truth: dict[str, Any], score: Counter[str], thinned: float
) -> list[str]:
    faults: list[str] = []
    extent = truth["x_axis"]["hi"] - truth["x_axis"]["lo"]
    owners: dict[int, int] = {}
    for number, curve in enumerate(truth["curves"]):
        errors = [distance_to(read, curve) for read in panel.curves]
        owner = int(np.argmin(errors))
        owners[number] = owner
        before = score["exact"]
        faults += _score_curve(panel.curves[owner], curve, extent, score)
        if not _left_out(curve, panel, thinned):
            score["held"] += 1
            score["held exact"] += score["exact"] - before
    score["marks read"] += sum(len(read.mark_times) for read in panel.curves)
    table = truth["risk_table"]
    if table is not None:
        fault = _table_fault(panel, table, owners)
        score["tables right"] += int(not fault)
        faults += [fault] if fault else []
    for quantity, value in _printed(truth):
        read = [_plain(one.value) for one in panel.printed if one.quantity == quantity]
        score["printed right"] += int(_plain(value) in read)
        if _plain(value) not in read:
            faults.append(
                f"printed {quantity} {value}, read {[one.value for one in panel.printed]}"
            )
    return faults


def _left_out(curve: dict[str, Any], panel: Panel, thinned: float) -> int:
    """Count levels too short, and drops too low, for the program that drew them to keep them."""
    across = abs(panel.time.unit)
    up = abs(float(panel.survival.place(1.0) - panel.survival.place(0.0)))
    time, survival = (np.array(curve["steps"][key]) for key in ("time", "surv"))
    shown = time <= curve["end_time"] + 1e-9
    short = np.diff(time[shown])[1:] * across < thinned
    low = -np.diff(survival[shown]) * up < thinned
    return int(short.sum() + low.sum())


def distance_to(read: Curve, curve: dict[str, Any]) -> float:
    """Return the mean distance of two curves, up to the end of the true one."""
    grid = np.linspace(0, curve["end_time"], 400)
    true = _value(np.array(curve["steps"]["time"]), np.array(curve["steps"]["surv"]), grid)
    return float(np.abs(_value(read.time, read.survival, grid) - true).mean())


def _value(time: np.ndarray, survival: np.ndarray, at: np.ndarray) -> np.ndarray:
    return survival[np.maximum(np.searchsorted(time, at, side="right") - 1, 0)]


def _score_curve(
    read: Curve, curve: dict[str, Any], extent: float, score: Counter[str]
) -> list[str]:
    faults = []
    time, survival = np.array(curve["steps"]["time"]), np.array(curve["steps"]["surv"])
    shown = (time > 0) & (time <= curve["end_time"] + 1e-9)
    # steps that the page cannot tell apart: closer than the digits of the file
    apart = np.append(np.diff(time) > 1.01 * 2 * read.time_precision + 1e-6, True)
    found, worst = 0, 0.0
    for at, value in zip(time[shown & apart], survival[shown & apart], strict=True):
        place = int(np.abs(read.time - at).argmin())
        if abs(read.time[place] - at) <= 2e-3 * extent:
            found += 1
            worst = max(
                worst,
                float(np.abs(read.survival[np.abs(read.time - at) <= 2e-3 * extent] - value).min()),
            )
    wanted = int((shown & apart).sum())
    extra = len(read.time) - 1 - wanted
    right = found == wanted and abs(extra) <= 0
    score["drops right"] += int(found == wanted)
    score["drops right, none more"] += int(right)
    score["exact"] += int(worst <= EXACT)
    if found < wanted or worst > EXACT:
        faults.append(
            f"{curve['label']}: drops {found}/{wanted}, {extra} more, worst dS {worst:.1e}"
        )
    marks = _marks(curve)
    hits = _hits(read.mark_times, marks, NEAR * extent)
    score["marks found"] += hits
    score["marks false"] += len(read.mark_times) - hits
    if hits < len(marks) or hits < len(read.mark_times):
        faults.append(f"{curve['label']}: marks {hits}/{len(marks)}, read {len(read.mark_times)}")
    score["names right"] += int(_name(read.arm) == _name(curve["label"]))
    if _name(read.arm) != _name(curve["label"]):
        faults.append(f"name {curve['label']!r}, read {read.arm!r} ({read.named_by})")
    return faults


def _marks(curve: dict[str, Any]) -> np.ndarray:
    marks = curve["censor_marks"]
    times = np.array(marks["time"] if marks else [], dtype=float)
    return times[times <= curve["end_time"] + 1e-9]


def _hits(read: np.ndarray, true: np.ndarray, slack: float) -> int:
    hits, place = 0, 0
    for at in true:
        while place < len(read) and read[place] < at - slack:
            place += 1
        if place < len(read) and read[place] <= at + slack:
            hits, place = hits + 1, place + 1
    return hits


def _name(text: str) -> str:
    return re.sub("[\\s\u2010\u2011\u2013\u2212-]+", " ", text).strip()


def _table_fault(panel: Panel, truth: dict[str, Any], owners: dict[int, int]) -> str:
    if panel.risk_table is None:
        return "table missed"
    times = [round(float(t), 6) for t in panel.risk_table.times]
    for row in truth["rows"]:
        read = next((r for r in panel.risk_table.rows if r.curve == owners[row["curve"]]), None)
        if read is None:
            return f"row {row['label']!r} missed"
        got = {t: n for t, n in zip(times, read.at_risk, strict=True) if n is not None}
        want = dict(zip([round(float(t), 6) for t in truth["times"]], row["values"], strict=False))
        if got != want:
            return f"row {row['label']!r}: {want}, read {got}"
    return ""


def _printed(truth: dict[str, Any]) -> list[tuple[str, str]]:
    """Return hazard ratios and p-values in the texts of a panel, by the words of the truth."""
    found = []
    for text in truth["texts"]:
        if text["role"] != "statistics":
            continue
        words = " ".join(text["lines"])
        ratio = re.search(r"(?:HR|Hazard ratio)[ :=,]*(\d*\.\d+)", words)
        p_value = re.search(r"[pP](?:[- ]value)? ?[=:]? ?(<? ?\d*\.\d+)", words)
        found += [("hazard_ratio", ratio[1])] if ratio else []
        found += [("p_value", p_value[1])] if p_value else []
    return found


def _plain(value: str) -> str:
    return value.replace(" ", "").replace("·", ".")


if __name__ == "__main__":
    main()
