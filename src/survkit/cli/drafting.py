"""The command new: ask for what is missing, write a file that reads, or nothing."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar, get_args

import typer

from survkit.cli.draft import Draft, DraftArm, draft_text, read_arm, read_ratio
from survkit.cli.files import check_target, write_file
from survkit.errors import OutputError, SurvkitError
from survkit.trial import trial_from_document

__all__ = ["Answers", "write_draft"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """
    What the command line says about a new trial; None where it says nothing.

    Parameters
    ----------
    id, name, condition, citation, doi, pmid, endpoint, time_unit, hazard_ratio : str or None
        The options.
    arms : sequence of str
        Arms, as ``id:n[:events[:median]]``.
    """

    id: str | None
    name: str | None
    condition: str | None
    citation: str | None
    doi: str | None
    pmid: str | None
    endpoint: str | None
    time_unit: str | None
    hazard_ratio: str | None
    arms: Sequence[str]


def write_draft(answers: Answers, output: Path | None) -> Path:
    """
    Write a new trial file.

    Parameters
    ----------
    answers : Answers
        What the command line says; at a terminal the rest is asked for.
    output : pathlib.Path or None
        Where to; ``<id>.toml`` in this folder if left out.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    SurvkitError
        If something is missing, cannot be read or contradicts itself.
    OutputError
        If the file is there already, or cannot be written.
    """
    if output is not None:
        _refuse_existing(output)
    try:
        path, text = _compose(answers, output, _Asking(_at_terminal()))
    except typer.Abort:
        msg = "the questions must be answered, got the end of the input; nothing is written"
        raise SurvkitError(msg) from None
    _refuse_existing(path)
    write_file(path, text.encode())
    return path


def _compose(answers: Answers, output: Path | None, ask: _Asking) -> tuple[Path, str]:
    """Return where the file goes and what it says, once that reads."""
    trial_id = ask.word(answers.id, "ID", "Id of the trial, such as radiant-3")
    path = output or Path(f"{trial_id}.toml")
    _refuse_existing(path)
    text = draft_text(_complete(trial_id, answers, ask))
    trial_from_document(tomllib.loads(text, parse_float=Decimal), origin=path.name)
    return path, text


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
        while True:
            try:
                return read(typer.prompt(question, default="", show_default=False, err=True))
            except SurvkitError as error:
                typer.echo(str(error), err=True)


def _complete(trial_id: str, answers: Answers, ask: _Asking) -> Draft:
    """Gather everything a file needs, in the order in which a reader of a paper meets it."""
    name = ask.word(answers.name, "--name", "Name of the trial", trial_id.upper())
    condition = ask.word(answers.condition, "--condition", "Condition of the patients", "")
    citation = ask.word(answers.citation, "--citation", "Citation of the publication")
    doi = ask.word(answers.doi, "--doi", "DOI, if it has one", "")
    pmid = ask.word(answers.pmid, "--pmid", "PubMed id, if it has one", "")
    endpoint = ask.word(answers.endpoint, "--endpoint", "Endpoint, such as OS or PFS")
    unit = ask.word(answers.time_unit, "--time-unit", f"Unit of times ({_units()})", "month")
    arms = _arms(answers.arms, ask)
    ratio = _ratio(answers.hazard_ratio, arms, ask)
    return Draft(
        id=trial_id,
        name=name,
        condition=condition,
        citation=citation,
        doi=doi,
        pmid=pmid,
        endpoint=endpoint,
        time_unit=unit,
        arms=arms,
        hazard_ratio=ratio,
    )


def _arms(given: Sequence[str], ask: _Asking) -> tuple[DraftArm, ...]:
    """Return the arms, asked for one by one where none is given."""
    if given:
        return tuple(read_arm(text) for text in given)
    if not ask.interactive:
        msg = "--arm must be given for every arm, got none (at a terminal, survkit new asks for it)"
        raise SurvkitError(msg)
    arms: list[DraftArm] = []
    question = "Reference arm, or the only one, as id:n[:events[:median]]"
    while True:
        arm = ask.until_read(None, question, _read_next_arm if arms else read_arm)
        if arm is None:
            return tuple(arms)
        arms.append(arm)
        question = "Next arm, nothing to end"


def _read_next_arm(text: str) -> DraftArm | None:
    """Read an arm, or the end of the arms."""
    return read_arm(text) if text.strip() else None


def _ratio(given: str | None, arms: Sequence[DraftArm], ask: _Asking) -> tuple[str, ...]:
    """Return the hazard ratio of the second arm over the first."""
    if len(arms) == 2:
        question = f"Hazard ratio of {arms[1].id} over {arms[0].id}, nothing if not printed"
        return ask.until_read(given, question, read_ratio)
    if given:
        msg = f"--hazard-ratio must come with two arms, the reference first, got {len(arms)}"
        raise SurvkitError(msg)
    return ()


def _refuse_existing(path: Path) -> None:
    """Refuse a file that is there already, or whose place is none."""
    check_target(path)
    if path.exists():
        msg = f"{path}: the new trial file must not exist yet, got a file"
        raise OutputError(msg)


def _units() -> str:
    from survkit.trial.stated import TimeUnit

    return ", ".join(get_args(TimeUnit))
