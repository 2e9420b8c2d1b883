"""What is given by hand where a figure is read: axes, scale, names and colours of curves."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from survkit.drawings import Colour, Figure, name_curves_by_hand, set_survival_scale
from survkit.errors import SurvkitError
from survkit.transcription import Heading, identifier
from survkit.trial.stated import TimeUnit

__all__ = ["Corrections", "collect_heading", "curve_folder", "read_corrections"]

_POINT = re.compile(r"\s*(-?[\d.]+(?:e-?\d+)?)\s*=\s*(-?[\d.]+(?:e-?\d+)?)\s*")
_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_AXIS = "two points of place and value, such as 87=0,697=24"
_CURVE = "a name, a colour such as #bc3c29, or both as NAME=#bc3c29"

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """
    What the options of the command line say.

    Parameters
    ----------
    axis : mapping of {"x", "y"} to two (place, value) pairs
        Axes calibrated by hand.
    scale : {"percent", "probability"} or None
        What the survival axis is printed in.
    names : tuple of str
        Names of curves; empty where none are given, an empty one for a colour without a name.
    colours : tuple of (int, int, int)
        Their colours; empty where none are given.
    """

    axis: Mapping[Literal["x", "y"], Points]
    scale: Literal["percent", "probability"] | None
    names: tuple[str, ...]
    colours: tuple[Colour, ...]

    def apply(self, figure: Figure) -> Figure:
        """Correct the panels of a figure that was read with these axes and colours."""
        panels = figure.panels
        if self.scale is not None:
            panels = tuple(set_survival_scale(panel, self.scale) for panel in panels)
        if any(self.names):
            panels = tuple(name_curves_by_hand(panel, self.names, self.colours) for panel in panels)
        return replace(figure, panels=panels)


def read_corrections(
    *,
    x_axis: str | None,
    y_axis: str | None,
    y_scale: Literal["percent", "probability"] | None,
    curves: Sequence[str],
) -> Corrections:
    """Read the options; raise SurvkitError where one cannot be read."""
    axis: dict[Literal["x", "y"], Points] = {}
    if x_axis is not None:
        axis["x"] = _points("--x-axis", x_axis)
    if y_axis is not None:
        axis["y"] = _points("--y-axis", y_axis)
    read = [_curve(text) for text in curves]
    colours = tuple(colour for _, colour in read if colour is not None)
    if colours and len(colours) < len(read):
        msg = f"--curve: it must have a colour for all curves or for none, got {', '.join(curves)}"
        raise SurvkitError(msg)
    return Corrections(
        axis=axis, scale=y_scale, names=tuple(name for name, _ in read), colours=colours
    )


def collect_heading(
    path: Path,
    *,
    citation: str,
    endpoint: str,
    time_unit: str,
    patients: Sequence[int],
    curves: int,
) -> Heading:
    """Collect what the trial file says besides what was read; `curves` is how many there are."""
    if time_unit and time_unit not in get_args(TimeUnit):
        msg = f"--time-unit must be one of {', '.join(get_args(TimeUnit))}, got {time_unit!r}"
        raise SurvkitError(msg)
    if patients and len(patients) != curves:
        msg = f"--n must be given once for each of the {curves} curves, got {len(patients)}"
        raise SurvkitError(msg)
    return Heading(
        id=identifier(path.stem, fallback="figure"),
        citation=" ".join(citation.encode("utf-8", "replace").decode().split()),
        folder=curve_folder(path),
        endpoint=" ".join(endpoint.split()),
        time_unit=time_unit,
        patients=tuple(patients),
    )


def curve_folder(path: Path) -> str:
    """Return the name of the folder of a trial file's curves, beside it."""
    return f"{path.stem}-curves"


def _points(option: str, text: str) -> Points:
    found = [_POINT.fullmatch(part) for part in text.split(",")]
    try:
        points = tuple((float(one[1]), float(one[2])) for one in found if one is not None)
    except ValueError:
        points = ()
    if len(found) != 2 or len(points) != 2 or not all(map(math.isfinite, sum(points, ()))):
        msg = f"{option} must be {_AXIS}, got {text!r}"
        raise SurvkitError(msg)
    return points


def _curve(text: str) -> tuple[str, Colour | None]:
    """Return name and colour of a curve."""
    name, _, tail = text.rpartition("=") if _COLOUR.search(text) and "=" in text else ("", "", text)
    found = _COLOUR.fullmatch(tail.strip())
    if found is not None:
        red, green, blue = (int(part, 16) for part in found.groups())
        return name.strip(), (red, green, blue)
    if not text.strip() or text.strip().startswith("#"):
        msg = f"--curve must be {_CURVE}, got {text!r}"
        raise SurvkitError(msg)
    return text.strip(), None
