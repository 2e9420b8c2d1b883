"""What the caller states about a text file; None leaves it to be detected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from survkit.digitized.files.cells import Decimal

__all__ = ["Layout", "TableLayout", "TextOptions"]


class TextOptions(TypedDict, total=False):
    """The fields of `Layout` as keywords."""

    separator: str | None
    decimal: Decimal | None
    header: bool | None
    columns: tuple[str | int, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    How a text file is laid out.

    Parameters
    ----------
    separator : str or None
        What stands between two cells: ``","``, ``";"``, a tab, ``"|"`` or a blank.
    decimal : {".", ","} or None
        The decimal sign.
    header : bool or None
        Whether a row of names comes first.
    columns : tuple of str or int, or None
        The columns to read, by name or by position from 1: times, values and, where given, names
        of curves or arms.
    """

    separator: str | None = None
    decimal: Decimal | None = None
    header: bool | None = None
    columns: tuple[str | int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLayout(Layout):
    """
    The layout of a table of numbers at risk.

    Parameters
    ----------
    times : tuple of float or None
        The times, where the file has counts alone.
    interval : float or None
        The same for equidistant times from 0.
    """

    times: tuple[float, ...] | None = None
    interval: float | None = None
