"""One error tree: what survkit raises when the input cannot be used.

Disagreement with a publication is never an error; it is a verdict.
"""

from __future__ import annotations

__all__ = [
    "DigitizedFileError",
    "DrawingError",
    "OutputError",
    "SurvkitError",
    "TrialFileError",
    "UnknownTrialError",
]


class SurvkitError(Exception):
    """Base of everything survkit raises on purpose; its text is one clear sentence per fault."""


class TrialFileError(SurvkitError):
    """
    A trial file cannot be used; carries every fault found in it.

    Parameters
    ----------
    faults : tuple of str
        One sentence per fault, each naming the file and the key.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class DigitizedFileError(SurvkitError):
    """
    A file of a digitized curve, or of numbers at risk, cannot be used; carries its faults.

    Parameters
    ----------
    faults : tuple of str
        One sentence per fault, each naming the file and, where there is one, line and column.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class UnknownTrialError(SurvkitError):
    """A trial was asked for that is neither shipped nor a file."""


class DrawingError(SurvkitError):
    """A drawing cannot be read: the file, the page or the panel that was asked for."""


class OutputError(SurvkitError):
    """A result could not be written where it was asked for."""
