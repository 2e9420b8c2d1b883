"""Kaplan-Meier curves as drawings for a page: survival, and a thumbnail."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.plot import (
    Target,
    choose_looks,
    choose_ticks,
    count_at_risk,
    name_arm,
    place_targets,
    printed_times,
)
from survkit.quantity import QUANTILES, QUANTITIES
from survkit.report.canvas import Axis, Tick, area_path, number, step_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reproduction import AnalysisReproduction

__all__ = [
    "BOTTOM",
    "LEFT",
    "RIGHT",
    "TOP",
    "CurveDrawing",
    "Line",
    "Mark",
    "RiskLine",
    "draw_curves",
    "draw_thumbnail",
]

LEFT, RIGHT, TOP, BOTTOM = 34.0, 350.0, 8.0, 208.0
"""Edges of a plot in user units; a drawing is 360 wide, so that one is about one CSS pixel."""

_RISK_BELOW, _RISK_STEP = 58.0, 27.0
"""Distance of the numbers at risk below the plot, and height of one arm's two lines."""

_MOST_COLUMNS = 8
_QUANTILES = {share: QUANTITIES[key].label for key, share in QUANTILES.items()}
_DIAMOND = "m0-4.6l4.6 4.6-4.6 4.6-4.6-4.6z"
_CIRCLE = "m-3.7 0a3.7 3.7 0 1 0 7.4 0a3.7 3.7 0 1 0-7.4 0z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One arm in a drawing.

    Parameters
    ----------
    look : int
        Which of the page's colours and dashes it has, from 0.
    name : str
        Name of the arm.
    curve : str
        Path of its curve.
    limits : str
        Path around its 95 % limits; empty where there are none to draw.
    censored : str
        Path of the marks of its censored patients.
    median : str
        Path from the axis over the median down to the axis; empty where it is not reached.
    """

    look: int
    name: str
    curve: str
    limits: str = ""
    censored: str = ""
    median: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    One printed figure in a drawing.

    Parameters
    ----------
    look : int
        Look of its arm.
    role : {"input", "check"}
        Whether the figure shaped the patients.
    outline : str
        Path of the mark.
    interval : str
        Path of its printed interval; empty where none is printed.
    text : str
        What it is, in words.
    """

    look: int
    role: str
    outline: str
    interval: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLine:
    """
    Numbers at risk of one arm.

    Parameters
    ----------
    look : int
        Look of the arm.
    name : str
        Name of the arm.
    height : str
        Where the line of numbers stands, in user units.
    counts : tuple of Tick
        The numbers of synthetic patients, each with its place.
    """

    look: int
    name: str
    height: str
    counts: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveDrawing:
    """
    A Kaplan-Meier plot with the printed figures and the numbers at risk.

    Parameters
    ----------
    height : str
        Height of the drawing, in user units; its width is 360.
    words : str
        What it shows, for those who do not see it.
    endpoint, unit : str
        What the axes are: the endpoint, and the unit of time.
    times, shares : tuple of Tick
        Marks of the axes.
    lines : tuple of Line
        The arms.
    marks : tuple of Mark
        The printed figures.
    at_risk : tuple of RiskLine
        The numbers at risk.
    roles : tuple of str
        Which roles occur among the marks.
    """

    height: str
    words: str
    endpoint: str
    unit: str
    times: tuple[Tick, ...]
    shares: tuple[Tick, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    at_risk: tuple[RiskLine, ...]
    roles: tuple[str, ...]


def draw_curves(result: AnalysisReproduction) -> CurveDrawing:
    """
    Draw the Kaplan-Meier curves of the synthetic patients with the printed figures.

    Parameters
    ----------
    result : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    CurveDrawing
        Paths and texts, 360 units wide.
    """
    analysis = result.analysis
    targets = tuple(place_targets(result))
    end = _end_of_time(result, targets)
    time, share = Axis(0.0, 1.02 * end, LEFT, RIGHT), Axis(0.0, 1.0, BOTTOM, TOP)
    ticks = _thinned(printed_times(result) or choose_ticks(end, analysis.time_unit))
    looks = {arm: look for look, arm in enumerate(choose_looks(analysis))}
    names = {arm: name_arm(analysis, arm) for arm in looks}
    return CurveDrawing(
        height=number(BOTTOM + _RISK_BELOW + _RISK_STEP * len(looks)),
        words=_describe(result, names),
        endpoint=analysis.endpoint,
        unit=f"{analysis.time_unit}s",
        times=time.ticks(ticks),
        shares=tuple(Tick(share.at(k / 5), f"{20 * k}") for k in range(6)),
        lines=tuple(_line(result, arm, look, time, share) for arm, look in looks.items()),
        marks=tuple(_mark(each, looks[each.arm], names[each.arm], time, share) for each in targets),
        at_risk=tuple(_risk_lines(result, ticks, looks, time)),
        roles=tuple(sorted({each.role for each in targets}, reverse=True)),
    )


def draw_thumbnail(result: AnalysisReproduction) -> tuple[Line, ...]:
    """
    Draw the curves alone, small.

    Parameters
    ----------
    result : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    tuple of Line
        The arms, in a drawing of 100 by 48 units.
    """
    end = float(result.reconstruction.ipd["time"].max()) or 1.0
    time, share = Axis(0.0, end, 1.0, 99.0), Axis(0.0, 1.0, 47.0, 1.0)
    lines = []
    for look, arm in enumerate(choose_looks(result.analysis)):
        steps = result.refit.curves[arm].steps
        xs = [float(round(time.place(float(x)))) for x in steps.index]
        ys = [float(round(share.place(float(y)))) for y in steps["survival"]]
        name = name_arm(result.analysis, arm)
        lines.append(Line(look=look, name=name, curve=step_path(xs, ys)))
    return tuple(lines)


def _end_of_time(result: AnalysisReproduction, targets: Sequence[Target]) -> float:
    """Return the last time that is to be seen, a patient's or a printed one."""
    times = [float(result.reconstruction.ipd["time"].max())]
    times += [target.time for target in targets]
    times += [target.upper for target in targets if target.kind == "quantile" and target.upper]
    return max(time for time in times if math.isfinite(time)) or 1.0


def _thinned(ticks: Sequence[float]) -> tuple[float, ...]:
    """Leave out every second or third tick where there are too many for a phone."""
    return tuple(ticks[:: -(-len(ticks) // _MOST_COLUMNS)])


def _line(result: AnalysisReproduction, arm: str, look: int, time: Axis, share: Axis) -> Line:
    """Draw one arm."""
    curve, ipd = result.refit.curves[arm], result.reconstruction.ipd
    xs = [time.place(float(x)) for x in curve.steps.index]
    survival, lower, upper = (
        [share.place(float(y)) for y in curve.steps[name].fillna(0.0)]
        for name in ("survival", "lower", "upper")
    )
    censored = ipd.loc[(ipd["arm"] == arm) & (ipd["event"] == 0), "time"].to_numpy(dtype=float)
    rows = np.searchsorted(curve.steps.index.to_numpy(dtype=float), censored, side="right") - 1
    places = dict.fromkeys(
        (time.at(x), number(survival[row] - 3.0)) for x, row in zip(censored, rows, strict=True)
    )
    middle, left, axis = share.at(0.5), number(LEFT), number(BOTTOM)
    reached = math.isfinite(curve.median)
    return Line(
        look=look,
        name=name_arm(result.analysis, arm),
        curve=step_path(xs, survival),
        limits=area_path(xs, lower, upper),
        censored="".join(f"M{x} {y}v6" for x, y in places),
        median=f"M{left} {middle}H{time.at(curve.median)}V{axis}" if reached else "",
    )


def _mark(target: Target, look: int, name: str, time: Axis, share: Axis) -> Mark:
    """Draw one printed figure."""
    x, y = time.at(target.time), share.at(target.survival)
    across = target.kind == "quantile"
    if across:
        what = f"{_QUANTILES[target.survival]} {target.time:g}"
    else:
        what = f"survival {100.0 * target.survival:g} % at {target.time:g}"
    relation = "" if target.relation == "=" else f"{target.relation} "
    use = "used as input" if target.role == "input" else "kept out as check"
    return Mark(
        look=look,
        role=target.role,
        outline=f"M{x} {y}{_DIAMOND if across else _CIRCLE}",
        interval=_interval(target, time, share),
        text=f"{name}: printed {relation}{what}, {use}",
    )


def _interval(target: Target, time: Axis, share: Axis) -> str:
    """Draw a printed interval; a limit that was not reached ends at the edge."""
    if target.lower is None or target.upper is None or not math.isfinite(target.lower):
        return ""
    if target.kind == "quantile":
        low, high, y = time.at(target.lower), time.at(target.upper), share.at(target.survival)
        cap = "" if math.isinf(target.upper) else f"M{high} {y}m0-3v6"
        return f"M{low} {y}H{high}M{low} {y}m0-3v6{cap}"
    low, high, x = share.at(target.lower), share.at(target.upper), time.at(target.time)
    return f"M{x} {low}V{high}M{x} {low}m-3 0h6M{x} {high}m-3 0h6"


def _risk_lines(
    result: AnalysisReproduction, ticks: Sequence[float], looks: dict[str, int], time: Axis
) -> Iterator[RiskLine]:
    """Place the numbers at risk, arm by arm."""
    for row, counted in enumerate(count_at_risk(result, ticks)):
        places = (time.at(tick) for tick in counted.times)
        yield RiskLine(
            look=looks[counted.arm],
            name=name_arm(result.analysis, counted.arm),
            height=number(BOTTOM + _RISK_BELOW + _RISK_STEP * row + 8.0),
            counts=tuple(
                Tick(place, f"{count}") for place, count in zip(places, counted.counts, strict=True)
            ),
        )


def _describe(result: AnalysisReproduction, names: dict[str, str]) -> str:
    """Say what the curves show."""
    told = []
    for arm, name in names.items():
        median = result.refit.curves[arm].median
        reached = f"{median:.1f} {result.analysis.time_unit}s" if math.isfinite(median) else None
        told.append(f"{name}, median {reached or 'not reached'}")
    return (
        f"Kaplan-Meier curves of {result.analysis.endpoint}, synthetic patients: {'; '.join(told)}"
    )
