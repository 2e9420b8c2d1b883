"""The commands and their options; what they do stands in the modules they call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from survkit.cli.exits import ExitCode
from survkit.errors import SurvkitError

__all__ = ["application"]


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Turn what may go wrong into sentences on standard error and exit codes."""
    try:
        yield
    except SurvkitError as error:
        fault = str(error)
    except BrokenPipeError:
        raise typer.Exit(ExitCode.CLOSED_PIPE) from None
    except OSError as error:
        fault = f"{error.filename or 'standard output'}: {error.strerror or error}"
    else:
        return
    print(fault, file=sys.stderr)
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

_Trial = Annotated[
    str, typer.Argument(metavar="TRIAL|FILE", help="Id of a shipped trial, or a TOML file.")
]


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


@application.command("list", help="List the shipped trials.")
def _list() -> None:
    from survkit.cli.overview import list_text
    from survkit.cli.selection import load_trials
    from survkit.cli.terminal import find_screen, write_text

    write_text(list_text(load_trials(()), find_screen()))


@application.command("show", help="Show a trial: its sources and every printed figure.")
def _show(
    trial: _Trial,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    from survkit.cli.terminal import find_screen, write_text
    from survkit.trial import load_trial

    loaded = load_trial(trial)
    if as_json:
        from survkit.cli.documents import show_json

        write_text(show_json(loaded))
    else:
        from survkit.cli.overview import show_text

        write_text(show_text(loaded, find_screen()))


@application.command("reconstruct", help="Write synthetic patients of an analysis as CSV.")
def _reconstruct(
    trial: _Trial,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to; standard output if left out."
        ),
    ] = None,
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="ID", help="The analysis, where there are several."),
    ] = None,
) -> None:
    from survkit.cli.files import check_target, write_file
    from survkit.cli.selection import choose_analysis
    from survkit.cli.terminal import write_bytes
    from survkit.trial import load_trial

    loaded = load_trial(trial)
    chosen = choose_analysis(loaded, analysis)
    if output is not None:
        check_target(output)

    from survkit.export import csv_text
    from survkit.reconstruction import Family

    content = csv_text(Family(loaded.analyses).reconstruct(chosen), loaded).encode()
    if output is None:
        write_bytes(content)
    else:
        write_file(output, content)


@application.command("export", help="Write synthetic patients of an analysis for other programs.")
def _export(
    trial: _Trial,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to; standard output if left out."
        ),
    ] = None,
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="ID", help="The analysis, where there are several."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="csv, parquet, adtte-csv, adtte-json (Dataset-JSON 1.1), adtte-xpt (SAS) or r "
            "(a script that reads the csv); by the file's ending if left out.",
        ),
    ] = None,
) -> None:
    from survkit.cli.exporting import write_export

    write_export(trial, analysis=analysis, name=name, output=output)


@application.command("check", help="Reproduce trials and check every figure.")
def _check(  # noqa: PLR0913, PLR0917 - one parameter per option
    trials: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TRIAL|FILE|FOLDER",
            help="Shipped trials, TOML files, folders of them; all shipped trials if left out.",
        ),
    ] = None,
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="ID", help="Check this analysis of one trial only."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plots: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Draw every analysis and every trial into this folder."
        ),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write JUnit XML: a case per figure.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a summary in Markdown.")
    ] = None,
    lock: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Say which figure moved since this file was written; write it."
        ),
    ] = None,
    update_lock: Annotated[
        bool, typer.Option("--update-lock", help="Write the file of --lock anew.")
    ] = False,
    with_r: Annotated[
        bool, typer.Option("--with-r", help="Let R's package survival refit, too.")
    ] = False,
) -> None:
    from survkit.cli.checking import CheckOptions, check_trials

    options = CheckOptions(
        analysis=analysis,
        as_json=as_json,
        plots=plots,
        junit=junit,
        markdown=markdown,
        lock=lock,
        update_lock=update_lock,
        with_r=with_r,
    )
    raise typer.Exit(check_trials(trials or (), options))


_Two = tuple[str, str]


