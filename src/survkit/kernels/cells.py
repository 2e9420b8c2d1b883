"""A population in expectation: constant hazards cell by cell, and what follows, with gradients.

A gradient has a row for each of four things that a figure may depend on: the cells' hazards of
events and of leaving, the expected events and the mean numbers at risk. `carry_back` turns them
into derivatives with respect to the log hazards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, sums_from

if TYPE_CHECKING:
    from survkit.kernels.greenwood import Transform

__all__ = [
    "AT_RISK",
    "EVENT",
    "EVENTS",
    "LEAVING",
    "CellArea",
    "Cells",
    "area_of_cells",
    "carry_back",
    "expect_cells",
    "limit_after_cells",
]

EVENT, LEAVING, EVENTS, AT_RISK = range(4)
"""Rows of a gradient: hazard of events, hazard of leaving, expected events, mean at risk."""

_NOBODY = 1e-9
"""Patients at risk after the end of follow-up; not zero, so that shares stay defined."""
_LEAST_AT_RISK = 0.3
"""Patients at risk by whom a term of Greenwood's sum is divided at least."""
_SAME_TIME = 1e-9
_STEEPEST = 300.0
"""Exponent beyond which a limit is 0 or 1 anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One arm in expectation, cell by cell, each array of shape (k,) but for the edges."""

    edges: Floats  # shape (k + 1,); cell edges from 0 to the end of follow-up, in time units
    event: Floats  # cumulative hazards within each cell: of events, and of leaving either way
    leaving: Floats
    events: Floats  # expected events
    at_risk: Floats  # mean number at risk
    # derivative of the mean number at risk with respect to the cell's own hazard of leaving
    at_risk_slope: Floats

    def until(self, time: float) -> int:
        """Return the number of cells up to the edge nearest to a printed time, at least one."""
        return max(1, int(np.abs(self.edges - time).argmin()))

    def no_gradient(self) -> Floats:
        """Return the gradient of a constant, shape (4, k)."""
        return np.zeros((4, self.event.size))


def expect_cells(n: int, edges: Floats, log_hazards: Floats, end: float = math.inf) -> Cells:
    """
    Compute expected events and numbers at risk of an arm with constant hazards in each cell.

    Parameters
    ----------
    n : int
        Patients at the start.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    log_hazards : ndarray of float, shape (2, k)
        Log cumulative hazards of the cells; row 0 of events, row 1 of censoring.
    end : float
        End of the arm's follow-up; nobody is at risk in later cells.

    Returns
    -------
    Cells
        The arm in expectation.
    """
    event, censoring = np.exp(log_hazards)
    leaving = event + censoring
    at_start = n * np.exp(-(np.cumsum(leaving) - leaving))
    decay = np.exp(-leaving)
    small = leaving < 1e-4
    safe = np.where(small, 1.0, leaving)
    share = np.where(small, 1.0 - 0.5 * leaving, (1.0 - decay) / safe)
    slope = np.where(small, leaving / 3.0 - 0.5, (decay * (leaving + 1.0) - 1.0) / safe**2)
    at_start = np.where(edges[:-1] < end - _SAME_TIME, at_start, _NOBODY)
    at_risk = at_start * share
    return Cells(
        edges=edges,
        event=event,
        leaving=leaving,
        events=at_risk * event,
        at_risk=at_risk,
        at_risk_slope=at_start * slope,
    )


def carry_back(gradients: Floats, cells: Cells) -> Floats:
    """
    Carry gradients back to the log hazards.

    Parameters
    ----------
    gradients : ndarray of float, shape (m, 4, k)
        Gradients of m figures.
    cells : Cells
        The arm.

    Returns
    -------
    ndarray of float, shape (m, 2, k)
        Derivatives with respect to the log hazards of events and of censoring.
    """
    through_risk = gradients[:, AT_RISK] + cells.event * gradients[:, EVENTS]
    carried = through_risk * cells.at_risk
    later = sums_from(carried) - carried
    leaving = gradients[:, LEAVING] + through_risk * cells.at_risk_slope - later
    event = leaving + gradients[:, EVENT] + gradients[:, EVENTS] * cells.at_risk
    return np.stack((event * cells.event, leaving * (cells.leaving - cells.event)), axis=1)


