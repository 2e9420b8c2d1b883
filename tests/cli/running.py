"""Commands run inside this process, which is fast; conftest.py starts them as processes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from survkit.cli.application import application

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.testing import Result

__all__ = ["BAD_SPECS", "SHIPPED", "TRIAL", "run"]

BAD_SPECS = Path(__file__).parents[1] / "specs" / "bad"
SHIPPED = Path(__file__).parents[2] / "reconstructions"

TRIAL = """\
spec_version = 1
id = "small"
name = "SMALL"
condition = "a made-up disease"

[sources.paper]
citation = "A paper that nobody wrote"

[[analysis]]
id = "os"
endpoint = "OS"
time_unit = "month"
source = "paper"

[[analysis.arm]]
id = "control"
n = 30
events = 24
median = 6.0
survival = [{ time = 12, percent = 25, role = "check", verified = false }]

[[analysis.arm]]
id = "active"
n = 31
events = 20
median = 9.1

[[analysis.contrast]]
experimental = "active"
reference = "control"
hazard_ratio = 0.60
"""
"""A trial that is reproduced in an instant."""


def run(*arguments: str | Path, env: Mapping[str, str | None] | None = None) -> Result:
    """Run a command in this process; standard output is a pipe."""
    return CliRunner().invoke(
        application,
        [str(argument) for argument in arguments],
        env={"COLUMNS": None, **(env or {})},
        prog_name="survkit",
    )
