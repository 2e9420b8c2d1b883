"""Characters that are no letters: what no name may hold, and how a text is shown all the same."""

from __future__ import annotations

import re

__all__ = ["UNSHOWABLE", "fold_lines", "visible", "without_commands", "without_formulas"]

UNSHOWABLE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls: line ends, tabs, NUL, terminal escapes, DEL
    "\u2028\u2029"  # separators of lines and paragraphs
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates of the writing direction
    "\ud800-\udfff\ufffe\uffff"  # halves of a pair, and what XML knows no character for
    "]"
)
"""A character that moves a cursor, ends a line, turns a text around, or is none at all."""

_LINE_ENDS = re.compile(r"[ \t]*[\n\t]\s*")
_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_FORMULA = re.compile(r"(^|[,;|])(\s*)(?=[=+\-@])")


def fold_lines(text: str) -> str:
    """Make one line of a text that was broken, and indented, for the sake of a file."""
    return _LINE_ENDS.sub(" ", text).strip()


def visible(text: str) -> str:
    r"""
    Write what cannot be shown as its escape, so that a text stays on its line.

    Parameters
    ----------
    text : str
        Any text, such as the name of a file.

    Returns
    -------
    str
        The same with ``\n``, ``\x1b`` or ``\u202e`` in place of the character.

    Examples
    --------
    >>> print(visible("trial\x1b[31m\n::error::.toml"))
    trial\x1b[31m\n::error::.toml
    """
    return UNSHOWABLE.sub(_escape, text)


def without_commands(text: str) -> str:
    """
    Take their meaning from words that a runner of GitHub's would obey in a log.

    Parameters
    ----------
    text : str
        Lines that may go to standard output or standard error.

    Returns
    -------
    str
        The same; ``::`` at the begin of a line, and ``##[`` anywhere, are broken by a blank.

    References
    ----------
    .. [1] GitHub Docs, "Workflow commands for GitHub Actions"; the runner's ``ActionCommand``
       trims a line before it looks for ``::``, and finds ``##[`` anywhere in it.
    """
    return _COMMAND.sub(r"\1: ", text).replace("##[", "## [")


def without_formulas(text: str) -> str:
    """
    Take its meaning from a text that a spreadsheet would compute.

    Parameters
    ----------
    text : str
        A cell, or a line that a spreadsheet takes apart at commas, semicolons and bars.

    Returns
    -------
    str
        The same with an apostrophe before ``=``, ``+``, ``-`` or ``@`` where a cell may begin.

    References
    ----------
    .. [1] OWASP, "CSV Injection".
    """
    return _FORMULA.sub(r"\1\2'", text)


def _escape(found: re.Match[str]) -> str:
    """Write one character as Python's, JSON's or R's strings do."""
    return found[0].encode("unicode_escape", "surrogatepass").decode("ascii")
