"""Figures as they were drawn, PDF and SVG, to panels with axes, curves, marks and risk tables."""

from survkit.drawings.digitizing import DigitizedArm, digitize_panel
from survkit.drawings.opening import Axes, read_drawing, read_panels
from survkit.drawings.panels import Axis, Curve, Panel, PrintedText, RiskRow, RiskTable, Tick
from survkit.drawings.primitives import Box, Colour, Drawing, Mark, Points, Stroke, Word

__all__ = [
    "Axes",
    "Axis",
    "Box",
    "Colour",
    "Curve",
    "DigitizedArm",
    "Drawing",
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
    "read_drawing",
    "read_panels",
]
