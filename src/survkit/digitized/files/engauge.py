"""Documents of Engauge Digitizer: XML whose points are pixels, with three points on the axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from survkit.digitized.faults import Faults, excerpt
from survkit.digitized.files.calibration import (
    Axes,
    Scales,
    axes_through_pairs,
    axes_through_points,
)
from survkit.digitized.files.documents import number_of
from survkit.digitized.files.raw import RawCurve
from survkit.digitized.files.source import MAX_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survkit.digitized.files.source import Source

__all__ = ["curves_in_xml"]

_DEEPEST = 50


@dataclass(slots=True)
class _Point:
    """A point under construction: where it lies, what it stands for."""

    x_only: bool
    screen: tuple[float, float] | None = None
    graph: tuple[float, float] | None = None


@dataclass(slots=True)
class _System:
    """A coordinate system under construction: its scales and its curves by name."""

    polar: bool = False
    scales: Scales = field(default_factory=Scales)
    curves: dict[str, list[_Point]] = field(default_factory=dict)


class _Reader:
    """What the parser meets; nothing but names, points and scales is kept."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.systems: list[_System] = []
        self.root = ""
        self._depth = 0
        self._curve: list[_Point] | None = None
        self._count = 0

    def entity(self, name: str, *_: object) -> NoReturn:
        """Refuse an entity: no digitizer writes one."""
        self.faults.refuse(f"the document must declare no entities, got {excerpt(name)}")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Meet the beginning of an element."""
        self.root = self.root or tag
        self._depth += 1
        if self._depth > _DEEPEST:
            self.faults.refuse(f"the elements must be nested at most {_DEEPEST} deep")
        if tag == "CoordSystem" or (tag == "Curve" and not self.systems):
            self.systems.append(_System())
        if not self.systems:
            return
        if tag == "Coords" and not self.systems[-1].curves:
            self._scales(attributes)
        elif tag == "Curve":
            self._curve = self.systems[-1].curves.setdefault(attributes.get("CurveName", ""), [])
        elif tag == "Point" and self._curve is not None:
            self._add_point(attributes)
        elif tag in ("PositionScreen", "PositionGraph") and self._curve:
            self._place(self._curve[-1], tag, attributes)

    def end(self, tag: str) -> None:
        """Meet the end of an element."""
        self._depth -= 1
        if tag == "Curve":
            self._curve = None

    def _scales(self, attributes: Mapping[str, str]) -> None:
        """Read the kind of the axes."""
        system = self.systems[-1]
        system.polar = attributes.get("TypeString", "Cartesian") != "Cartesian"
        system.scales = Scales(
            log_x=attributes.get("ScaleXThetaString") == "Log",
            log_y=attributes.get("ScaleYRadiusString") == "Log",
        )

    def _add_point(self, attributes: Mapping[str, str]) -> None:
        """Begin a point."""
        self._count += 1
        if self._count > MAX_POINTS:
            self.faults.refuse(f"the document must have at most {MAX_POINTS:,} points")
        if self._curve is not None:
            self._curve.append(_Point(x_only=attributes.get("IsXOnly") == "True"))

    def _place(self, point: _Point, tag: str, attributes: Mapping[str, str]) -> None:
        """Read where a point lies."""
        x, y = number_of(attributes.get("X")), number_of(attributes.get("Y"))
        if x is None or y is None:
            got = excerpt(f"X={attributes.get('X')}, Y={attributes.get('Y')}")
            self.faults.refuse(f"{tag} must have the numbers X and Y, got {got}")
        if tag == "PositionScreen":
            point.screen = (x, y)
        else:
            point.graph = (x, y)


def curves_in_xml(source: Source) -> tuple[RawCurve, ...]:
    """
    Read the curves of a document; entities are refused, pictures are passed over.

    Parameters
    ----------
    source : Source
        The bytes of the document.

    Returns
    -------
    tuple of RawCurve
        One per curve with points.

    Raises
    ------
    DigitizedFileError
        If there is none, or the document is none of Engauge's.
    """
    faults = Faults(source.file)
    reader = _Reader(faults)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.entity
    try:
        parser.Parse(source.data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        # the last two: an encoding that is not known
        faults.refuse(f"the document must be valid XML, got: {excerpt(str(error))}")
    if reader.root not in ("Document", "ErrorReport"):
        faults.refuse(
            "the document must be one of Engauge Digitizer, with the root 'Document', "
            f"got {excerpt(reader.root)}"
        )
    curves = tuple(curve for system in reader.systems for curve in _curves(system, faults))
    faults.settle()
    if not curves:
        faults.refuse("the document must hold a curve with points, got none")
    return curves


def _curves(system: _System, faults: Faults) -> Iterator[RawCurve]:
    """Read the curves of one coordinate system."""
    graphs = {name: points for name, points in system.curves.items() if name != "Axes" and points}
    if not graphs:
        return
    if system.polar:
        faults.refuse("the axes must be Cartesian, got polar ones")
    axes = _axes(system)
    if axes is None:
        faults.refuse(
            "the axes must have three points that span a plane, got "
            f"{len(system.curves.get('Axes', []))} points"
        )
    for name, points in graphs.items():
        pixels = [point.screen for point in points if point.screen is not None]
        if len(pixels) < len(points):
            faults.add("every point must have a PositionScreen", where=f"curve {name!r}")
        if pixels:
            times, values = axes.read(pixels)
            yield RawCurve(
                name=" ".join(name.split()),
                times=times,
                values=values,
                places=tuple(range(1, len(pixels) + 1)),
                word="point",
                layout="Engauge Digitizer document",
            )


def _axes(system: _System) -> Axes | None:
    """Calibrate by three points, or by two on each axis."""
    points = [(point.screen, point.graph, point.x_only) for point in system.curves.get("Axes", [])]
    known = [(screen, graph, x) for screen, graph, x in points if screen and graph]
    on_x, on_y = ([p for p in known if p[2] is x_only] for x_only in (True, False))
    if len(on_x) == 2 and len(on_y) == 2:
        ends = [on_x[0][1][0], on_x[1][1][0], on_y[0][1][1], on_y[1][1][1]]
        return axes_through_pairs([p[0] for p in (*on_x, *on_y)], ends, system.scales)
    return axes_through_points([p[0] for p in known], [p[1] for p in known], system.scales)
