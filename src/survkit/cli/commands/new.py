"""The command ``survkit new``: ask for what is missing, write a file that reads, or nothing."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from survkit.characters import visible
from survkit.cli.asking import Asking
from survkit.cli.interruption import last_words
from survkit.errors import OutputError, SurvkitError

if TYPE_CHECKING:
    from survkit.cli.draft import DraftArm

__all__ = ["write_new"]

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
    place = [] if output is None else ["-o", str(output)]
    ask = Asking("survkit new", _at_terminal(), kept=place)
    try:
        with last_words(lambda: ask.going_on):
            path = _compose(ask, trial_id, given, arm or (), hazard_ratio, output)
    except typer.Abort:
        typer.echo(err=True)  # the question has a line of its own
        fault = "the questions must be answered, got the end of the input; nothing is written"
        raise SurvkitError(fault, *filter(None, [ask.going_on])) from None
    except SurvkitError as error:
        raise SurvkitError(*error.args, *filter(None, [ask.going_on])) from None
    write_text(visible(f"{path} is written; survkit check {path} reproduces it") + "\n")


def _compose(
    ask: Asking,
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

    if ask.interactive:  # what will not do is said before anything is asked
        _check_given(trial_id, given, arms, hazard_ratio, output)
    found_id = ask.word(
        "ID", "Id of the trial, such as radiant-3", partial(_check_id, output), given=trial_id
    )
    path = output or Path(f"{found_id}.toml")
    _refuse_existing(path)
    words = {}
    for key, question, default in _questions(found_id):
        option, known = f"--{key.replace('_', '-')}", given[key]
        check = partial(_check_word, key)
        words[key] = ask.word(option, question, check, given=known, default=default)
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


def _check_given(
    trial_id: str | None,
    given: Mapping[str, str | None],
    arms: Sequence[str],
    hazard_ratio: str | None,
    output: Path | None,
) -> None:
    """Hold what stands on the command line against the rules of a trial file."""
    from survkit.cli.draft import check_draft, read_arm, read_ratio

    parts: dict[str, Any] = {key: word.strip() for key, word in given.items() if word is not None}
    if arms:
        parts["arms"] = tuple(map(read_arm, arms))
    if hazard_ratio and len(arms) == 2:
        parts["hazard_ratio"] = read_ratio(hazard_ratio)
    check_draft(**parts)
    if trial_id is not None:
        _check_id(output, trial_id.strip())


def _check_id(output: Path | None, answer: str) -> None:
    """Refuse an id that is none, or whose file is there already."""
    from survkit.cli.draft import check_draft

    check_draft(id=answer)
    _refuse_existing(output or Path(f"{answer}.toml"))


def _check_word(key: str, answer: str) -> None:
    """Refuse an answer that a trial file cannot have at its key."""
    from survkit.cli.draft import check_draft

    check_draft(**{key: answer})


def _arms(given: Sequence[str], ask: Asking) -> tuple[DraftArm, ...]:
    """Return the arms, asked for one by one where none is given."""
    from survkit.cli.draft import check_draft, read_arm

    if not given and not ask.interactive:
        msg = "--arm must be given for every arm, got none (at a terminal, survkit new asks for it)"
        raise SurvkitError(msg)
    arms = [read_arm(ask.word("--arm", "", read_arm, given=text)) for text in given]
    question = "Reference arm, or the only one, as id:n[:events[:median]]"

    def check(text: str) -> None:
        if text or not arms:
            check_draft(arms=(*arms, read_arm(text)))

    while not given and (text := ask.word("--arm", question, check, default="")):
        arms.append(read_arm(text))
        question = "Next arm, nothing to end"
    return tuple(arms)


def _ratio(given: str | None, arms: Sequence[DraftArm], ask: Asking) -> tuple[str, ...]:
    """Return the hazard ratio of the second arm over the first."""
    from survkit.cli.draft import check_draft, read_ratio

    if len(arms) == 2:
        question = f"Hazard ratio of {arms[1].id} over {arms[0].id}, nothing if not printed"

        def check(text: str) -> None:
            check_draft(arms=arms, hazard_ratio=read_ratio(text))

        return read_ratio(ask.word("--hazard-ratio", question, check, given=given, default=""))
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
