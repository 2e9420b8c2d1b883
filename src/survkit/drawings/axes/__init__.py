"""Axes of panels: labels, tick marks, calibration, and the region they span."""
