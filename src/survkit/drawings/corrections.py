"""What somebody corrects of a panel that was read: the survival axis's unit, names of curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from survkit.drawings.panels import Panel
from survkit.errors import DrawingError
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.panels import Curve
    from survkit.drawings.primitives import Colour

__all__ = ["name_curves_by_hand", "set_survival_scale"]


def set_survival_scale(panel: Panel, scale: Literal["percent", "probability"]) -> Panel:
    """
    Say what the survival axis is printed in.

    Parameters
    ----------
    panel : Panel
        A panel.
    scale : {"percent", "probability"}
        From 0 to 100, or from 0 to 1.

    Returns
    -------
    Panel
        The same with its curves in that scale.
    """
    as_instance(panel, Panel, "set_survival_scale", "a panel, as read_drawing reads it")
    if panel.survival.scale == scale:
        return panel
    factor = 0.01 if scale == "percent" else 100.0
    curves = tuple(_scaled(curve, factor) for curve in panel.curves)
    return replace(panel, survival=replace(panel.survival, scale=scale), curves=curves)


def _scaled(curve: Curve, factor: float) -> Curve:
    return replace(
        curve,
        survival=factor * curve.survival,
        survival_precision=factor * curve.survival_precision,
        mark_survival=factor * curve.mark_survival,
        lower=None if curve.lower is None else factor * curve.lower,
        upper=None if curve.upper is None else factor * curve.upper,
    )


def name_curves_by_hand(
    panel: Panel, names: Sequence[str], colours: Sequence[Colour] = ()
) -> Panel:
    """
    Name the curves of a panel.

    Parameters
    ----------
    panel : Panel
        A panel.
    names : sequence of str
        A name per curve; an empty one leaves the name as it was read.
    colours : sequence of (int, int, int)
        The colour of each named curve, 0 to 255 each; empty where the names stand in the order of
        the panel's curves.

    Returns
    -------
    Panel
        The same with these names.

    Raises
    ------
    DrawingError
        If there are not as many names as curves.
    """
    as_instance(panel, Panel, "name_curves_by_hand", "a panel, as read_drawing reads it")
    if len(names) != len(panel.curves):
        message = (
            f"panel {panel.name}: a name must be given for each of its {len(panel.curves)} "
            f"curves, got {len(names)}"
        )
        raise DrawingError(message)
    order = range(len(names)) if not colours else _nearest(panel.curves, colours)
    curves = tuple(
        replace(curve, arm=names[number] or curve.arm)
        for curve, number in zip(panel.curves, order, strict=True)
    )
    return replace(panel, curves=curves)


def _nearest(curves: Sequence[Curve], colours: Sequence[Colour]) -> list[int]:
    """Return the number of the colour of each curve: nearest pairs first, each colour once."""
    pairs = sorted(
        (sum(abs(a - b) for a, b in zip(curve.colour, colour, strict=True)), place, number)
        for place, curve in enumerate(curves)
        for number, colour in enumerate(colours)
    )
    found: dict[int, int] = {}
    for _, place, number in pairs:
        if place not in found and number not in found.values():
            found[place] = number
    return [found[place] for place in range(len(curves))]
