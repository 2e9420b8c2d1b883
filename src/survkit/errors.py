"""One error tree: what survkit raises when the input cannot be used.

Disagreement with a publication is never an error; it is a verdict.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from survkit.characters import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DigitizedFileError",
    "DrawingError",
    "FaultsError",
    "OutputError",
    "ReconstructionError",
    "SurvkitError",
    "TrialFileError",
    "UnknownTrialError",
    "WrongArgumentError",
    "unknown_name",
]


class SurvkitError(Exception):
    """
    Base of everything survkit raises on purpose; its text is one clear sentence per fault.

    Parameters
    ----------
    *sentences : str
        One per fault. What they quote may come from anywhere: each stays on its line, and nothing
        in it moves the cursor of a terminal.
    """

    def __init__(self, *sentences: str) -> None:
        super().__init__(*map(visible, sentences))

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class FaultsError(SurvkitError):
    """
    What was given cannot be used; carries every fault found in it.

    Parameters
    ----------
    faults : tuple of str
        One sentence per fault, each naming the place: file and key, or line and column.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(*faults)

    @property
    def faults(self) -> tuple[str, ...]:
        """The sentences."""
        return self.args

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args,)


class TrialFileError(FaultsError):
    """A trial file cannot be used; each fault names the file and the key."""


class DigitizedFileError(FaultsError):
    """A file of a digitized curve, or of numbers at risk, cannot be used."""


class ReconstructionError(SurvkitError):
    """No patients can be made: figures contradict each other beyond what arithmetic can hold."""


class UnknownTrialError(SurvkitError):
    """A trial was asked for that is neither shipped nor a file."""


class DrawingError(SurvkitError):
    """A drawing cannot be read: the file, the page or the panel that was asked for."""


class WrongArgumentError(SurvkitError, TypeError):
    """A function was handed something else than it takes."""


class OutputError(SurvkitError):
    """A result could not be written where it was asked for."""


def unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """Say that there is nothing of that name, with the nearest one that there is."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it must be one of {', '.join(names)}"
    return f"there is no {what} {name!r}; {hint}"
