"""The command line: ``survkit list``, ``show``, ``reconstruct``, ``check`` and ``plot``."""

from __future__ import annotations

from survkit.cli.entry import main

__all__ = ["main"]
