"""The command ``survkit new``: ask for what is missing, write a file that reads, or nothing."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

import typer

from survkit.characters import visible
from survkit.errors import OutputError, SurvkitError

if TYPE_CHECKING:
    from survkit.cli.draft import DraftArm

__all__ = ["write_new"]

T = TypeVar("T")
_Word = str | None


def write_new(  # noqa: PLR0913, PLR0917 - one parameter per option
    trial_id: Annotated[_Word, typer.Argument(metavar="[ID]", help="Id of the trial.")] = None,
    name: Annotated[_Word, typer.Option(help="Name of the trial.")] = None,
    condition: Annotated[_Word, typer.Option(help="What the patients had.")] = None,
    citation: Annotated[_Word, typer.Option(help="Publication of the figures.")] = None,
    doi: Annotated[_Word, typer.Option(help="Its DOI.")] = None,
    pmid: Annotated[_Word, typer.Option(help="Its PubMed id.")] = None,
    endpoint: Annotated[_Word, typer.Option(help="Endpoint, such as OS.")] = None,
    time_unit: Annotated[
        _Word, typer.Option(help="day, week, month or year; month if left out.")
    ] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID:N[:EVENTS[:MEDIAN]]", help="An arm; once per arm, the reference first."
        ),
    ] = None,
    hazard_ratio: Annotated[
        _Word,
        typer.Option(metavar="HR", help="Second arm over first, such as '0.35 (0.27-0.45)'."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to; <id>.toml if left out."),
    ] = None,
) -> None:
    """Write a new trial file with comments; asks at a terminal."""
    from survkit.cli.terminal import write_text

    given = {
        "name": name,
        "condition": condition,
        "citation": citation,
        "doi": doi,
        "pmid": pmid,
        "endpoint": endpoint,
        "time_unit": time_unit,
    }
    if output is not None:
        _refuse_existing(output)
    try:
        path = _compose(trial_id, given, arm or (), hazard_ratio, output)
    except typer.Abort:
        fault = "the questions must be answered, got the end of the input; nothing is written"
        raise SurvkitError(fault) from None
    write_text(visible(f"{path} is written; survkit check {path} reproduces it") + "\n")


def _compose(
    trial_id: str | None,
    given: Mapping[str, str | None],
    arms: Sequence[str],
    hazard_ratio: str | None,
    output: Path | None,
) -> Path:
    """Ask in the order in which a reader of a paper meets it, and write a file that reads."""
    from survkit.cli.draft import Draft, draft_text
    from survkit.cli.files import write_file
    from survkit.trial import trial_from_document

    ask = _Asking(_at_terminal())
    found_id = ask.word(trial_id, "ID", "Id of the trial, such as radiant-3")
    path = output or Path(f"{found_id}.toml")
    _refuse_existing(path)
    words = {
        key: ask.word(given[key], f"--{key.replace('_', '-')}", question, default)
        for key, question, default in _questions(found_id)
    }
    found_arms = _arms(arms, ask)
    ratio = _ratio(hazard_ratio, found_arms, ask)
    text = draft_text(Draft(id=found_id, **words, arms=found_arms, hazard_ratio=ratio))
    trial_from_document(tomllib.loads(text, parse_float=Decimal), origin=path.name)
    _refuse_existing(path)
    write_file(path, text.encode())
    return path


def _questions(trial_id: str) -> tuple[tuple[str, str, str | None], ...]:
    """Return options, questions and what stands where nothing is answered; None: it is needed."""
    from survkit.trial.stated import TimeUnit

    return (
        ("name", "Name of the trial", trial_id.upper()),
        ("condition", "Condition of the patients", ""),
        ("citation", "Citation of the publication", None),
        ("doi", "DOI, if it has one", ""),
        ("pmid", "PubMed id, if it has one", ""),
        ("endpoint", "Endpoint, such as OS or PFS", None),
        ("time_unit", f"Unit of times ({', '.join(get_args(TimeUnit))})", "month"),
    )


def _at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


class _Asking:
    """Missing answers: asked for at a terminal, refused elsewhere."""

    def __init__(self, interactive: bool) -> None:
        self.interactive = interactive

    def word(
        self, given: str | None, option: str, question: str, default: str | None = None
    ) -> str:
        """Return an answer; without a default it is needed."""
        if given is not None:
            return given.strip()
        if self.interactive:
            answer: str = typer.prompt(question, default=default, err=True)
            return answer.strip()
        if default is None:
            msg = f"{option} must be given, got nothing (at a terminal, survkit new asks for it)"
            raise SurvkitError(msg)
        return default

    def until_read(self, given: str | None, question: str, read: Callable[[str], T]) -> T:
        """Return what an answer stands for; at a terminal, ask until it reads."""
        if given is not None or not self.interactive:
            return read(given or "")
        from survkit.cli.terminal import write_remark

        while True:
            try:
                return read(typer.prompt(question, default="", show_default=False, err=True))
            except SurvkitError as error:
                write_remark(str(error))


def _arms(given: Sequence[str], ask: _Asking) -> tuple[DraftArm, ...]:
    """Return the arms, asked for one by one where none is given."""
    from survkit.cli.draft import read_arm

    if given:
        return tuple(read_arm(text) for text in given)
    if not ask.interactive:
        msg = "--arm must be given for every arm, got none (at a terminal, survkit new asks for it)"
        raise SurvkitError(msg)
    arms = [
        ask.until_read(None, "Reference arm, or the only one, as id:n[:events[:median]]", read_arm)
    ]

    def read_next(text: str) -> DraftArm | None:
        return read_arm(text) if text.strip() else None

    while (arm := ask.until_read(None, "Next arm, nothing to end", read_next)) is not None:
        arms.append(arm)
    return tuple(arms)


def _ratio(given: str | None, arms: Sequence[DraftArm], ask: _Asking) -> tuple[str, ...]:
    """Return the hazard ratio of the second arm over the first."""
    from survkit.cli.draft import read_ratio

    if len(arms) == 2:
        question = f"Hazard ratio of {arms[1].id} over {arms[0].id}, nothing if not printed"
        return ask.until_read(given, question, read_ratio)
    if given:
        msg = f"--hazard-ratio must come with two arms, the reference first, got {len(arms)}"
        raise SurvkitError(msg)
    return ()


def _refuse_existing(path: Path) -> None:
    """Refuse a file that is there already, or whose place is none."""
    from survkit.cli.files import check_target

    check_target(path)
    if path.exists():
        msg = f"{path}: the new trial file must not exist yet, got a file"
        raise OutputError(msg)
