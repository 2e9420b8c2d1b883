"""Which column is what: by name, else by position; what is left out is said."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from survkit.digitized.faults import listed
from survkit.digitized.files.cells import is_missing, number_in, plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.digitized.faults import Faults
    from survkit.digitized.files.cells import Decimal
    from survkit.digitized.files.grid import Block, Row

__all__ = ["COUNT", "CURVE", "Columns", "Vocabulary", "choose_columns", "is_time_name"]

_SAMPLE = 1_000
"""Rows that tell what a column holds."""
_GROUP = ("group", "arm", "treatment", "trt", "curve", "series", "dataset", "stratum", "strata")
_INDEX = frozenset({"", "id", "row", "rownames", "index", "no", "nr", "k", "unnamed0", "interval"})
_TIME = frozenset(
    {"time", "times", "t", "x", "xscaled", "xvalue", "day", "days", "week", "weeks", "month"}
    | {"months", "year", "years", "trisk", "tatrisk"}
)
_ASIDE = frozenset(
    {"lcl", "ucl", "ci", "cilower", "ciupper", "se", "std", "stderr", "xpx", "ypx", "studyid"}
    | {"study", "figure", "te", "totalevents", "events", "nevent", "ncensor", "censor", "n"}
)
"""Exact names: a curve may well be called cisplatin."""
_ASIDE_BEGINNINGS = ("lower", "upper", "xpixel", "ypixel", "nrisk", "atrisk", "natrisk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """
    How the columns of values are called.

    Parameters
    ----------
    what : str
        What the values are, in sentences.
    names : frozenset of str
        Their names, as `plain_name` gives them.
    beginnings : tuple of str
        What a name may begin with.
    beside : tuple of str
        Names of columns that are read for another purpose.
    """

    what: str
    names: frozenset[str]
    beginnings: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def knows(self, name: str) -> bool:
        """Tell whether a column's name, as `plain_name` gives it, is one for values."""
        return name in self.names or name.startswith(self.beginnings)


