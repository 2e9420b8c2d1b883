"""The command ``survkit show``."""

from __future__ import annotations

from survkit.cli.options import AsJson, TrialName

__all__ = ["show_trial"]


def show_trial(trial: TrialName, as_json: AsJson = False) -> None:
    """Show a trial: its sources and every printed figure."""
    from survkit.cli.terminal import find_screen, write_text
    from survkit.trial import load_trial

    loaded = load_trial(trial)
    if as_json:
        from survkit.results import show_json

        write_text(show_json(loaded))
    else:
        from survkit.cli.text.overview import show_text

        write_text(show_text(loaded, find_screen()))
