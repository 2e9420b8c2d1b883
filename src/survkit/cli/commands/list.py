"""The command ``survkit list``."""

from __future__ import annotations

__all__ = ["list_shipped"]


def list_shipped() -> None:
    """List the shipped trials."""
    from survkit.cli.selection import load_trials
    from survkit.cli.terminal import find_screen, write_text
    from survkit.cli.text.overview import list_text

    write_text(list_text(load_trials(()), find_screen()))
