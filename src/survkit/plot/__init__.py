"""Reproductions as pictures; the only room that imports matplotlib, and it never needs a display.

Everything drawn was computed before: a plot only counts patients at risk.
"""

from __future__ import annotations

from survkit.plot.forest import choose_ratio_ticks, plot_forest
from survkit.plot.forest_rows import ForestRow, arrange_rows, choose_limits, name_sides
from survkit.plot.kaplan_meier import choose_ticks, plot_kaplan_meier
from survkit.plot.pages import draw_analysis, draw_trial
from survkit.plot.ratios import Ratio, pair_ratios
from survkit.plot.rendering import FORMATS, Format, render
from survkit.plot.risk_table import count_at_risk, printed_times
from survkit.plot.style import SYNTHETIC, choose_looks, name_arm
from survkit.plot.targets import Target, place_targets

__all__ = [
    "FORMATS",
    "SYNTHETIC",
    "ForestRow",
    "Format",
    "Ratio",
    "Target",
    "arrange_rows",
    "choose_limits",
    "choose_looks",
    "choose_ratio_ticks",
    "choose_ticks",
    "count_at_risk",
    "draw_analysis",
    "draw_trial",
    "name_arm",
    "name_sides",
    "pair_ratios",
    "place_targets",
    "plot_forest",
    "plot_kaplan_meier",
    "printed_times",
    "render",
]
