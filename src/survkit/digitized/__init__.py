"""Curves as data: coordinates, marks and numbers at risk, and the files they come in."""

from __future__ import annotations

from survkit.digitized.checking import Allowance, Inconsistency, check_curve
from survkit.digitized.curve import DigitizedCurve, Taking
from survkit.digitized.reading import curve_from_points, read_curves, read_marks, read_risk_tables
from survkit.digitized.risk_table import RiskTable

__all__ = [
    "Allowance",
    "DigitizedCurve",
    "Inconsistency",
    "RiskTable",
    "Taking",
    "check_curve",
    "curve_from_points",
    "read_curves",
    "read_marks",
    "read_risk_tables",
]
