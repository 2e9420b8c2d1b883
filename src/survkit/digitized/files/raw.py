"""What a file says before anything is made of it: points and counts, with their places."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RawCurve", "RawTable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCurve:
    """
    The points of one curve as they stand in a file.

    Parameters
    ----------
    name : str
        The curve's name; empty where the file has none.
    times, values : tuple of float, length k
        The coordinates, in file order; the scale of the values is not yet known.
    places : tuple of int, length k
        Where each point stands: its line, or its number in a data set.
    word : str
        What `places` counts: ``"line"`` or ``"point"``.
    layout : str
        The layout that was recognised.
    decimals : int or None
        Most decimal places among the values as written; None where they are not written numbers.
    percent : bool
        Whether a header or a per cent sign says that the values are percentages.
    incidence : bool
        Whether a header says that the values are cumulative incidences.
    remarks : tuple of str
        What was detected or left out.
    """

    name: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    places: tuple[int, ...]
    word: str
    layout: str
    decimals: int | None = None
    percent: bool = False
    incidence: bool = False
    remarks: tuple[str, ...] = ()

    def where(self, index: int) -> str:
        """Name the place of a point by its position: "line 12", or "curve 'drug', point 3"."""
        place = f"{self.word} {self.places[index]}"
        return place if self.word == "line" or not self.name else f"curve {self.name!r}, {place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """
    One arm's numbers at risk as they stand in a file.

    Parameters
    ----------
    name : str
        The arm's name; empty where the file has none.
    times : tuple of float, length k
        The times, in file order.
    counts : tuple of int, length k
        The numbers as written.
    lower, upper : tuple of int, length k
        What the numbers may be: ``"<5"`` is 0 to 4.
    places : tuple of int, length k
        The line of each number.
    layout : str
        The layout that was recognised.
    total_events : int or None
        The arm's events, where the table has them.
    remarks : tuple of str
        What was detected or left out.
    """

    name: str
    times: tuple[float, ...]
    counts: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    places: tuple[int, ...]
    layout: str
    total_events: int | None = None
    remarks: tuple[str, ...] = ()
