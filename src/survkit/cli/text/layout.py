"""Plain text in columns: tables, lists of terms, paragraphs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survkit.cli.terminal import Screen, Style

__all__ = ["Cell", "Line", "fits", "paragraph", "table", "terms"]

_GAP = "  "
_LONGEST_WORD = 24
"""Characters of a word that the last column never breaks, however narrow the screen."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table; numbers stand at the right of their column."""

    text: str
    style: Style = "plain"
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line across all columns of a table, wrapped where it is too long."""

    text: str
    style: Style = "plain"
    indent: int = 0


def table(rows: Sequence[Sequence[Cell] | Line], screen: Screen) -> list[str]:
    """Set rows in columns as wide as their widest field; the last column takes what is left."""
    widths = _widths(rows)
    found: list[str] = []
    for row in rows:
        if isinstance(row, Line):
            found += paragraph(row.text, screen, indent=row.indent, style=row.style)
        else:
            found += _set(row, widths, screen)
    return found


def fits(rows: Sequence[Sequence[Cell] | Line], screen: Screen) -> bool:
    """Tell whether a table needs no wrapping in its last column."""
    widths = _widths(rows)
    return sum(widths) + len(_GAP) * (len(widths) - 1) <= screen.width


def terms(pairs: Iterable[tuple[str, str]], screen: Screen, indent: int = 0) -> list[str]:
    """Set terms with their explanations beside them; pairs without one are left out."""
    stated = [(term, _squeezed(text)) for term, text in pairs if text]
    widest = max((len(term) for term, _ in stated), default=0)
    found: list[str] = []
    for term, text in stated:
        hanging = indent + widest + len(_GAP)
        first, *rest = _wrapped(text, screen.width - hanging)
        painted = screen.paint(term.ljust(widest), "faint")
        found.append(f"{' ' * indent}{painted}{_GAP}{first}")
        found += [" " * hanging + line for line in rest]
    return found


def paragraph(text: str, screen: Screen, *, indent: int = 0, style: Style = "plain") -> list[str]:
    """Wrap a paragraph."""
    lines = _wrapped(_squeezed(text), screen.width - indent)
    return [f"{' ' * indent}{screen.paint(line, style)}" for line in lines]


def _widths(rows: Sequence[Sequence[Cell] | Line]) -> list[int]:
    """Return the width of the widest field of each column."""
    grid = [row for row in rows if not isinstance(row, Line)]
    return [max(len(cell.text) for cell in column) for column in zip(*grid, strict=True)]


def _set(row: Sequence[Cell], widths: Sequence[int], screen: Screen) -> list[str]:
    """Set one row; its last field goes on below itself if it must."""
    *cells, last = row
    start = sum(widths[:-1]) + len(_GAP) * len(cells)
    longest = max((len(word) for word in last.text.split()), default=1)
    first, *rest = _wrapped(last.text, max(screen.width - start, min(longest, _LONGEST_WORD)))
    fields = [
        screen.paint(cell.text.rjust(width) if cell.right else cell.text.ljust(width), cell.style)
        for cell, width in zip(cells, widths, strict=False)
    ]
    fields.append(screen.paint(first.rjust(widths[-1]) if last.right else first, last.style))
    lines = [_GAP.join(fields).rstrip()]
    return lines + [" " * start + screen.paint(line, last.style) for line in rest]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]


def _squeezed(text: str) -> str:
    return " ".join(text.split())
