"""Reproductions as pictures; the only room that imports matplotlib, and it never needs a display.

Everything drawn was computed before: a plot only counts patients at risk.
"""

from __future__ import annotations

from survkit.plot.forest import plot_forest
from survkit.plot.kaplan_meier import plot_kaplan_meier
from survkit.plot.pages import draw_analysis, draw_trial
from survkit.plot.rendering import FORMATS, Format, render
from survkit.plot.style import SYNTHETIC

__all__ = [
    "FORMATS",
    "SYNTHETIC",
    "Format",
    "draw_analysis",
    "draw_trial",
    "plot_forest",
    "plot_kaplan_meier",
    "render",
]
