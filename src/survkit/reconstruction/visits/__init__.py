"""Placement and calibration where patients are assessed at visits: events are tied there."""
