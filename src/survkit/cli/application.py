"""The commands, registered; each has its module in `survkit.cli.commands`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from survkit.characters import visible
from survkit.cli.commands.audit import audit_figures
from survkit.cli.commands.check import check_trials
from survkit.cli.commands.crossvalidate import crossvalidate_trials
from survkit.cli.commands.digitize import digitize_figure
from survkit.cli.commands.envelope import envelop_analysis
from survkit.cli.commands.export import export_analysis
from survkit.cli.commands.extremes import seek_extremes
from survkit.cli.commands.list import list_shipped
from survkit.cli.commands.new import write_new
from survkit.cli.commands.plot import plot_trial
from survkit.cli.commands.reconstruct import reconstruct_patients
from survkit.cli.commands.report import report_trials
from survkit.cli.commands.schema import write_schema
from survkit.cli.commands.show import show_trial
from survkit.cli.exits import ExitCode
from survkit.cli.terminal import plain_lines, write_remark
from survkit.errors import SurvkitError

__all__ = ["application"]

_UsageError: Any = typer.BadParameter.__mro__[1]
"""What Typer says of a command line; it quotes the words that it does not know."""


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Turn what may go wrong into sentences on standard error and exit codes."""
    try:
        yield
    except _UsageError as error:
        error.message = plain_lines(visible(error.message))
        raise
    except SurvkitError as error:
        fault = str(error)
    except BrokenPipeError:
        raise typer.Exit(ExitCode.CLOSED_PIPE) from None
    except OSError as error:
        fault = visible(f"{error.filename or 'standard output'}: {error.strerror or error}")
    else:
        return
    write_remark(fault)
    raise typer.Exit(ExitCode.BAD_INPUT)


class _Commands(TyperGroup):
    """The group of commands, answering for all of them."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the command line; this is where --help and --version answer."""
        with _exit_codes():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with _exit_codes():
            return super().invoke(ctx)


application = typer.Typer(
    name="survkit",
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Rebuild synthetic patients from a trial's printed survival figures, refit them with "
        "lifelines and check every figure."
    ),
    epilog=(
        "Exit codes: 0 reproduced, 1 missed (audit: impossible), 2 bad input or output, 130 "
        "interrupted. "
        "The patients are synthetic: they print the same figures, and prove nothing else."
    ),
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"survkit {version('survkit')}")
        raise typer.Exit


@application.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None: ...


application.command("list")(list_shipped)
application.command("show")(show_trial)
application.command("reconstruct")(reconstruct_patients)
application.command("export")(export_analysis)
application.command("envelope")(envelop_analysis)
application.command("extremes")(seek_extremes)
application.command("check")(check_trials)
application.command("audit")(audit_figures)
application.command("crossvalidate")(crossvalidate_trials)
application.command("plot")(plot_trial)
application.command("schema")(write_schema)
application.command("report")(report_trials)
application.command("new")(write_new)
application.command("digitize")(digitize_figure)
