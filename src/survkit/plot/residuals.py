"""Residuals of drawn curves, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from survkit.plot.layout import Extent
from survkit.plot.margins import explain
from survkit.plot.style import BESIDE, GREY, INK, LEGIBLE, LOOKS, SMALL

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from survkit.scene import CurveResiduals, ResidualScene

__all__ = ["draw_residuals"]

_HEIGHT, _AXIS, _EDGE, _LINE, _BELOW = 90.0, 52.0, 26.0, 12.5, 38.0
"""Height of the axes, room left and right, height of a line and distance of the key, in points."""

_MARK: dict[str, Any] = {
    "marker": "|",
    "markersize": 5.0,
    "markeredgewidth": 0.7,
    "linestyle": "none",
}
_POINT: dict[str, Any] = {
    "marker": ".",
    "markersize": 4.0,
    "markeredgewidth": 0.5,
    "linestyle": "none",
}


def draw_residuals(scene: ResidualScene, axes: Axes) -> Extent:
    """Draw how far points lie from the patients' curves and say how much room that needs."""
    for place, curve in enumerate(scene.curves):
        _draw_curve(axes, curve, 0.96 - 0.06 * place)
    axes.axhline(0.0, color=INK, linewidth=0.6, zorder=1.5)
    axes.set(xlim=(scene.time.low, scene.time.high), ylim=(scene.residual.low, scene.residual.high))
    axes.set_xticks(scene.time.ticks, scene.time.texts, size=LEGIBLE)
    axes.set_yticks(scene.residual.ticks, scene.residual.texts, size=LEGIBLE)
    axes.set_xlabel(scene.time.label, size=LEGIBLE, labelpad=4.0)
    axes.set_ylabel(scene.residual.label.replace(" (", "\n("), size=LEGIBLE)
    axes.spines[["top", "right"]].set_visible(False)
    above = _write_words(axes, scene)
    below = explain(axes, _samples(scene), scene.note, _BELOW)
    return Extent(_AXIS, _EDGE, above, below, _HEIGHT)


def _draw_curve(axes: Axes, curve: CurveResiduals, height: float) -> None:
    """Draw a curve's precision as a band, its points, and the marks that were read above them."""
    colour = LOOKS[curve.arm.look % len(LOOKS)]["color"]
    name = f"{curve.arm.id}:{curve.role}"
    for factor in (1.0, 3.0):
        band = axes.axhspan(-factor * curve.precision, factor * curve.precision, alpha=0.1)
        band.set(color=colour, linewidth=0.0, zorder=1.0, gid=f"precision:{name}")
    times, far = ([point[axis] for point in curve.points] for axis in (0, 1))
    (dots,) = axes.plot(times, far, color=colour, zorder=2.5, gid=f"residuals:{name}", **_POINT)
    dots.set_markerfacecolor(colour if curve.role == "input" else "white")
    if curve.marks:
        across = axes.get_xaxis_transform()
        heights = [height] * len(curve.marks)
        look: dict[str, Any] = {**_MARK, "color": colour, "gid": f"marks:{name}"}
        axes.plot(list(curve.marks), heights, transform=across, **look)


def _write_words(axes: Axes, scene: ResidualScene) -> float:
    """Write a line per curve above the axes; return their height in points."""
    height = 8.0
    for curve in reversed(scene.curves):
        colour = LOOKS[curve.arm.look % len(LOOKS)]["color"]
        kept = "" if curve.role == "input" else ", kept out"
        look = {**BESIDE, "size": SMALL, "color": colour, "gid": "residuals"}
        axes.annotate(curve.words + kept, (0.0, 1.0), (0.0, height), "axes fraction", **look)
        height += _LINE
    look = {**BESIDE, "size": SMALL, "color": GREY}
    axes.annotate(
        "Distance from the drawn curves", (0.0, 1.0), (0.0, height), "axes fraction", **look
    )
    return height + _LINE + 8.0


def _samples(scene: ResidualScene) -> list[Artist]:
    samples: list[Artist] = [
        Line2D([], [], color=GREY, label="drawn point", **_POINT),
        Patch(color=GREY, alpha=0.25, linewidth=0.0, label="1 and 3 times the precision"),
    ]
    if any(curve.marks for curve in scene.curves):
        samples.append(Line2D([], [], color=GREY, label="mark, as read", **_MARK))
    return samples
