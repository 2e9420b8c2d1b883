"""Scenes drawn for papers; the only room that imports matplotlib, and it never needs a display."""

from __future__ import annotations

from survkit.plot.bands import draw_bands
from survkit.plot.forest import plot_forest
from survkit.plot.kaplan_meier import plot_kaplan_meier
from survkit.plot.overlay import draw_overlay
from survkit.plot.pages import draw_analysis, draw_pages, draw_trial
from survkit.plot.rendering import FORMATS, Format, render
from survkit.scene import SYNTHETIC, View

__all__ = [
    "FORMATS",
    "SYNTHETIC",
    "Format",
    "View",
    "draw_analysis",
    "draw_bands",
    "draw_overlay",
    "draw_pages",
    "draw_trial",
    "plot_forest",
    "plot_kaplan_meier",
    "render",
]
