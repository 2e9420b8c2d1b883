"""Figures with known truth, drawn with matplotlib as pixels."""

from __future__ import annotations

import io
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A step curve: survival from each time on, to its end."""

    times: npt.NDArray[np.float64]
    survival: npt.NDArray[np.float64]
    end: float


def curve(seed: int, *, patients: int = 120, scale: float = 20.0, end: float = 30.0) -> Truth:
    """Draw exponential times without censoring; the curve ends at the axis's end."""
    times = np.sort(np.random.default_rng(seed).exponential(scale, patients))
    times = times[times < end]
    survival = 1 - np.arange(1, len(times) + 1) / patients
    return Truth(
        times=np.concatenate([[0.0], times]), survival=np.concatenate([[1.0], survival]), end=end
    )


def drawn(
    curves: list[Truth],
    styles: list[dict[str, object]],
    *,
    percent: bool = False,
    dpi: int = 150,
    marks: npt.NDArray[np.float64] | None = None,
    words: bool = True,
    grid: bool = False,
) -> Figure:
    """Draw curves in axes from 0 to 30 months."""
    figure = Figure(figsize=(6, 4.5), dpi=dpi)
    axes = figure.add_axes((0.13, 0.15, 0.82, 0.8))
    unit = 100.0 if percent else 1.0
    for truth, style in zip(curves, styles, strict=True):
        x = np.append(truth.times, truth.end)
        y = unit * np.append(truth.survival, truth.survival[-1])
        axes.step(x, y, where="post", **style)
    if marks is not None:
        at = np.searchsorted(curves[0].times, marks, side="right") - 1
        axes.plot(marks, unit * curves[0].survival[at], "|", color="black", markersize=9)
    axes.set_xlim(0, 31)
    axes.set_ylim(0, 1.03 * unit)
    axes.set_xticks(range(0, 31, 5))
    axes.grid(visible=grid)
    if words:
        axes.set_xlabel("Time (months)")
        axes.set_ylabel("Survival")
        axes.text(18, 0.85 * unit, "HR 0.70 (0.50-0.98)")
    return figure


def saved(figure: Figure, kind: str = "png", **options: object) -> bytes:
    """Save a figure as the content of a file."""
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "0"}):
        figure.savefig(content, format=kind, **options)
    return content.getvalue()


def mean_error(
    truth: Truth, times: npt.NDArray[np.float64], survival: npt.NDArray[np.float64]
) -> float:
    """Mean distance of two step curves over the truth's length."""
    grid = (np.arange(2000) + 0.5) / 2000 * truth.end
    read = survival[np.clip(np.searchsorted(times, grid, side="right") - 1, 0, None)]
    real = truth.survival[np.searchsorted(truth.times, grid, side="right") - 1]
    return float(np.abs(read - real).mean())
