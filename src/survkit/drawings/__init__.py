"""Figures as they were drawn, PDF and SVG, to panels with axes, curves, marks and risk tables."""

from survkit.drawings.background import Background, read_background
from survkit.drawings.corrections import name_curves_by_hand, set_survival_scale
from survkit.drawings.digitizing import DigitizedArm, digitize_panel
from survkit.drawings.opening import Axes, Figure, read_drawing, read_figure, read_panels
from survkit.drawings.panels import Axis, Curve, Panel, PrintedText, RiskRow, RiskTable, Tick
from survkit.drawings.primitives import Box, Colour, Drawing, Mark, Points, Stroke, Word

__all__ = [
    "Axes",
    "Axis",
    "Background",
    "Box",
    "Colour",
    "Curve",
    "DigitizedArm",
    "Drawing",
    "Figure",
    "Mark",
    "Panel",
    "Points",
    "PrintedText",
    "RiskRow",
    "RiskTable",
    "Stroke",
    "Tick",
    "Word",
    "digitize_panel",
    "name_curves_by_hand",
    "read_background",
    "read_drawing",
    "read_figure",
    "read_panels",
    "set_survival_scale",
]