@application.command("audit", help="Ask whether printed figures can all be true at once.")
def _audit(  # noqa: PLR0913, PLR0917 - one parameter per option
    trials: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TRIAL|FILE|FOLDER",
            help="Shipped trials, TOML files, folders of them; all shipped trials if left out.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    patients: Annotated[
        bool, typer.Option(help="Look for patients that print every figure of a file.")
    ] = True,
    hazard_ratio: Annotated[
        str | None, typer.Option("--hr", metavar="HR", help="Hazard ratio, as printed.")
    ] = None,
    interval: Annotated[
        _Two | None, typer.Option("--ci", metavar="LOWER UPPER", help="Its interval.")
    ] = None,
    level: Annotated[float, typer.Option(metavar="PERCENT", help="Level of the interval.")] = 95.0,
    p_value: Annotated[
        str | None, typer.Option("--p", metavar="P", help='P-value, such as 0.03 or "<0.001".')
    ] = None,
    test: Annotated[str | None, typer.Option(metavar="log-rank|wald", help="Its test.")] = None,
    sided: Annotated[int | None, typer.Option(metavar="1|2", min=1, max=2, help="Sides.")] = None,
    reduction: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="Reduction of the risk.")
    ] = None,
    n: Annotated[
        _Two | None, typer.Option("--n", metavar="EXP REF", help="Patients of both arms.")
    ] = None,
    events: Annotated[
        _Two | None, typer.Option(metavar="EXP REF", help="Events of both arms.")
    ] = None,
    total_n: Annotated[str | None, typer.Option(metavar="N", help="Patients together.")] = None,
    total_events: Annotated[str | None, typer.Option(metavar="D", help="Events together.")] = None,
    medians: Annotated[
        _Two | None, typer.Option(metavar="EXP REF", help="Medians of both arms.")
    ] = None,
    survival: Annotated[
        list[str] | None, typer.Option(metavar="TIME:EXP:REF", help="Percentages; repeatable.")
    ] = None,
    at_risk: Annotated[
        list[str] | None,
        typer.Option(metavar="TIME:EXP:REF", help="Numbers at risk; repeatable."),
    ] = None,
) -> None:
    from survkit.cli.auditing import audit_trials, audit_typed
    from survkit.cli.typed import TypedFigures

    typed = TypedFigures(
        hazard_ratio=hazard_ratio,
        interval=interval,
        level=level,
        p_value=p_value,
        test=test,
        sided=sided,
        reduction=reduction,
        patients=n,
        events=events,
        total_patients=total_n,
        total_events=total_events,
        medians=medians,
        survival=survival or (),
        at_risk=at_risk or (),
    )
    if not typed.given():
        raise typer.Exit(audit_trials(trials or (), as_json=as_json, patients=patients))
    if trials:
        fault = f"figures must be typed without trials, got {', '.join(trials)}"
        raise SurvkitError(fault)
    raise typer.Exit(audit_typed(typed, as_json=as_json))


@application.command("plot", help="Draw a trial, or one analysis of it.")
def _plot(
    trial: _Trial,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .png, .svg or .pdf file.")
    ],
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="ID", help="Draw this analysis, not the whole trial."),
    ] = None,
) -> None:
    from survkit.cli.drawing import check_plot_target, write_analysis_plot, write_trial_plot
    from survkit.trial import load_trial

    loaded = load_trial(trial)
    chosen = None if analysis is None else loaded.analysis(analysis)
    check_plot_target(output)

    from survkit.reconstruction import Family
    from survkit.reproduction import reproduce, reproduce_analysis

    if chosen is None:
        write_trial_plot(reproduce(loaded), output)
    else:
        write_analysis_plot(loaded, reproduce_analysis(chosen, Family(loaded.analyses)), output)


@application.command("schema", help="Write the JSON Schema of trial files, for editors.")
def _schema(
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to; standard output if left out."
        ),
    ] = None,
) -> None:
    from survkit.cli.files import check_target, write_file
    from survkit.cli.terminal import write_text

    if output is not None:
        check_target(output)

    from survkit.trial.schema import schema_text

    if output is None:
        write_text(schema_text())
    else:
        write_file(output, schema_text().encode())


@application.command("report", help="Write a report on trials: a static site, a summary.")
def _report(
    trials: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TRIAL|FILE|FOLDER",
            help="Shipped trials, TOML files, folders of them; all shipped trials if left out.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FOLDER",
            help="Folder of the site, new or an old report.",
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File of a summary in Markdown, as for a CI job."),
    ] = None,
) -> None:
    from survkit.cli.reporting import report_trials

    raise typer.Exit(report_trials(trials or (), output=output, markdown=markdown))


@application.command("new", help="Write a new trial file with comments; asks at a terminal.")
def _new(  # noqa: PLR0913, PLR0917 - one parameter per option
    trial_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Id of the trial.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the trial.")] = None,
    condition: Annotated[str | None, typer.Option(help="What the patients had.")] = None,
    citation: Annotated[str | None, typer.Option(help="Publication of the figures.")] = None,
    doi: Annotated[str | None, typer.Option(help="Its DOI.")] = None,
    pmid: Annotated[str | None, typer.Option(help="Its PubMed id.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Endpoint, such as OS.")] = None,
    time_unit: Annotated[
        str | None, typer.Option(help="day, week, month or year; month if left out.")
    ] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID:N[:EVENTS[:MEDIAN]]", help="An arm; once per arm, the reference first."
        ),
    ] = None,
    hazard_ratio: Annotated[
        str | None,
        typer.Option(metavar="HR", help="Second arm over first, such as '0.35 (0.27-0.45)'."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to; <id>.toml if left out."),
    ] = None,
) -> None:
    from survkit.cli.drafting import Answers, write_draft

    answers = Answers(
        id=trial_id,
        name=name,
        condition=condition,
        citation=citation,
        doi=doi,
        pmid=pmid,
        endpoint=endpoint,
        time_unit=time_unit,
        hazard_ratio=hazard_ratio,
        arms=arm or (),
    )
    path = write_draft(answers, output)
    print(f"{path} is written; survkit check {path} reproduces it")
