"""A slip, undone, and how a table is written anew without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from survkit.quantity import FigureKey
    from survkit.trial import Analysis

__all__ = ["Slip", "changed", "replaced"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip that may have been made, undone."""

    condition: str  # what would be so if it was made, to follow "if"
    analysis: Analysis  # the analysis without it
    # figures, as the file has them, that say something else then
    touched: frozenset[FigureKey] = frozenset()


def replaced(values: tuple[T, ...], index: int, value: T) -> tuple[T, ...]:
    """Return values with another one at one place."""
    return (*values[:index], value, *values[index + 1 :])


def changed(table: T, **fields: Any) -> T:
    """Return a table with other fields; nothing that was derived of the old ones is kept."""
    kept = {name: getattr(table, name) for name in type(table).model_fields}  # type: ignore[attr-defined]
    made: T = type(table).model_construct(None, **kept | fields)  # type: ignore[attr-defined]
    return made
