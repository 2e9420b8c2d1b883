"""The look of every plot: fonts, colours, line styles, names, and the line on synthetic data."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any, Literal

import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from survkit.trial import Analysis

__all__ = [
    "FONT",
    "GREY",
    "INK",
    "LEGIBLE",
    "SMALL",
    "SYNTHETIC",
    "Look",
    "choose_looks",
    "describe_analysis",
    "make_figure",
    "name_arm",
    "styled",
]

SYNTHETIC = "Synthetic patients, reconstructed from printed figures: not the data of the trial"
"""The line that every figure bears."""

INK, GREY = "#222222", "#666666"
LEGIBLE, SMALL = 9.0, 8.0
"""Font sizes in points."""

FONT = "DejaVu Sans"  # comes with matplotlib, so that every machine draws the same letters
_RC: dict[str, Any] = {
    "font.family": [FONT],
    "font.size": LEGIBLE,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.usetex": False,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "svg.fonttype": "path",
    "svg.hashsalt": "survkit",
    "pdf.fonttype": 42,
    "figure.constrained_layout.h_pad": 0.1,
    "figure.constrained_layout.w_pad": 0.15,
}

# Okabe and Ito's colours, the darker ones first; the dashes tell lines apart without colour.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_SOLID: tuple[float, ...] = ()
_DASHES = (_SOLID, (5.0, 1.8), (7.0, 1.6, 1.4, 1.6), (1.4, 1.4), (9.0, 2.0))


@dataclass(frozen=True, slots=True)
class Look:
    """
    How one arm is drawn.

    Parameters
    ----------
    colour : str
        Colour, in hexadecimal.
    dashes : tuple of float
        Lengths of dashes and gaps, in line widths; empty for a solid line.
    """

    colour: str
    dashes: tuple[float, ...]

    @property
    def line_style(self) -> Literal["-"] | tuple[float, Sequence[float]]:
        """The dashes, as matplotlib takes them."""
        return (0.0, self.dashes) if self.dashes else "-"


def styled() -> AbstractContextManager[None]:
    """
    Draw in survkit's style for as long as the context lasts; nothing global stays changed.

    Returns
    -------
    context manager
        Sets matplotlib's parameters on entry and restores them on exit.
    """
    return matplotlib.style.context(["default", _RC])


def make_figure(width: float, height: float) -> Figure:
    """
    Make a figure that belongs to no window and no global list.

    Parameters
    ----------
    width, height : float
        Size in inches.

    Returns
    -------
    Figure
        An empty figure with the constrained layout.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def choose_looks(analysis: Analysis) -> dict[str, Look]:
    """
    Give every arm a colour and a line style, the experimental arms first.

    Parameters
    ----------
    analysis : Analysis
        Whose arms are drawn.

    Returns
    -------
    dict of str to Look
        Looks by arm id.
    """
    references = {contrast.reference for contrast in analysis.contrasts}
    references -= {contrast.experimental for contrast in analysis.contrasts}
    ordered = sorted((arm.id for arm in analysis.arms), key=references.__contains__)
    return {
        arm: Look(colour, dashes)
        for arm, colour, dashes in zip(ordered, cycle(_COLOURS), cycle(_DASHES), strict=False)
    }


def name_arm(analysis: Analysis, arm_id: str) -> str:
    """
    Name an arm in running text.

    Parameters
    ----------
    analysis : Analysis
        The analysis that has the arm.
    arm_id : str
        Id of the arm.

    Returns
    -------
    str
        Its name, or its id where it has none.
    """
    return analysis.arm(arm_id).name or arm_id


def describe_analysis(analysis: Analysis) -> str:
    """
    Describe an analysis in a heading.

    Parameters
    ----------
    analysis : Analysis
        The analysis.

    Returns
    -------
    str
        Endpoint, sub-group, assessment, population and standing, as far as they are known.
    """
    status = f"{analysis.status} analysis" if analysis.status else None
    parts = (
        analysis.endpoint,
        analysis.subgroup,
        analysis.assessment,
        analysis.population,
        status,
    )
    return textwrap.fill(", ".join(part for part in parts if part), 68)