def limit_after_cells(
    cells: Cells, until: int, z: float, transform: Transform, *, reverse: bool = False
) -> tuple[float, Floats]:
    """
    Survival, or a confidence limit of it, after some cells, with its gradient.

    Greenwood's sum is the integral of the hazard over the number at risk. On the reverse curve the
    hazard is that of censoring.

    Parameters
    ----------
    cells : Cells
        The arm.
    until : int
        Number of cells.
    z : float
        0 for the curve itself, negative for its lower limit.
    transform : {"log-log", "log", "plain"}
        Scale of the limits.
    reverse : bool
        Whether the reverse curve is meant.

    Returns
    -------
    float
        The probability.
    ndarray of float, shape (4, k)
        Its gradient.
    """
    hazards = (cells.leaving - cells.event if reverse else cells.event)[:until]
    hazard = float(hazards.sum())
    risk = np.maximum(cells.at_risk[:until], _LEAST_AT_RISK)
    root = math.sqrt(float((hazards / risk).sum()))
    if transform == "log-log":
        spread = math.exp(min(-z * root / hazard, _STEEPEST))
        value = math.exp(-hazard * spread)
        by_hazard = -value * spread * (1.0 + z * root / hazard)
        by_root = value * spread * z
    elif transform == "log":
        value = math.exp(-hazard + z * root)
        by_hazard, by_root = -value, z * value
    else:
        survival = math.exp(-hazard)
        value = survival * (1.0 + z * root)
        by_hazard, by_root = -value, z * survival
    by_cell = by_hazard + 0.5 * by_root / root / risk
    gradient = cells.no_gradient()
    gradient[EVENT, :until] = -by_cell if reverse else by_cell
    gradient[LEAVING, :until] = by_cell if reverse else 0.0
    gradient[AT_RISK, :until] = -0.5 * by_root / root * hazards / risk**2
    return value, gradient


@dataclass(frozen=True, slots=True, kw_only=True)
class CellArea:
    """Area under the curve of some cells and its variance, each with its gradient."""

    area: float  # in time units, and their square
    by_area: Floats  # shape (4, k); the gradients
    variance: float
    by_variance: Floats


def area_of_cells(cells: Cells, until: int) -> CellArea:
    """
    Integrate the curve over some cells.

    The variance is the integral of the squared area from then on, times the hazard, over the number
    at risk. Within a cell the curve is taken at its middle.

    Parameters
    ----------
    cells : Cells
        The arm.
    until : int
        Number of cells.

    Returns
    -------
    CellArea
        Area and variance with their gradients.
    """
    hazard = cells.event[:until]
    risk = np.maximum(cells.at_risk[:until], _LEAST_AT_RISK)
    pieces = np.exp(-(np.cumsum(hazard) - 0.5 * hazard)) * np.diff(cells.edges)[:until]
    later = sums_from(pieces) - pieces
    beyond = later + 0.5 * pieces
    terms = beyond**2 * hazard / risk
    by_area, by_variance = cells.no_gradient(), cells.no_gradient()
    by_area[EVENT, :until] = -beyond
    # a hazard lowers the area beyond every earlier cell by its own, beyond later ones in proportion
    shared = beyond * hazard / risk
    earlier = beyond * (np.cumsum(shared) - shared)
    following = sums_from(terms) - terms
    within = shared * (later + 0.25 * pieces)
    by_variance[EVENT, :until] = beyond**2 / risk - 2.0 * (earlier + within + following)
    by_variance[AT_RISK, :until] = -terms / risk
    return CellArea(
        area=float(pieces.sum()),
        by_area=by_area,
        variance=float(terms.sum()),
        by_variance=by_variance,
    )
