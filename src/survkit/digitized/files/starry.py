"""Projects of StarryDigitizer: a zip archive with a picture and ``project.json``."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from survkit.digitized.faults import Faults, excerpt, listed
from survkit.digitized.files.archives import zip_members
from survkit.digitized.files.calibration import Axes, Scales, axes_through_pairs
from survkit.digitized.files.documents import list_in, load_json, number_of, numbers_in, text_in
from survkit.digitized.files.raw import RawCurve
from survkit.digitized.files.source import MAX_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survkit.digitized.files.source import Source

__all__ = ["curves_in_zip"]


def curves_in_zip(source: Source) -> tuple[RawCurve, ...]:
    """
    Read the data sets of a project's archive.

    Parameters
    ----------
    source : Source
        The bytes of the archive.

    Returns
    -------
    tuple of RawCurve
        One per data set with points.

    Raises
    ------
    DigitizedFileError
        If there is none, or the archive is no project.
    """
    faults = Faults(source.file)
    members = zip_members(source)
    found = [name for name in sorted(members) if PurePosixPath(name).name == "project.json"]
    if not found:
        faults.refuse(
            "the archive must hold a project.json of StarryDigitizer, got "
            f"{listed(sorted(members)) or 'no JSON document'}"
        )
    document = load_json(members[found[0]], faults, found[0])
    axes = {
        number_of(a.get("id")): _axes(a)
        for a in list_in(document, "axisSets", faults)
        if isinstance(a, dict)
    }
    curves = list(_data_sets(list_in(document, "datasets", faults), axes, faults))
    faults.settle()
    if not curves:
        faults.refuse("the project must hold a data set with points, got none")
    return tuple(curves)


def _axes(stated: Mapping[str, Any]) -> Axes | None:
    """Read a set of axes: two points on each, with value and pixel."""
    pixels, ends = [], []
    for key in ("x1", "x2", "y1", "y2"):
        point = stated.get(key)
        point = point if isinstance(point, dict) else {}
        pixel, end = numbers_in(point.get("coord"), "xPx", "yPx"), number_of(point.get("value"))
        if pixel is None or end is None:
            return None
        pixels.append((pixel[0], pixel[1]))
        ends.append(end)
    log_x, log_y = (stated.get(key) is True for key in ("xIsLogScale", "yIsLogScale"))
    return axes_through_pairs(pixels, ends, Scales(log_x=log_x, log_y=log_y))


def _data_sets(
    sets: list[Any], axes: Mapping[float | None, Axes | None], faults: Faults
) -> Iterator[RawCurve]:
    """Read every data set that has points."""
    for number, data_set in enumerate(sets, start=1):
        points = list_in(data_set, "points", faults)
        if not points:
            continue
        name = text_in(data_set, "name") or f"data set {number}"
        where = f"data set {name!r}"
        calibration = axes.get(number_of(data_set.get("axisSetId")) or 1.0)
        if calibration is None:
            faults.refuse(
                "a data set must have axes with four points that span a plane", where=where
            )
        if len(points) > MAX_POINTS:
            faults.refuse(f"a data set must have at most {MAX_POINTS:,} points", where=where)
        pixels = [numbers_in(point, "xPx", "yPx") for point in points]
        for place, (point, pixel) in enumerate(zip(points, pixels, strict=True), start=1):
            if pixel is None:
                faults.add(
                    f"a point must have the numbers xPx and yPx, got {excerpt(str(point))}",
                    where=f"{where}, point {place}",
                )
        kept = [(pixel[0], pixel[1]) for pixel in pixels if pixel is not None]
        if kept:
            times, values = calibration.read(kept)
            yield RawCurve(
                name=name,
                times=times,
                values=values,
                places=tuple(range(1, len(kept) + 1)),
                word="point",
                layout="StarryDigitizer project",
            )
