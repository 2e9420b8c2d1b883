"""The modified inverse Kaplan-Meier algorithm (Liu et al., 2021), known as IPDfromKM's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.observed import check_arm
from survkit.reconstruction.curves.published.inverse import (
    Grid,
    Rows,
    Tally,
    adjust_blocks,
    lay_grid,
    patients_of,
    run_block,
)

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.curves.decoded import DecodedHistory
    from survkit.reconstruction.curves.observed import ObservedArm, ObservedTable

__all__ = ["decode_liu"]

_FENCE = 0.5
"""Interquartile ranges beyond the quartiles of |dS| from which a jump is an outlier."""


def decode_liu(arm: ObservedArm) -> DecodedHistory:
    """
    Decode patients by Guyot's algorithm as Liu et al. modified it.

    Isolated jumps are removed, the curve is made to fall by its running minimum, at most two points
    stay at one time, and trailing zeros of the risk table are dropped. Censorings of a block are
    bounded by its numbers at risk. The total events act on the last block alone.

    Parameters
    ----------
    arm : ObservedArm
        Curve, patients and, where printed, numbers at risk and total events. Entries of the table
        that are intervals are taken at their middle.

    Returns
    -------
    DecodedHistory
        The patients, and what did not hold together.

    Raises
    ------
    CurveError
        If the arm holds what no decoder can use.

    References
    ----------
    .. [1] Liu, N., Zhou, Y., Lee, J. J., "IPDfromKM: reconstruct individual patient data from
       published Kaplan-Meier survival curves", BMC Med Res Methodol 21 (2021), 111.
    """
    checked = check_arm(arm)
    checked = replace(checked, table=_without_zeros(checked.table))
    time, survival = _tidy(checked.curve.time, checked.curve.survival)
    grid, rows, said = lay_grid(checked, time, survival)
    tally = Tally(grid)
    adjust_blocks(grid, rows, tally, said, _first_guess, most=_most_censored)
    _finish(grid, rows, tally, checked.events, said)
    return patients_of(grid, tally, checked.n, "liu", said)


def _without_zeros(table: ObservedTable | None) -> ObservedTable | None:
    """Drop trailing zeros of the risk table, which would end the algorithm early."""
    if table is None or not np.any(table.upper > 0):
        return None
    keep = int(np.flatnonzero(table.upper > 0)[-1]) + 1
    return replace(
        table, time=table.time[:keep], lower=table.lower[:keep], upper=table.upper[:keep]
    )


def _tidy(time: Floats, survival: Floats) -> tuple[Floats, Floats]:
    """Remove isolated jumps by Tukey's fence, then let the curve fall."""
    step = np.abs(np.diff(survival))
    if step.size >= 4:
        lower, upper = np.quantile(step, [0.25, 0.75])
        jump = step > upper + _FENCE * (upper - lower)
        away = np.sign(np.diff(survival))
        isolated = np.zeros(survival.size, dtype=bool)
        isolated[1:-1] = jump[:-1] & jump[1:] & (away[:-1] * away[1:] < 0)
        time, survival = time[~isolated], survival[~isolated]
    survival = np.minimum.accumulate(survival)
    first = np.concatenate(([True], np.diff(time) > 0))
    last = np.concatenate((np.diff(time) > 0, [True]))
    return time[first | last], survival[first | last]


def _first_guess(grid: Grid, rows: Rows, i: int) -> int:
    start, stop = grid.survival[rows.first[i]], grid.survival[rows.first[i + 1]]
    expected = round(float(rows.at_risk[i] * stop / start)) if start > 0.0 else 0
    return min(max(expected - rows.at_risk[i + 1], 0), _most_censored(rows, i))


def _most_censored(rows: Rows, i: int) -> int:
    return rows.at_risk[i] - rows.at_risk[i + 1]


def _finish(grid: Grid, rows: Rows, tally: Tally, events: int | None, said: list[str]) -> None:
    """Go through the last block: the mean of the earlier blocks, but room for missing events."""
    last = len(rows.first) - 1
    start = float(grid.time[rows.first[last]])
    length = float(grid.time[-1]) - start
    censored = 0
    if last > 0 and start > 0.0:
        censored = round(float(tally.censored.sum()) * length / start)
    missing = 0 if events is None else max(events - int(tally.events.sum()), 0)
    censored = max(min(censored, rows.at_risk[last] - missing), 0)
    run_block(grid, rows, tally, last, censored)
    found = int(tally.events.sum())
    if events is not None and found != events:
        said.append(f"{events} total events were asked for, the curve and the table give {found}")
