"""How well pictures are read, on drawings with known truth.

Usage: python benchmarks/bench_raster.py [--as jpeg|150dpi|grey|rescaled] [--every N]
       [--verbose] [--data FOLDER]

The pictures are those of ../shared/data/drawings: real two-arm data sets drawn by different
programs and styles. `--as` renders each anew before it is read. Curves are matched to the truth by
their coordinates; a curve or panel that was not found counts with an error of 1.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from development import DATA
from PIL import Image

from survkit.drawings.raster import read_picture
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.drawings.panels import Curve, Panel

NEAR = 0.01
"""Largest error at the ends of an axis, as a share of its range, of a calibration that is right."""


def main() -> None:
    """Score all pictures and print the shares."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--as", dest="treatment", choices=["jpeg", "150dpi", "grey", "rescaled"])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    errors: list[float] = []
    calibrated, counted, seconds = [], [], []
    files = sorted((arguments.data / "drawings").glob("*.truth.json"))[:: arguments.every]
    if not files:
        parser.error(f"there are no drawings in {arguments.data}")
    for file in files:
        truth = json.loads(file.read_text())["drawings"]["raster"]
        picture = file.parent / truth["file"]
        content, size = rendered(picture, arguments.treatment, truth["dpi"])
        started = time.process_time()
        panels = read(content)
        seconds.append(time.process_time() - started)
        for real in truth["panels"]:
            found, axes_right, count_right = score(panels, real, size, truth)
            errors += found
            calibrated.append(axes_right)
            counted.append(count_right)
            if arguments.verbose:
                print(truth["file"], axes_right, count_right, *(f"{own:.4f}" for own in found))
    measured = np.array(errors)
    print(f"panels {len(calibrated)}, axes right {np.mean(calibrated):.1%}")
    print(f"number of curves right {np.mean(counted):.1%}")
    print(f"mean |dS|: median {np.median(measured):.4f}, 90 % {np.quantile(measured, 0.9):.4f}")
    for limit in (0.005, 0.01, 0.02):
        print(f"at most {limit}: {np.mean(measured <= limit):.1%}")
    print(f"seconds of processor time: median {np.median(seconds):.1f}, most {max(seconds):.1f}")


def rendered(file: Path, treatment: str | None, dpi: int) -> tuple[bytes, tuple[int, int]]:
    """Return a picture as it is, or compressed, scaled or without colour, and its size."""
    image = Image.open(file).convert("RGB")
    if treatment is None:
        return file.read_bytes(), image.size
    factor = {"150dpi": min(1.0, 150 / dpi), "rescaled": 0.83}.get(treatment, 1.0)
    if factor < 1:
        size = round(image.width * factor), round(image.height * factor)
        image = image.resize(size, Image.Resampling.LANCZOS)
    if treatment == "grey":
        image = image.convert("L")
    content = io.BytesIO()
    image.save(content, "JPEG" if treatment == "jpeg" else "PNG", quality=80)
    return content.getvalue(), image.size


def read(content: bytes) -> tuple[Panel, ...]:
    """Read a picture; none of it where it is refused."""
    try:
        return read_picture(content)
    except SurvkitError:
        return ()


def score(
    panels: tuple[Panel, ...], real: dict[str, Any], size: tuple[int, int], truth: dict[str, Any]
) -> tuple[list[float], bool, bool]:
    """Give the errors of a panel's curves, and whether its axes and number of curves are right."""
    truths = real["curves"]
    best: tuple[list[float], Panel | None] = ([1.0] * len(truths), None)
    for panel in panels:
        found = assigned(panel.curves, truths)
        if sum(found) < sum(best[0]):
            best = (found, panel)
    if best[1] is None:
        return best[0], False, False
    return best[0], axes_agree(best[1], real, size, truth), len(best[1].curves) == len(truths)


def assigned(curves: tuple[Curve, ...], truths: list[dict[str, Any]]) -> list[float]:
    """Match curves to the truth so that the sum of errors is least; 1 for what is missing."""
    table = [[error(curve, truth) for curve in curves] for truth in truths]
    padded = [row + [1.0] * len(truths) for row in table]
    choices = itertools.permutations(range(len(curves) + len(truths)), len(truths))
    return min(([padded[k][c] for k, c in enumerate(choice)] for choice in choices), key=sum)


def error(curve: Curve, truth: dict[str, Any]) -> float:
    """Mean distance of survival, from 0 to where the drawn curve ends."""
    grid = (np.arange(4000) + 0.5) / 4000 * truth["end_time"]
    times, survival = np.array(truth["steps"]["time"]), np.array(truth["steps"]["surv"])
    real = survival[np.searchsorted(times, grid, side="right") - 1]
    read_there = curve.survival[
        np.clip(np.searchsorted(curve.time, grid, side="right") - 1, 0, None)
    ]
    return float(np.abs(real - read_there).mean())


def axes_agree(
    panel: Panel, real: dict[str, Any], size: tuple[int, int], truth: dict[str, Any]
) -> bool:
    """Tell whether values at both ends of both axes are right; of turned pictures, their ratio."""
    if "rotate" in (truth["treatment"] or ()):
        return _same_shape(panel, real)
    factor = size[0] / truth["page_size"][0]
    share = 100.0 if real["y_axis"]["unit"] == "percent" else 1.0
    off = []
    for axis, points, unit in (
        (panel.time, real["map"]["x_points"], 1.0),
        (panel.survival, real["map"]["y_points"], share),
    ):
        along = [point["at"][0 if axis is panel.time else 1] for point in points]
        places = factor * np.array(along)
        values = axis.value(places if axis is panel.time else size[1] - places)
        wanted = np.array([point["value"] for point in points]) / unit
        off.append(np.abs(values - wanted).max() / np.ptp(wanted))
    return bool(max(off) < NEAR)


def _same_shape(panel: Panel, real: dict[str, Any]) -> bool:
    matrix = real["map"]["matrix"]
    share = 100.0 if real["y_axis"]["unit"] == "percent" else 1.0
    wanted = np.hypot(*matrix[2:4]) * share / np.hypot(*matrix[:2])
    unit = panel.survival.unit * (100 if panel.survival.scale == "percent" else 1)
    return bool(abs(unit / panel.time.unit / wanted - 1) < NEAR)


if __name__ == "__main__":
    main()
