"""Figures typed by hand, as journals spell them, and what else a caller may hand in by mistake."""

from __future__ import annotations

from survkit.typed.arguments import as_analysis, as_instance, as_instances
from survkit.typed.figures import from_figures
from survkit.typed.spelling import Spelled, read_spelled

__all__ = ["Spelled", "as_analysis", "as_instance", "as_instances", "from_figures", "read_spelled"]
