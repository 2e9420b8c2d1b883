"""Reproductions as a static site and as a summary; the only room that imports Jinja."""

from __future__ import annotations

from survkit.report.site import MARKER, Site

__all__ = ["MARKER", "Site"]
