"""Guyot's algorithm (2012): the Kaplan-Meier equations inverted, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import isotonic_regression

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
    from survkit.reconstruction.curves.decoded import DecodedHistory
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["decode_guyot"]

_MOST_ROUNDS = 200


def decode_guyot(arm: ObservedArm) -> DecodedHistory:
    """
    Decode patients as Guyot et al. published it.

    Parameters
    ----------
    arm : ObservedArm
        Curve, patients and, where printed, numbers at risk and total events. Entries of the table
        that are intervals are taken at their middle.

    Returns
    -------
    DecodedHistory
        The patients; every number at risk that was lowered and every total that was missed is
        among the inconsistencies.

    Raises
    ------
    CurveError
        If the arm holds what no decoder can use.

    References
    ----------
    .. [1] Guyot, P., Ades, A. E., Ouwens, M. J. N. M., Welton, N. J., "Enhanced secondary analysis
       of survival data: reconstructing the data from published Kaplan-Meier survival curves", BMC
       Med Res Methodol 12 (2012), 9.
    """
    checked = check_arm(arm)
    falling = np.asarray(isotonic_regression(checked.curve.survival, increasing=False).x)
    grid, rows, said = lay_grid(checked, checked.curve.time, falling)
    tally = Tally(grid)
    adjust_blocks(grid, rows, tally, said, _first_guess, most=None)
    _finish(grid, rows, tally, checked.events, said)
    return patients_of(grid, tally, checked.n, "guyot", said)


def _first_guess(grid: Grid, rows: Rows, i: int) -> int:
    """Censorings that the curve and both numbers at risk let expect."""
    start, stop = grid.survival[rows.first[i]], grid.survival[rows.first[i + 1]]
    if start <= 0.0:
        return 0
    return max(round(float(rows.at_risk[i] * stop / start)) - rows.at_risk[i + 1], 0)


def _finish(grid: Grid, rows: Rows, tally: Tally, events: int | None, said: list[str]) -> None:
    """Go through the last block: censorings at the earlier rate, then as the total asks for."""
    last = len(rows.first) - 1
    before = int(tally.events.sum())
    if events is not None and before >= events:
        if before > events:
            said.append(f"the curve has {before} events before the last risk time, not {events}")
        tally.at_risk_at_end = rows.at_risk[last]
        return
    censored = _earlier_rate(grid, rows, tally, last)
    run_block(grid, rows, tally, last, censored)
    if events is None:
        return
    seen: set[int] = set()
    for _ in range(_MOST_ROUNDS):
        excess = int(tally.events.sum()) - events
        wanted = min(max(censored + excess, 0), rows.at_risk[last])
        if excess == 0 or wanted == censored or wanted in seen:
            break
        seen.add(censored)
        censored = wanted
        run_block(grid, rows, tally, last, censored)
    found = int(tally.events.sum())
    if found != events:
        said.append(f"{events} total events were asked for, the curve and the table give {found}")


def _earlier_rate(grid: Grid, rows: Rows, tally: Tally, last: int) -> int:
    """Censorings of the last block if they go on as before it; none where nothing is before it."""
    start = float(grid.time[rows.first[last]])
    length = float(grid.time[-1]) - start
    if last == 0 or start <= 0.0:
        return 0
    return min(round(float(tally.censored.sum()) / start * length), rows.at_risk[last])
