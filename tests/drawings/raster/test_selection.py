"""Which traces are curves, on traces made here: no picture is read."""

from __future__ import annotations

import numpy as np

from survkit.drawings.raster.curves.levels import Levels
from survkit.drawings.raster.curves.paths import Path
from survkit.drawings.raster.curves.selection import select_traces
from survkit.drawings.raster.curves.tracing import Trace

COLUMNS = 400
BLUE, ORANGE, BLACK, GREY = (0.1, 0.4, 0.7), (0.9, 0.5, 0.1), (0.0, 0.0, 0.0), (0.5, 0.5, 0.5)


def trace(
    slope: float,
    colour: tuple[float, float, float],
    *,
    hue: float | None = None,
    seen: float = 1.0,
    support: float = 1.0,
    steps: int = 20,
) -> Trace:
    """Make a trace that falls by so many rows per column."""
    rows = np.round(slope * np.arange(COLUMNS)).astype(np.int64)
    places = np.linspace(0.0, COLUMNS - 1.0, steps)
    return Trace(
        levels=Levels(places=places, rows=slope * places, end=float(COLUMNS)),
        path=Path(rows=rows, entries=rows),
        width=3.0,
        support=support,
        seen=seen,
        dashed=support < 0.9,
        hue=hue,
        colour=np.array(colour),
    )


COLOURED = [trace(0.5, BLUE, hue=50.0), trace(0.3, ORANGE, hue=240.0)]


def chosen(*further: Trace) -> list[bool]:
    """Tell which of some traces are kept beside two coloured ones, which both are."""
    kept = select_traces([*COLOURED, *further])
    assert all(any(one is other for other in kept) for one in COLOURED)
    return [any(one is other for other in kept) for one in further]


def test_black_marks_along_a_coloured_curve_are_none() -> None:
    assert chosen(trace(0.5, BLACK, seen=0.66)) == [False]


def test_a_black_curve_of_its_own_is_one() -> None:
    assert chosen(trace(0.7, BLACK, seen=0.97)) == [True]


def test_what_is_hardly_seen_is_no_third_curve() -> None:
    assert chosen(trace(0.7, BLACK, seen=0.5)) == [False]


def test_what_is_far_paler_is_no_third_curve() -> None:
    assert chosen(trace(0.7, (0.8, 0.7, 0.8), hue=300.0)) == [False]


def test_dashes_are_seen_less_and_make_a_second_curve() -> None:
    full, dashed = trace(0.5, BLACK), trace(0.3, BLACK, seen=0.5, support=0.5)
    assert len(select_traces([full, dashed])) == 2


def test_one_level_behind_other_ink_is_none() -> None:
    full, hidden = trace(0.5, BLACK), trace(0.01, GREY, seen=0.2, steps=2)
    assert len(select_traces([full, hidden])) == 1
