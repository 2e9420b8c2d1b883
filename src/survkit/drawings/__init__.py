"""Figures as they were drawn, PDF and SVG, to panels with axes, curves, marks and risk tables."""
