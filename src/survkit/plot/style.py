"""The look of every plot: fonts, colours, line styles."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import matplotlib.style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.scene import SceneArm

__all__ = [
    "BESIDE",
    "DOTTED",
    "FONT",
    "GREY",
    "INK",
    "LEGIBLE",
    "LOOKS",
    "SMALL",
    "look_of",
    "styled",
]

INK, GREY = "#222222", "#666666"
LEGIBLE, SMALL = 9.0, 8.0
"""Font sizes in points."""

FONT = "DejaVu Sans"  # comes with matplotlib, so that every machine draws the same letters
_RC: dict[str, Any] = {
    "font.family": [FONT],
    "font.size": LEGIBLE,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.usetex": False,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "svg.fonttype": "path",
    "svg.hashsalt": "survkit",
    "pdf.fonttype": 42,
}

# Okabe and Ito's colours, the darker ones first; the dashes tell lines apart without colour.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_DASHES = ((), (5.0, 1.8), (7.0, 1.6, 1.4, 1.6), (1.4, 1.4), (9.0, 2.0))
LOOKS: tuple[dict[str, Any], ...] = tuple(
    {"color": colour, "linestyle": (0.0, dashes) if dashes else "-"}
    for colour, dashes in islice(zip(cycle(_COLOURS), cycle(_DASHES), strict=False), 35)
)
"""Colours and line styles of arms, by the number of their look; no two are alike."""


def look_of(arm: SceneArm) -> dict[str, Any]:
    """Return colour and line style of an arm."""
    look = LOOKS[arm.look % len(LOOKS)]
    return look if arm.colour is None else {**look, "color": arm.colour}


DOTTED = (0.0, (1.0, 2.0))

BESIDE: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}
"""How texts beside a plot are written: at a distance in points from a point of its axes."""


@contextmanager
def styled() -> Iterator[None]:
    """
    Draw in survkit's style for as long as the context lasts; nothing global stays changed.

    Letters that the font lacks are drawn as boxes, which says enough.
    """
    with matplotlib.style.context(["default", _RC]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield
