"""Freireich's trial, as lifelines ships it, drawn as a journal does.

``python -m tests.drawings.leukemia notebooks/leukemia.svg`` drew the figure of the notebook.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from lifelines.datasets import load_leukemia
from matplotlib.figure import Figure

from survkit.kernels import survival_steps, tabulate_arm

if TYPE_CHECKING:
    import pandas as pd

TIMES = (0, 5, 10, 15, 20, 25, 30, 35)


def leukemia() -> dict[str, pd.DataFrame]:
    """Weeks in remission on 6-MP (Rx 0) and placebo."""
    data = load_leukemia().rename(columns={"t": "time", "status": "event"})
    return {name: data[data["Rx"] == arm] for name, arm in (("6-MP", 0), ("Placebo", 1))}


def draw(arms: dict[str, pd.DataFrame], path: Path) -> None:
    """Draw curves, censoring marks and numbers at risk as a journal does, text as text."""
    with mpl.rc_context({"svg.fonttype": "none", "path.simplify": False, "svg.hashsalt": "1"}):
        figure = Figure(figsize=(6, 4.5))
        axes = figure.add_axes((0.15, 0.35, 0.8, 0.6))
        for row, ((name, arm), colour) in enumerate(
            zip(arms.items(), ("#0072b2", "#d55e00"), strict=True)
        ):
            time, event = arm["time"].to_numpy(float), arm["event"].to_numpy(bool)
            steps = survival_steps(tabulate_arm(time, event))
            falls = np.unique(time[event])
            level = np.concatenate(([1.0], steps))
            axes.step(
                [0, *falls, time.max()], [*level, level[-1]], where="post", color=colour, label=name
            )
            for censored in np.unique(time[~event]):
                at = level[np.searchsorted(falls, censored, side="right")]
                axes.plot([censored], [at], marker="|", color=colour, linestyle="none")
            for column in TIMES:
                axes.text(column, -0.42 - 0.12 * row, str(int((time >= column).sum())), ha="center")
            axes.text(-6.5, -0.42 - 0.12 * row, name, ha="left", color=colour)
        axes.set(xlim=(0, 36), ylim=(0, 1.05), xlabel="Weeks", ylabel="In remission")
        axes.set_xticks(TIMES)
        axes.legend()
        figure.savefig(path, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    draw(leukemia(), Path(sys.argv[1]))
