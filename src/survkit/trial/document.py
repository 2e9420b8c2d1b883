"""A trial file as it stands, readable also where parts of it are at fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survkit.trial.kinds import printed_figure, printed_number

if TYPE_CHECKING:
    from decimal import Decimal

    from survkit.printed import Printed
    from survkit.trial.faults import Path

__all__ = ["View"]


@dataclass(frozen=True, slots=True)
class View:
    """One table of the file; a value at fault, or of the wrong type, reads as absent."""

    table: Mapping[str, Any]  # the table as TOML gives it
    path: Path = ()  # where it stands in the file
    faulty: frozenset[Path] = frozenset()  # paths of the values that are at fault

    def raw(self, key: str) -> object:
        """Return a value as it stands."""
        return None if (*self.path, key) in self.faulty else self.table.get(key)

    def word(self, key: str) -> str | None:
        """Return a text."""
        value = self.raw(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> Decimal | None:
        """Return a number."""
        return printed_number(self.raw(key))

    def printed(self, key: str) -> Printed | None:
        """Return the figure under a key, if there is one."""
        return printed_figure(self.raw(key))

    def stated(self, key: str) -> View:
        """Return the table of a figure, whichever way it is written."""
        value = self.raw(key)
        bare = {} if value is None else {"value": value}
        return self._inside(value if isinstance(value, Mapping) else bare, key)

    def interval(self) -> View:
        """Return the table of a figure's interval, whichever way it is written."""
        value = self.raw("ci")
        if isinstance(value, list) and len(value) == 2:
            value = {"lower": value[0], "upper": value[1]}
        return self._inside(value if isinstance(value, Mapping) else {}, "ci")

    def tables(self, key: str) -> Iterator[View]:
        """Walk through a list of tables."""
        entries = self.raw(key)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, Mapping):
                yield self._inside(entry, key, index)

    def descendants(self) -> Iterator[View]:
        """Walk through this table and every table below it."""
        yield self
        for key, value in self.table.items():
            if isinstance(value, Mapping):
                yield from self._inside(value, key).descendants()
            for entry in self.tables(key):
                yield from entry.descendants()

    def _inside(self, table: Mapping[str, Any], *steps: str | int) -> View:
        """Return a table further down."""
        return View(table, (*self.path, *steps), self.faulty)
