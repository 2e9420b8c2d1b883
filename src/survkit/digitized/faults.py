"""What is wrong with a file: sentences, collected until nothing more can be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from survkit.errors import DigitizedFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Faults", "excerpt", "listed"]

_MOST = 20
"""Faults that are told one by one; a file with more has one cause."""
_LONGEST = 40


class Faults:
    """
    The faults of one file.

    Parameters
    ----------
    file : str
        What the file is called in sentences.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._sentences: list[str] = []
        self._more = 0

    def add(self, sentence: str, *, where: str = "") -> None:
        """
        Note a fault.

        Parameters
        ----------
        sentence : str
            What must be how, and what it was; without the file's name and without a full stop.
        where : str
            Line, column, data set or member; empty for the whole file.
        """
        if len(self._sentences) == _MOST:
            self._more += 1
            return
        told = f"{self.file}: {where}: {sentence}" if where else f"{self.file}: {sentence}"
        if told not in self._sentences:
            self._sentences.append(told)

    def refuse(self, sentence: str, *, where: str = "") -> NoReturn:
        """
        Note a last fault and give up.

        Parameters
        ----------
        sentence : str
            What must be how, and what it was.
        where : str
            Line, column, data set or member; empty for the whole file.

        Raises
        ------
        DigitizedFileError
            Always, with all faults noted so far.
        """
        self.add(sentence, where=where)
        raise DigitizedFileError(self._told())

    def settle(self) -> None:
        """
        Go on if nothing was noted.

        Raises
        ------
        DigitizedFileError
            If there are faults.
        """
        if self._sentences:
            raise DigitizedFileError(self._told())

    def _told(self) -> tuple[str, ...]:
        """Return the sentences, the last one counting those that are not told."""
        if not self._more:
            return tuple(self._sentences)
        return (*self._sentences, f"{self.file}: and {self._more} more faults of this kind")


def excerpt(text: object) -> str:
    """Quote what stands in a file, shortened and on one line; in quotation marks if it is text."""
    shown = repr(text[: _LONGEST + 1]) if isinstance(text, str) else repr(text)
    return shown if len(shown) <= _LONGEST + 2 else f"{shown[:_LONGEST]}...{shown[0]}"


def listed(items: Sequence[object], most: int = 5) -> str:
    """List things in running text, and count those beyond the first: "3, 7, 9 and 4 more"."""
    named = ", ".join(str(item) for item in items[:most])
    return named if len(items) <= most else f"{named} and {len(items) - most} more"
