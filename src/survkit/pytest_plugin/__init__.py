"""Trial files as tests: pytest collects every printed figure as an item; off unless asked for.

``pytest --survkit``, or ``survkit = true`` in the configuration, switches it on. Until then this
module, which pytest loads wherever survkit is installed, costs nothing: no other module is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_report_header"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the switch, on the command line and in the configuration."""
    text = "collect trial files of survkit (TOML with a spec_version): every figure is a test"
    parser.getgroup("survkit").addoption("--survkit", action="store_true", help=text)
    parser.addini("survkit", text, type="bool", default=False)
    kept = "folder that keeps what survkit found of a trial, for as long as both are the same"
    parser.getgroup("survkit").addoption("--survkit-cache", metavar="DIR", help=kept)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say in the header that trial files are collected."""
    if not _asked_for(config):
        return None
    from importlib.metadata import version

    return f"survkit: {version('survkit')}, every printed figure of a trial file is a test"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """
    Collect a trial file.

    Parameters
    ----------
    file_path : pathlib.Path
        Any file below the arguments of the command line.
    parent : pytest.Collector
        Its folder.

    Returns
    -------
    pytest.Collector or None
        The collector of its analyses, where the plugin is switched on and it is a trial file.
    """
    if file_path.suffix != ".toml" or not _asked_for(parent.config):
        return None
    from survkit.pytest_plugin.items import TrialFile, is_trial_file

    return TrialFile.from_parent(parent, path=file_path) if is_trial_file(file_path) else None


def _asked_for(config: pytest.Config) -> bool:
    return bool(config.getoption("--survkit") or config.getini("survkit"))