CURVE = Vocabulary(
    what="survival",
    names=frozenset(
        {"s", "st", "sur", "y", "yscaled", "yvalue", "km", "os", "pfs", "percent", "cif", "prob"}
        | {"incidence", "failure", "1st", "1s", "1km"}
    ),
    beginnings=("surv", "probability", "cuminc", "cumulativeinc"),
)
COUNT = Vocabulary(
    what="number at risk",
    names=frozenset({"n", "nar", "risk", "patients", "count", "counts"}),
    beginnings=("nrisk", "natrisk", "atrisk", "numberatrisk", "noatrisk", "numberrisk", "norisk"),
    beside=("te", "totalevents"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """
    The columns that are read.

    Parameters
    ----------
    time : int
        Position of the times, from 0.
    values : tuple of int
        Positions of the values; several where each curve or arm has a column.
    group : int or None
        Position of the names of curves or arms, where they stand in a column.
    names : tuple of str
        The names of all columns; empty where there are none.
    remarks : tuple of str
        What was left out.
    """

    time: int
    values: tuple[int, ...]
    group: int | None
    names: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def label(self, position: int) -> str:
        """Name a column, by its position from 0, in sentences: "column 'time'" or "column 2"."""
        name = self.names[position] if position < len(self.names) else ""
        return f"column {name!r}" if name else f"column {position + 1}"


def choose_columns(
    block: Block,
    vocabulary: Vocabulary,
    stated: tuple[str | int, ...] | None,
    decimal: Decimal,
    faults: Faults,
) -> Columns:
    """
    Choose the columns of times, values and names of curves.

    Parameters
    ----------
    block : Block
        Rows and their header.
    vocabulary : Vocabulary
        How the values are called.
    stated : tuple of str or int, or None
        The columns that the caller states: time, value and, where given, curve.
    decimal : {".", ","}
        The decimal sign of the file.
    faults : Faults
        Where faults are noted.

    Returns
    -------
    Columns
        At least one column of values.

    Raises
    ------
    DigitizedFileError
        If there are no two columns of numbers, or a stated one does not exist.
    """
    names = block.names
    width = max(len(row.cells) for row in block.rows)
    if stated is not None:
        return _stated_columns(stated, names, width, faults)
    numeric = [column for column in range(width) if _is_numeric(block.rows, column)]
    plain = [plain_name(name) for name in names] + [""] * max(0, width - len(names))
    time = next((c for c in numeric if names and is_time_name(plain[c])), None)
    if time is not None:
        return _by_name(time, numeric, plain, names, vocabulary, faults)
    return _by_position(block, numeric, plain, decimal, (vocabulary, faults))


def _stated_columns(
    stated: tuple[str | int, ...], names: tuple[str, ...], width: int, faults: Faults
) -> Columns:
    """Resolve names and positions."""
    if not 2 <= len(stated) <= 3:
        faults.refuse(f"columns must be two or three, time, value and curve, got {stated!r}")
    positions = [_position(column, names, width, faults) for column in stated]
    faults.settle()
    return Columns(
        time=positions[0],
        values=(positions[1],),
        group=positions[2] if len(positions) == 3 else None,
        names=names,
        remarks=(f"columns as stated: {', '.join(map(str, stated))}",),
    )


def _position(column: str | int, names: tuple[str, ...], width: int, faults: Faults) -> int:
    """Find one stated column; -1 after a fault."""
    if isinstance(column, int) and 1 <= column <= width:
        return column - 1
    wanted = str(column).strip().casefold()
    for position, name in enumerate(names):
        if isinstance(column, str) and name.casefold() == wanted:
            return position
    known = listed([repr(name) for name in names], 12) or "none"
    faults.add(
        f"columns must be names or positions from 1 to {width}, got {column!r}; "
        f"the names are {known}"
    )
    return -1


def _is_numeric(rows: Sequence[Row], column: int) -> bool:
    """Tell whether at least half of what stands in a column are numbers."""
    cells = [row.cells[column] for row in rows[:_SAMPLE] if column < len(row.cells)]
    told = [cell for cell in cells if not is_missing(cell)]
    numbers = sum(number_in(c, ".") is not None or number_in(c, ",") is not None for c in told)
    return bool(told) and 2 * numbers >= len(told)


def is_time_name(name: str) -> bool:
    """Tell whether a column's name, as `plain_name` gives it, is one for times."""
    return name in _TIME or name.startswith("time")


def _by_name(
    time: int,
    numeric: Sequence[int],
    plain: Sequence[str],
    names: tuple[str, ...],
    vocabulary: Vocabulary,
    faults: Faults,
) -> Columns:
    """Choose by the names in the header, once the times are found."""
    group = next((plain.index(word) for word in _GROUP if word in plain), None)
    others = [c for c in numeric if c not in (time, group)]
    named = [c for c in range(len(names)) if vocabulary.knows(plain[c]) and c not in (time, group)]
    values = [c for c in named if c in others] or named
    if not values:
        values = [
            c
            for c in others
            if plain[c] not in _INDEX
            and not is_time_name(plain[c])
            and plain[c] not in _ASIDE
            and not plain[c].startswith(_ASIDE_BEGINNINGS)
        ]
    if not values and group is not None and group in numeric:
        values, group = [group], None  # a curve that somebody called "curve"
    if not values:
        faults.refuse(
            f"a column of {vocabulary.what} must stand beside the times, got "
            f"{listed([repr(name) for name in names], 12)}"
        )
    used = {time, group, *values} | {c for c, n in enumerate(plain) if n in vocabulary.beside}
    return Columns(
        time=time,
        values=tuple(values),
        group=group,
        names=names,
        remarks=_left_out([c for c in range(len(names)) if c not in used], names),
    )


def _by_position(
    block: Block,
    numeric: Sequence[int],
    plain: Sequence[str],
    decimal: Decimal,
    purpose: tuple[Vocabulary, Faults],
) -> Columns:
    """Choose the first two columns of numbers, after a row index."""
    vocabulary, faults = purpose
    names = block.names
    index = [c for c in numeric[:1] if _is_index(block.rows, numeric, plain[c], decimal)]
    rest = [c for c in numeric if c not in index]
    if len(rest) < 2:
        faults.refuse(
            f"two columns of numbers, times and {vocabulary.what}, must be given, got {len(rest)}",
            where=f"line {block.rows[0].line}",
        )
    group = next((plain.index(word) for word in _GROUP if names and word in plain), None)
    used = {rest[0], rest[1], group}
    unused = [c for c in range(len(plain)) if c not in used]
    return Columns(
        time=rest[0],
        values=(rest[1],),
        group=group,
        names=names,
        remarks=_left_out(unused, names, index),
    )


def _is_index(rows: Sequence[Row], numeric: Sequence[int], name: str, decimal: Decimal) -> bool:
    """Tell whether the first of three columns of numbers counts the rows."""
    if len(numeric) < 3:
        return False
    pairs = [
        [number_in(row.cells[c], decimal) for c in numeric[:2] if c < len(row.cells)]
        for row in rows[:_SAMPLE]
    ]
    first = [pair[0] for pair in pairs if pair and pair[0] is not None]
    second = [pair[1] for pair in pairs if len(pair) == 2 and pair[1] is not None]
    counts = all(later - earlier == 1 for earlier, later in pairwise(first))
    rising = len(second) > 1 and second[-1] > second[0]  # a curve would fall
    return (name in _INDEX and name != "") or (counts and first[:1] in ([0.0], [1.0]) and rising)


def _left_out(
    unused: Sequence[int], names: tuple[str, ...], index: Sequence[int] = ()
) -> tuple[str, ...]:
    """Say which columns are not read."""
    counters = [
        c for c in unused if c in index or (c < len(names) and plain_name(names[c]) in _INDEX)
    ]
    remarks = [f"row index in column {column + 1} left out" for column in counters]
    rest = [c for c in unused if c not in counters]
    if rest:
        shown = [names[c] if c < len(names) and names[c] else str(c + 1) for c in rest]
        word = "column" if len(rest) == 1 else "columns"
        remarks.append(f"{word} {listed(shown, 12)} left out")
    return tuple(remarks)
