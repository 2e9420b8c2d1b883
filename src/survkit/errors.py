"""One error tree: what survkit raises when the input cannot be used.

Disagreement with a publication is never an error; it is a verdict.
"""

from __future__ import annotations

from typing import Any

from survkit.characters import visible

__all__ = [
    "DigitizedFileError",
    "DrawingError",
    "OutputError",
    "ReconstructionError",
    "SurvkitError",
    "TrialFileError",
    "UnknownTrialError",
    "WrongArgumentError",
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


class TrialFileError(SurvkitError):
    """
    A trial file cannot be used; carries every fault found in it.

    Parameters
    ----------
    faults : tuple of str
        One sentence per fault, each naming the file and the key.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(*faults)

    @property
    def faults(self) -> tuple[str, ...]:
        """The sentences."""
        return self.args

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args,)


class DigitizedFileError(SurvkitError):
    """
    A file of a digitized curve, or of numbers at risk, cannot be used; carries its faults.

    Parameters
    ----------
    faults : tuple of str
        One sentence per fault, each naming the file and, where there is one, line and column.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(*faults)

    @property
    def faults(self) -> tuple[str, ...]:
        """The sentences."""
        return self.args

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args,)


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
