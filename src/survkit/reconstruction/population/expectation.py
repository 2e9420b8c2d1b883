"""The printed figures of a population in expectation, with their derivatives.

Every figure is a function of four rows per arm: the cells' cumulative event hazard, their
cumulative hazard of leaving, the expected events and the mean number at risk. Its gradient in these
rows is written down by hand and carried back to the log hazards by one chain rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.targets import (
        AreaTarget,
        ArmTargets,
        ContrastTargets,
        Targets,
    )

__all__ = ["ArmState", "Observation", "arm_state", "observe"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_COUNT_SD = 0.3
"""Noise of a printed count, in patients: whole numbers stand for a unit's width."""
_ROUNDING_SD = 0.58
"""Standard deviation of a uniform distribution, in units of its half width."""
_CURVE_SD = 0.3
"""Noise of the curve at a printed median, in patients: the sample's curve moves in steps."""
_INFORMATION_SD = 0.02
_AREA_ERROR_SD = 0.004
"""Relative noise of the variance of a restricted mean, which later stages hardly change."""
_NOBODY = 1e-9
"""Patients at risk after the end of follow-up; not zero, so that shares stay defined."""
_CLEAR = 0.3
"""How far above a share, in units of 1 / sqrt(n), a curve that does not reach it should end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmState:
    """
    One arm's cells in expectation, each array of shape (k,).

    Parameters
    ----------
    event, leaving : ndarray of float
        Cumulative hazard of the event, and of the event or censoring, in each cell.
    events : ndarray of float
        Expected events.
    at_risk : ndarray of float
        Mean number at risk.
    at_risk_slope : ndarray of float
        Derivative of the mean number at risk with respect to the cell's own hazard of leaving.
    """

    event: Floats
    leaving: Floats
    events: Floats
    at_risk: Floats
    at_risk_slope: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """
    All figures of an analysis, linearised.

    Parameters
    ----------
    residual : ndarray of float, shape (m,)
        Expected minus printed, in units of the figure's noise.
    jacobian : ndarray of float, shape (m, p)
        Derivatives with respect to the log cell hazards.
    """

    residual: Floats
    jacobian: Floats


@dataclass(slots=True)
class _Gradient:
    """One residual and its derivatives in the rows of every arm, in units of the noise."""

    residual: float
    rows: dict[int, Floats]


_EVENT, _LEAVING, _EVENTS, _AT_RISK = range(4)


def arm_state(n: int, log_hazards: Floats, followed: Flags | None = None) -> ArmState:
    """
    Compute expected events and numbers at risk of an arm with constant hazards in each cell.

    Parameters
    ----------
    n : int
        Patients at the start.
    log_hazards : ndarray of float, shape (2, k)
        Log cumulative hazards of the cells; row 0 of events, row 1 of censoring.
    followed : ndarray of bool, shape (k,), or None
        Which cells lie before the end of the arm's follow-up; all of them by default.

    Returns
    -------
    ArmState
        The cells.
    """
    event, censoring = np.exp(log_hazards)
    leaving = event + censoring
    at_start = n * np.exp(-(np.cumsum(leaving) - leaving))
    decay = np.exp(-leaving)
    small = leaving < 1e-4
    safe = np.where(small, 1.0, leaving)
    share = np.where(small, 1.0 - 0.5 * leaving, (1.0 - decay) / safe)
    slope = np.where(small, leaving / 3.0 - 0.5, (decay * (leaving + 1.0) - 1.0) / safe**2)
    if followed is not None:
        at_start = np.where(followed, at_start, _NOBODY)
    at_risk = at_start * share
    return ArmState(
        event=event,
        leaving=leaving,
        events=at_risk * event,
        at_risk=at_risk,
        at_risk_slope=at_start * slope,
    )


def observe(targets: Targets, edges: Floats, states: list[ArmState]) -> Observation:
    """
    Hold a population against every target.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    states : list of ArmState
        The arms in expectation.

    Returns
    -------
    Observation
        Residuals and Jacobian; the parameters are ordered by arm, hazard and cell.
    """
    gradients: list[_Gradient] = []
    for index, (arm, state) in enumerate(zip(targets.arms, states, strict=True)):
        gradients.extend(_arm_gradients(index, arm, state, edges))
        gradients.extend(_curve_gradients(index, arm, state, edges))
        gradients.extend(_curve_limit_gradients(index, arm, state, edges))
    for contrast in targets.contrasts:
        gradients.extend(_contrast_gradients(contrast, states))
    for area in targets.areas:
        gradients.extend(_area_gradients(area, targets, states, edges))
    if targets.total_events is not None:
        gradients.append(_total_events(targets.total_events, states))
    rows = np.zeros((len(gradients), len(states), 4, edges.size - 1))
    for number, gradient in enumerate(gradients):
        for index, values in gradient.rows.items():
            rows[number, index] = values
    jacobian = np.stack(
        [_chain(rows[:, index], state) for index, state in enumerate(states)], axis=1
    )
    return Observation(
        residual=np.array([gradient.residual for gradient in gradients]),
        jacobian=jacobian.reshape(len(gradients), math.prod(jacobian.shape[1:])),
    )


def _chain(rows: Floats, state: ArmState) -> Floats:
    """
    Carry gradients in (event, leaving, events, at risk) back to the log hazards.

    Parameters
    ----------
    rows : ndarray of float, shape (m, 4, k)
        Gradients of m figures.
    state : ArmState
        The arm.

    Returns
    -------
    ndarray of float, shape (m, 2, k)
        Derivatives with respect to the log hazards of events and of censoring.
    """
    through_risk = rows[:, _AT_RISK] + state.event * rows[:, _EVENTS]
    carried = through_risk * state.at_risk
    later = np.cumsum(carried[:, ::-1], axis=1)[:, ::-1] - carried
    leaving = rows[:, _LEAVING] + through_risk * state.at_risk_slope - later
    event = leaving + rows[:, _EVENT] + rows[:, _EVENTS] * state.at_risk
    return np.stack((event * state.event, leaving * (state.leaving - state.event)), axis=1)


def _arm_gradients(
    index: int, arm: ArmTargets, state: ArmState, edges: Floats
) -> Iterator[_Gradient]:
    if arm.events is not None:
        rows = np.zeros((4, state.event.size))
        rows[_EVENTS] = 1.0 / _COUNT_SD
        yield _Gradient((float(state.events.sum()) - arm.events) / _COUNT_SD, {index: rows})
    for own in arm.passages:
        window = own.window
        end = arm.end.middle if arm.end is not None else float(edges[-1])
        until = _edge(edges, window.middle if window.reached else end)
        value, rows = _limit(state, until, own.z, own.transform, reverse=own.reverse)
        if window.reached:
            slope = 0.35 * window.half / window.middle
            sd = max(math.hypot(_CURVE_SD / (0.4 * arm.n), _ROUNDING_SD * slope), 1e-3)
            yield _Gradient((value - own.share) / sd, {index: rows / sd})
        else:
            missing = value - own.share - _CLEAR / math.sqrt(arm.n)
            if missing < 0.0:
                yield _Gradient(missing / 0.02, {index: rows / 0.02})


def _curve_gradients(
    index: int, arm: ArmTargets, state: ArmState, edges: Floats
) -> Iterator[_Gradient]:
    """Survival and numbers at risk at printed times."""
    event, leaving = np.cumsum(state.event), np.cumsum(state.leaving)
    for point in arm.survival:
        if point.value is None or not math.isfinite(point.value.lower):
            continue
        until = _edge(edges, point.time)
        survival = math.exp(-event[until - 1])
        sd = max(_ROUNDING_SD * point.value.half, _CURVE_SD / arm.n)
        rows = np.zeros((4, state.event.size))
        rows[_EVENT, :until] = -survival / sd
        yield _Gradient((survival - point.value.middle) / sd, {index: rows})
    for time, count in arm.at_risk:
        if 0.0 < time < edges[-1]:
            until = _edge(edges, time)
            expected = arm.n * math.exp(-leaving[until - 1])
            rows = np.zeros((4, state.event.size))
            rows[_LEAVING, :until] = -expected / _COUNT_SD
            yield _Gradient((expected - count) / _COUNT_SD, {index: rows})


def _curve_limit_gradients(
    index: int, arm: ArmTargets, state: ArmState, edges: Floats
) -> Iterator[_Gradient]:
    """Limits of the curve; where numbers at risk are printed, these say it all."""
    counted = {time for time, _ in arm.at_risk}
    for point in arm.survival:
        if point.time in counted:
            continue
        until = _edge(edges, point.time)
        for window, z in ((point.lower, -point.z), (point.upper, point.z)):
            if window is not None and math.isfinite(window.lower + window.upper):
                value, rows = _limit(state, until, z, point.transform)
                sd = max(_ROUNDING_SD * window.half, _CURVE_SD / arm.n)
                yield _Gradient((value - window.middle) / sd, {index: rows / sd})


def _area_gradients(
    target: AreaTarget, targets: Targets, states: list[ArmState], edges: Floats
) -> Iterator[_Gradient]:
    """Restricted means, or their difference, and the standard error behind their limits."""
    until = _edge(edges, target.horizon)
    parts = {index: _area(states[index], edges, until) for index, _ in target.arms}
    smallest = min(targets.arms[index].n for index, _ in target.arms)
    if target.value is not None:
        sd = max(_ROUNDING_SD * target.value.half, _CURVE_SD * target.horizon / smallest)
        off = sum(sign * parts[index][0] for index, sign in target.arms) - target.value.middle
        yield _Gradient(off / sd, {i: sign * parts[i][1] / sd for i, sign in target.arms})
    if target.lower is not None and target.upper is not None:
        variance = sum(parts[index][2] for index, _ in target.arms)
        rounding = target.lower.half + target.upper.half
        width = max(target.upper.middle - target.lower.middle, 0.5 * rounding)
        sd = max(_AREA_ERROR_SD, 2.0 * _ROUNDING_SD * rounding / width)
        off = math.log(variance) - 2.0 * math.log(0.5 * width / target.z)
        yield _Gradient(
            off / sd, {index: parts[index][3] / (sd * variance) for index, _ in target.arms}
        )


def _area(state: ArmState, edges: Floats, until: int) -> tuple[float, Floats, float, Floats]:
    """
    Area under the curve of some cells and its variance, each with its gradient.

    The variance is the integral of the squared area from then on, times the hazard, over the number
    at risk. Within a cell the curve is taken at its middle.
    """
    hazard, risk = state.event[:until], np.maximum(state.at_risk[:until], 0.3)
    pieces = np.exp(-(np.cumsum(hazard) - 0.5 * hazard)) * np.diff(edges)[:until]
    later = np.cumsum(pieces[::-1])[::-1] - pieces
    beyond = later + 0.5 * pieces
    terms = beyond**2 * hazard / risk
    rows = np.zeros((2, 4, state.event.size))
    rows[0, _EVENT, :until] = -beyond
    # a hazard lowers the area beyond every earlier cell by its own, beyond later ones in proportion
    shared = beyond * hazard / risk
    earlier = beyond * (np.cumsum(shared) - shared)
    following = np.cumsum(terms[::-1])[::-1] - terms
    own = shared * (later + 0.25 * pieces)
    rows[1, _EVENT, :until] = beyond**2 / risk - 2.0 * (earlier + own + following)
    rows[1, _AT_RISK, :until] = -terms / risk
    return float(pieces.sum()), rows[0], float(terms.sum()), rows[1]


def _edge(edges: Floats, time: float) -> int:
    """Return the number of cells up to the edge nearest to a printed time."""
    return max(1, int(np.abs(edges - time).argmin()))


def _limit(
    state: ArmState, until: int, z: float, transform: Transform, *, reverse: bool = False
) -> tuple[float, Floats]:
    """
    Survival (z = 0) or a confidence limit of it after some cells, with its gradient.

    Greenwood's sum is the integral of the hazard over the number at risk. On the reverse curve the
    hazard is that of censoring.
    """
    cells = (state.leaving - state.event if reverse else state.event)[:until]
    hazard = float(cells.sum())
    risk = np.maximum(state.at_risk[:until], 0.3)
    root = math.sqrt(float((cells / risk).sum()))
    if transform == "log-log":
        spread = math.exp(-z * root / hazard)
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
    rows = np.zeros((4, state.event.size))
    rows[_EVENT, :until] = -by_cell if reverse else by_cell
    rows[_LEAVING, :until] = by_cell if reverse else 0.0
    rows[_AT_RISK, :until] = -0.5 * by_root / root * cells / risk**2
    return value, rows


def _contrast_gradients(contrast: ContrastTargets, states: list[ArmState]) -> Iterator[_Gradient]:
    """Log hazard ratio as the root of the expected Cox score; information from the interval."""
    beta = contrast.log_ratio
    if beta is None:
        return
    reference, experimental = states[contrast.reference], states[contrast.experimental]
    weighted = experimental.at_risk * math.exp(beta)
    share = weighted / (reference.at_risk + weighted)
    events = reference.events + experimental.events
    spread = share * (1.0 - share)
    score = float(experimental.events.sum() - (events * share).sum())
    information = float((events * spread).sum())
    by_information = _contrast_rows(contrast, states, spread, spread, 1.0 - 2.0 * share)
    by_score = _contrast_rows(contrast, states, -share, 1.0 - share, -np.ones(share.size))
    sd = max(0.003, _ROUNDING_SD * contrast.rounding)
    step = score / information
    yield _Gradient(
        step / sd,
        {
            arm: (rows - step * by_information[arm]) / (information * sd)
            for arm, rows in by_score.items()
        },
    )
    if contrast.standard_error is not None:
        off = math.log(information) + 2.0 * math.log(contrast.standard_error.middle)
        unit = information * _INFORMATION_SD
        yield _Gradient(
            off / _INFORMATION_SD, {arm: rows / unit for arm, rows in by_information.items()}
        )


def _contrast_rows(
    contrast: ContrastTargets,
    states: list[ArmState],
    by_reference_events: Floats,
    by_experimental_events: Floats,
    by_share: Floats,
) -> dict[int, Floats]:
    """
    Gradient of a sum over the events of both arms, given how each cell's term changes.

    `by_share` is the derivative of one event's term in the experimental share p; p itself has the
    derivatives Y0 t / T^2 in Y1 and -Y1 t / T^2 in Y0, with t the hazard ratio and T = Y0 + Y1 t.
    """
    reference, experimental = states[contrast.reference], states[contrast.experimental]
    ratio = math.exp(contrast.log_ratio or 0.0)
    total = reference.at_risk + experimental.at_risk * ratio
    through_share = (reference.events + experimental.events) * by_share * ratio / total**2
    rows = {}
    for arm, by_events, by_at_risk in (
        (contrast.reference, by_reference_events, -through_share * experimental.at_risk),
        (contrast.experimental, by_experimental_events, through_share * reference.at_risk),
    ):
        rows[arm] = np.zeros((4, total.size))
        rows[arm][_EVENTS], rows[arm][_AT_RISK] = by_events, by_at_risk
    return rows


def _total_events(total: int, states: list[ArmState]) -> _Gradient:
    expected = sum(float(state.events.sum()) for state in states)
    rows = np.zeros((4, states[0].event.size))
    rows[_EVENTS] = 1.0 / _COUNT_SD
    return _Gradient((expected - total) / _COUNT_SD, dict.fromkeys(range(len(states)), rows))
