"""Ensembles, drawn: bands, and the printed figures as the eyes of needles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from survkit.plot.margins import fold
from survkit.plot.style import GREY, LOOKS, SMALL, styled
from survkit.scene import SYNTHETIC, BandScene
from survkit.typed import as_instance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from survkit.scene import ArmBand, Needle

__all__ = ["draw_bands"]

_WIDTH, _HEIGHT = 7.6, 4.9
"""Of the figure, in inches."""
_AXES = (0.085, 0.25, 0.89, 0.67)
"""Left, bottom, width and height of the axes, as shares of the figure."""
_TEXT_WIDTH = 0.89 * 7.6 * 72.0
_WHOLE: dict[str, Any] = {"alpha": 0.13, "linewidth": 0.0, "zorder": 1.0}
_POINTWISE: dict[str, Any] = {"alpha": 0.3, "linewidth": 0.0, "zorder": 1.5}
_EYE: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 6.5,
    "markerfacecolor": "white",
    "markeredgewidth": 1.3,
    "zorder": 4.0,
}


def draw_bands(scene: BandScene) -> Figure:
    """
    Draw an ensemble: for each arm the band of whole curves, that of each time, and the middle.

    Parameters
    ----------
    scene : BandScene
        The picture.

    Returns
    -------
    Figure
        A figure that belongs to no window.
    """
    as_instance(scene, BandScene, "draw_bands", "a picture of bands, as compose_bands makes it")
    figure = Figure(figsize=(_WIDTH, _HEIGHT))
    FigureCanvasAgg(figure)
    with styled():
        axes = figure.add_axes(_AXES)
        for band in scene.bands:
            _draw_band(axes, band)
        for needle in scene.needles:
            _draw_needle(axes, needle)
        _dress(axes, scene)
        foot = f"{scene.caption} {SYNTHETIC}."
        figure.text(_AXES[0], 0.125, fold(foot, _TEXT_WIDTH), fontsize=SMALL, color=GREY, va="top")
    return figure


def _draw_band(axes: Axes, band: ArmBand) -> None:
    look = LOOKS[band.arm.look]
    colour = look["color"]
    axes.fill_between(
        band.time, band.whole_lower, band.whole_upper, step="post", color=colour, **_WHOLE
    )
    axes.fill_between(band.time, band.lower, band.upper, step="post", color=colour, **_POINTWISE)
    axes.plot(
        band.time,
        band.median,
        drawstyle="steps-post",
        linewidth=1.4,
        zorder=2.5,
        label=band.arm.name,
        **look,
    )


def _draw_needle(axes: Axes, needle: Needle) -> None:
    colour = LOOKS[needle.arm.look]["color"]
    axes.plot([needle.time], [needle.survival], markeredgecolor=colour, **_EYE)


def _dress(axes: Axes, scene: BandScene) -> None:
    axes.set(xlim=(scene.time.low, scene.time.high), ylim=(0.0, 1.01))
    axes.set_xticks(scene.time.ticks, scene.time.texts)
    axes.set_yticks(scene.survival.ticks, scene.survival.texts)
    axes.set_xlabel(scene.time.label)
    axes.set_ylabel(scene.survival.label)
    axes.set_title(scene.title, loc="left", fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper right", frameon=False)
