"""Questions at a terminal: an answer is checked when it is given, and kept whatever comes then."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field

import typer

from survkit.errors import SurvkitError

__all__ = ["Asking"]


@dataclass(slots=True)
class Asking:
    """
    Answers to the questions of a command: given as options, or asked for where somebody is there.

    Parameters
    ----------
    command : str
        What is typed before the answers.
    interactive : bool
        Whether somebody is at a terminal.
    asked : bool
        Whether anything was asked there.
    kept : list of str
        The answers so far, as words of the command line.
    """

    command: str
    interactive: bool
    asked: bool = False
    kept: list[str] = field(default_factory=list)

    @property
    def going_on(self) -> str:
        """A sentence with the command that goes on from here; empty where nobody was asked."""
        if not (self.asked and self.kept):
            return ""
        return f"what was answered is kept by: {self.command} {shlex.join(self.kept)}"

    def word(
        self,
        option: str,
        question: str,
        check: Callable[[str], object],
        *,
        given: str | None = None,
        default: str | None = None,
    ) -> str:
        """
        Return an answer; at a terminal, ask until it is one.

        Parameters
        ----------
        option : str
            The option that gives it; the name of an argument where it has no hyphens.
        question : str
            What is asked.
        check : callable
            Raises a SurvkitError for an answer at the terminal that will not do.
        given : str, optional
            The answer on the command line.
        default : str, optional
            What stands where nothing is answered; without it an answer is needed.

        Returns
        -------
        str
            The answer, without blanks around it.

        Raises
        ------
        SurvkitError
            If nothing is given where it is needed, and nobody is there to be asked.
        """
        if given is None and self.interactive:
            answer = self._asked(question, check, default)
        elif given is None and default is None:
            msg = f"{option} must be given, got nothing (at a terminal, {self.command} asks for it)"
            raise SurvkitError(msg)
        else:
            answer = (given if given is not None else default or "").strip()
        self._keep(option, answer)
        return answer

    def _asked(self, question: str, check: Callable[[str], object], default: str | None) -> str:
        """Ask until the answer will do."""
        from survkit.cli.terminal import write_remark

        self.asked = True
        while True:
            shown = bool(default)
            answer: str = typer.prompt(question, default=default, show_default=shown, err=True)
            try:
                check(answer.strip())
            except SurvkitError as error:
                write_remark(str(error))
            else:
                return answer.strip()

    def _keep(self, option: str, answer: str) -> None:
        """Remember an answer as it would stand on the command line; the end of a list is none."""
        if not answer and option == "--arm":
            return
        if not option.startswith("-"):
            self.kept.append(answer)
        elif answer.startswith("-"):
            self.kept.append(f"{option}={answer}")
        else:
            self.kept += [option, answer]
