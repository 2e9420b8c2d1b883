"""What no trial file may hold, whatever its keys: hidden characters, depths, endless numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from survkit.characters import UNSHOWABLE
from survkit.trial.faults import Fault

if TYPE_CHECKING:
    from survkit.trial.faults import Path

__all__ = ["beyond_bounds", "unreadable_texts"]

_DEEPEST = 12
"""Keys and list positions that lead to a value; the format needs eight."""

_LONGEST_BITS = 64
"""Bits of the largest whole number that is looked at, beyond every count of patients."""

_LONGEST_TEXT, _LONGEST_PARAGRAPH = 500, 20_000
"""Characters of a name, and of running text."""

_PARAGRAPHS = frozenset({"citation", "differences", "model", "note", "reason"})
"""Keys of running text, which may be broken into lines and is read as one."""


def beyond_bounds(document: Mapping[str, Any]) -> list[Fault]:
    """Find what would make reading endless; nothing else can be asked of such a document."""
    found = []
    for path, value in _walk(document):
        if len(path) > _DEEPEST:
            what = f"must not be nested deeper than {_DEEPEST} levels"
            found.append(Fault(path[:_DEEPEST], what, shown=False))
        elif isinstance(value, int) and value.bit_length() > _LONGEST_BITS:
            digits = int(value.bit_length() * 0.30103) + 1
            what = f"must be a number that a journal could print, got one of {digits} digits"
            found.append(Fault(path, what, shown=False))
    return list(dict.fromkeys(found))


def unreadable_texts(document: Mapping[str, Any]) -> list[Fault]:
    """Find endless texts, and those with a character that no terminal or page may be given."""
    found = []
    for path, value in _walk(document):
        if not isinstance(value, str):
            continue
        longest = _LONGEST_PARAGRAPH if path[-1] in _PARAGRAPHS else _LONGEST_TEXT
        if len(value) > longest:
            what = f"must be text of at most {longest:,} characters, got {len(value):,}"
            found.append(Fault(path, what, shown=False))
            continue
        words = value.translate({9: " ", 10: " "}) if path[-1] in _PARAGRAPHS else value
        if hidden := UNSHOWABLE.search(words):
            place = f"U+{ord(hidden[0]):04X} as character {hidden.start() + 1}"
            what = f"must be text without control characters, got {place}"
            found.append(Fault(path, what, shown=False))
    return found


def _walk(document: Mapping[str, Any]) -> Iterator[tuple[Path, object]]:
    """Yield every value with its path, in file order, as deep as it may be and one step further."""
    waiting: list[tuple[Path, object]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if path:
            yield path, value
        if len(path) > _DEEPEST:
            continue
        if isinstance(value, Mapping):
            waiting += [((*path, str(key)), inner) for key, inner in reversed([*value.items()])]
        elif isinstance(value, list):
            waiting += [((*path, place), value[place]) for place in range(len(value) - 1, -1, -1)]
