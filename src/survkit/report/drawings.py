"""Scenes as SVG paths, 360 user units wide, so that a unit is about a CSS pixel."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.report.canvas import Place, Ruler, area_path, number, step_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.scene import (
        ArmCurve,
        CurveResiduals,
        ForestRow,
        ForestScene,
        KaplanMeierScene,
        LogLogScene,
        Ratio,
        ResidualScene,
        SceneArm,
        Target,
    )

__all__ = ["ForestDrawing", "KaplanMeierDrawing", "LogLogDrawing", "ResidualDrawing"]

LEFT, RIGHT, TOP, BOTTOM = 34.0, 350.0, 20.0, 220.0
"""Edges of a plot, below the name of its vertical axis."""

_DOT = "m-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0-2.4 0z"
"""Outline of a point of a drawn curve, from its place."""
_OUTLINES = {
    ("quantile", "="): "m0-4.6l4.6 4.6-4.6 4.6-4.6-4.6z",
    ("quantile", "<"): "m-4 0l6.6-4v8z",
    ("quantile", ">"): "m4 0l-6.6-4v8z",
    ("survival", "="): "m-3.7 0a3.7 3.7 0 1 0 7.4 0a3.7 3.7 0 1 0-7.4 0z",
    ("survival", "<"): "m0 4l-4-6.6h8z",
    ("survival", ">"): "m0-4l-4 6.6h8z",
}
"""Marks of printed figures: a threshold points where the curve may lie."""

_APART = 9.0
"""Distance of the marks of one drawn curve from those of the next."""
_LINE, _LETTERS = 13.0, 52
"""Height of a line of text and letters in it, in a forest plot."""


@dataclass(frozen=True, slots=True)
class CurvePaths:
    """A curve between two axes, as paths."""

    curve: ArmCurve
    x: Ruler
    y: Ruler

    @property
    def steps(self) -> str:
        """Path along the curve."""
        return _steps(self.curve.times, self.curve.survival, self.x, self.y)

    @property
    def limits(self) -> str:
        """Path around the 95 % limits."""
        lower, upper = (list(map(self.y, each)) for each in (self.curve.lower, self.curve.upper))
        return area_path(list(map(self.x, self.curve.times)), lower, upper)

    @property
    def censored(self) -> str:
        """Path of the marks of censored patients; marks in the same place are one."""
        places = dict.fromkeys((self.x(time), self.y(share)) for time, share in self.curve.censored)
        return "".join(f"M{x} {y}m0-3v6" for x, y in places)

    @property
    def drawn(self) -> str:
        """Path of the points of drawn curves; points in the same place are one."""
        points = (point for drawn in self.curve.drawn for point in drawn.points)
        places = dict.fromkeys((self.x(time), self.y(share)) for time, share in points)
        return "".join(f"M{x} {y}{_DOT}" for x, y in places)

    @property
    def median(self) -> str:
        """Path over the median down to the axis; empty where it is not reached."""
        if not math.isfinite(self.curve.median):
            return ""
        low = f"M{self.x(0.0)} {self.y(0.5)}"
        return f"{low}H{self.x(self.curve.median)}V{self.y(0.0)}"


@dataclass(frozen=True, slots=True)
class TargetPaths:
    """A printed figure between two axes, as paths."""

    target: Target
    x: Ruler
    y: Ruler

    @property
    def outline(self) -> str:
        """Path around the mark."""
        shape = _OUTLINES[self.target.kind, self.target.relation]
        return f"M{self.x(self.target.time)} {self.y(self.target.survival)}{shape}"

    @property
    def interval(self) -> str:
        """Path of the printed interval, open at the edge where a limit was not reached."""
        if self.target.interval is None:
            return ""
        lower, upper = self.target.interval
        if self.target.kind == "quantile":
            low, high, y = self.x(lower), self.x(upper), self.y(self.target.survival)
            cap = "" if math.isinf(upper) else f"M{high} {y}m0-3v6"
            return f"M{low} {y}H{high}M{low} {y}m0-3v6{cap}"
        low, high, x = self.y(lower), self.y(upper), self.x(self.target.time)
        return f"M{x} {low}V{high}M{x} {low}m-3 0h6M{x} {high}m-3 0h6"


class KaplanMeierDrawing:
    """
    A Kaplan-Meier plot, and the same curves as a thumbnail of 100 by 48 units.

    Parameters
    ----------
    scene : KaplanMeierScene
        What it shows.
    """

    def __init__(self, scene: KaplanMeierScene) -> None:
        self.scene = scene
        self.x, self.y = Ruler(scene.time, LEFT, RIGHT), Ruler(scene.share, BOTTOM, TOP)
        self.curves = [CurvePaths(curve, self.x, self.y) for curve in scene.curves]
        self.targets = [TargetPaths(target, self.x, self.y) for target in scene.targets]

    @property
    def thumbnail(self) -> list[CurvePaths]:
        """The curves alone, small."""
        x, y = Ruler(self.scene.time, 1.0, 99.0, 0), Ruler(self.scene.share, 47.0, 1.0, 0)
        return [CurvePaths(curve, x, y) for curve in self.scene.curves]


class LogLogDrawing:
    """
    Curves on the scale on which proportional hazards are parallel.

    Parameters
    ----------
    scene : LogLogScene
        What it shows.
    """

    def __init__(self, scene: LogLogScene) -> None:
        self.x, self.y = Ruler(scene.time, LEFT, RIGHT), Ruler(scene.level, BOTTOM, TOP)
        self.curves: list[tuple[SceneArm, str]] = [
            (curve.arm, _steps(curve.times, curve.levels, self.x, self.y)) for curve in scene.curves
        ]


@dataclass(frozen=True, slots=True)
class ResidualPaths:
    """Residuals of one drawn curve between two axes, as paths."""

    curve: CurveResiduals
    x: Ruler
    y: Ruler
    height: float  # where its marks stand, in user units

    @property
    def points(self) -> str:
        """Path of the points; points in the same place are one."""
        places = dict.fromkeys((self.x(time), self.y(far)) for time, far in self.curve.points)
        return "".join(f"M{x} {y}{_DOT}" for x, y in places)

    @property
    def bands(self) -> tuple[str, str]:
        """Paths around one and three times the precision of a point."""
        low, high = self.x(self.x.axis.low), self.x(self.x.axis.high)
        edges = [(self.y(-far), self.y(far)) for far in self._precisions]
        one, three = (f"M{low} {bottom}H{high}V{top}H{low}Z" for bottom, top in edges)
        return one, three

    @property
    def marks(self) -> str:
        """Path of the censoring marks that were read."""
        places = dict.fromkeys(map(self.x, self.curve.marks))
        return "".join(f"M{x} {number(self.height)}m0-3v6" for x in places)

    @property
    def _precisions(self) -> tuple[float, float]:
        return self.curve.precision, 3.0 * self.curve.precision


class ResidualDrawing:
    """
    How far the points of drawn curves lie from the patients' curves.

    Parameters
    ----------
    scene : ResidualScene
        What it shows.
    """

    def __init__(self, scene: ResidualScene) -> None:
        self.scene = scene
        self.x, self.y = Ruler(scene.time, LEFT, RIGHT), Ruler(scene.residual, BOTTOM, TOP)
        self.level = self.y(0.0)
        self.curves = [
            ResidualPaths(curve, self.x, self.y, TOP + _APART * (place + 1))
            for place, curve in enumerate(scene.curves)
        ]


@dataclass(frozen=True, slots=True)
class RatioPaths:
    """A hazard ratio on a line of a certain height."""

    ratio: Ratio
    x: Ruler
    y: str

    @property
    def place(self) -> str:
        """Where the ratio is; empty where it is no number."""
        return "" if math.isnan(self.ratio.value) else self.x(self.ratio.value)

    @property
    def interval(self) -> str:
        """Path of the interval; empty where there is none."""
        if math.isnan(self.ratio.lower) or math.isnan(self.ratio.upper):
            return ""
        return f"M{self.x(self.ratio.lower)} {self.y}H{self.x(self.ratio.upper)}"


class ForestDrawing:
    """
    Printed hazard ratios above refitted ones, each pair below its name.

    Parameters
    ----------
    scene : ForestScene
        What it shows.
    """

    def __init__(self, scene: ForestScene) -> None:
        self.scene = scene
        self.x, self._height = Ruler(scene.ratio, 6.0, 236.0), 0.0
        self.rows = [self._add(row) for row in scene.rows]
        self.no_effect = self.x(1.0)

    @property
    def foot(self) -> str:
        """Height of the axis."""
        return number(self._height + 8.0)

    @property
    def height(self) -> str:
        """Height of the drawing."""
        return number(self._height + 54.0)

    def _add(self, row: ForestRow) -> tuple[ForestRow, list[Place], dict[str, RatioPaths]]:
        """Place a row below the others: its name line by line, and its ratios."""
        label = []
        width = _LETTERS - 2 * row.depth
        for text in textwrap.wrap(row.label, width, break_on_hyphens=False):
            self._height += _LINE
            label.append(Place(number(self._height), text))
        ratios = {}
        if row.pair is not None:
            printed, refitted = (number(self._height + _LINE * down) for down in (0.75, 1.7))
            ratios["printed"] = RatioPaths(row.pair.printed, self.x, printed)
            ratios["refitted"] = RatioPaths(row.pair.refitted, self.x, refitted)
            self._height += 2.2 * _LINE
        self._height += 4.0
        return row, label, ratios


def _steps(times: Sequence[float], values: Sequence[float], x: Ruler, y: Ruler) -> str:
    """Draw values that hold until the next time."""
    return step_path(list(map(x, times)), list(map(y, values)))
