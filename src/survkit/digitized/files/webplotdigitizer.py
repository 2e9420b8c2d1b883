"""Projects of WebPlotDigitizer: JSON of versions 3 and 4, and the archive around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from survkit.digitized.faults import Faults, excerpt, listed
from survkit.digitized.files.archives import tar_members
from survkit.digitized.files.calibration import Axes, Scales, axes_through_pairs
from survkit.digitized.files.documents import (
    list_in,
    load_json,
    number_of,
    numbers_in,
    object_in,
    text_in,
)
from survkit.digitized.files.raw import RawCurve
from survkit.digitized.files.source import MAX_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survkit.digitized.files.source import Source

__all__ = ["curves_in_json", "curves_in_tar"]


def curves_in_json(source: Source) -> tuple[RawCurve, ...]:
    """
    Read the data sets of a project.

    Parameters
    ----------
    source : Source
        The bytes of the JSON document.

    Returns
    -------
    tuple of RawCurve
        One per data set with points on axes x and y.

    Raises
    ------
    DigitizedFileError
        If there is none, or the document is no project.
    """
    faults = Faults(source.file)
    return _curves(load_json(source.data, faults), "", faults)


def curves_in_tar(source: Source) -> tuple[RawCurve, ...]:
    """
    Read the data sets of a project's archive.

    Parameters
    ----------
    source : Source
        The bytes of the archive: a folder with ``info.json`` and the document that it names.

    Returns
    -------
    tuple of RawCurve
        One per data set with points on axes x and y.

    Raises
    ------
    DigitizedFileError
        If there is none, or the archive is no project.
    """
    faults = Faults(source.file)
    members = tar_members(source)
    infos = sorted(name for name in members if PurePosixPath(name).name == "info.json")
    folder = PurePosixPath(infos[0]).parent if infos else None
    document = "wpd.json"
    if infos:
        info = load_json(members[infos[0]], faults, infos[0])
        document = text_in(info, "json") or document
    wanted = [n for n in sorted(members) if PurePosixPath(n).name == PurePosixPath(document).name]
    inside = [n for n in wanted if folder is None or PurePosixPath(n).parent == folder]
    if not inside:
        faults.refuse(
            f"the archive must hold the project {excerpt(document)}, "
            f"got {listed(sorted(members)) or 'no JSON document'}"
        )
    return _curves(load_json(members[inside[0]], faults, inside[0]), " in an archive", faults)


def _curves(document: Mapping[str, Any], archived: str, faults: Faults) -> tuple[RawCurve, ...]:
    """Read a project of either version."""
    if "wpd" in document:
        project = object_in(document, "wpd", faults)
        layout = f"WebPlotDigitizer project, version 3{archived}"
        axes = {"": _axes_of_version_3(project)}
        sets = list_in(project, "dataSeries", faults)
    elif "datasetColl" in document:
        layout = f"WebPlotDigitizer project, version 4{archived}"
        axes = {
            text_in(a, "name"): _axes(a, "calibrationPoints", text_in(a, "type"))
            for a in list_in(document, "axesColl", faults)
            if isinstance(a, dict)
        }
        sets = list_in(document, "datasetColl", faults)
    else:
        faults.refuse(
            "the document must be a project of WebPlotDigitizer, with the key "
            f"'datasetColl' or 'wpd', got {listed(list(document)) or 'no keys'}"
        )
    left_out: list[str] = []
    curves = list(_data_sets(sets, axes, layout, left_out, faults))
    faults.settle()
    if not curves:
        reason = f": {left_out[0]}" if left_out else ""
        faults.refuse(f"the project must hold a data set with points on axes x and y{reason}")
    return tuple(replace(curve, remarks=(*left_out, *curve.remarks)) for curve in curves)


def _axes_of_version_3(project: Mapping[str, Any]) -> tuple[str, Axes | None]:
    """Read the one calibration of an old project."""
    parameters = project.get("axesParameters")
    flags = parameters if isinstance(parameters, dict) else {}
    return _axes(
        {**flags, "points": project.get("calibration")}, "points", text_in(project, "axesType")
    )


def _axes(stated: Mapping[str, Any], key: str, kind: str) -> tuple[str, Axes | None]:
    """Read the type of some axes and their four calibration points, two on each axis."""
    points = stated.get(key)
    points = points[:4] if isinstance(points, list) else []
    pixels = [numbers_in(point, "px", "py") for point in points]
    ends = [
        number_of(point.get("dx" if i < 2 else "dy")) if isinstance(point, dict) else None
        for i, point in enumerate(points)
    ]
    corners = [(pixel[0], pixel[1]) for pixel in pixels if pixel is not None]
    known = [end for end in ends if end is not None]
    if kind != "XYAxes" or len(corners) != 4 or len(known) != 4:
        return kind, None
    scales = Scales(log_x=stated.get("isLogX") is True, log_y=stated.get("isLogY") is True)
    return kind, axes_through_pairs(corners, known, scales)


def _data_sets(
    sets: list[Any],
    axes: Mapping[str, tuple[str, Axes | None]],
    layout: str,
    left_out: list[str],
    faults: Faults,
) -> Iterator[RawCurve]:
    """Read every data set that lies on axes x and y and has points."""
    for number, data_set in enumerate(sets, start=1):
        if not isinstance(data_set, dict):
            faults.refuse(
                f"a data set must be an object, got {excerpt(str(data_set))}",
                where=f"data set {number}",
            )
        name = text_in(data_set, "name") or f"data set {number}"
        only = next(iter(axes.values())) if len(axes) == 1 else ("", None)
        kind, calibration = axes.get(text_in(data_set, "axesName"), only)
        points = list_in(data_set, "data", faults)
        if kind not in ("XYAxes", ""):
            left_out.append(f"data set {name!r} left out: its axes are {excerpt(kind)}")
        elif not points:
            left_out.append(f"data set {name!r} left out: it has no points")
        else:
            yield _curve(name, points, calibration, layout, faults)


def _curve(
    name: str, points: list[Any], axes: Axes | None, layout: str, faults: Faults
) -> RawCurve:
    """Read a data set: values where the project has them, else from the pixels."""
    if len(points) > MAX_POINTS:
        faults.refuse(f"a data set must have at most {MAX_POINTS:,} points", where=repr(name))
    stated = [_stated(point) for point in points]
    computed = sum(value is None for value in stated)
    if computed:
        stated = _from_pixels(name, points, axes, faults)
    kept = [(place, pair) for place, pair in enumerate(stated, start=1) if pair is not None]
    remark = f"points without values: {computed}, computed from the calibration of the axes"
    return RawCurve(
        name=name,
        times=tuple(pair[0] for _, pair in kept),
        values=tuple(pair[1] for _, pair in kept),
        places=tuple(place for place, _ in kept),
        word="point",
        layout=layout,
        remarks=(remark,) if computed else (),
    )


def _stated(point: object) -> tuple[float, float] | None:
    """Return the value that a project states for a point."""
    value = point.get("value") if isinstance(point, dict) else None
    if not isinstance(value, list) or len(value) < 2:
        return None
    x, y = number_of(value[0]), number_of(value[1])
    return None if x is None or y is None else (x, y)


def _from_pixels(
    name: str, points: list[Any], axes: Axes | None, faults: Faults
) -> list[tuple[float, float] | None]:
    """Compute the points that have no value; all at once, as an axis may be logarithmic."""
    if axes is None:
        faults.refuse(
            "points without values need four calibration points that span a plane",
            where=f"data set {name!r}",
        )
    pixels = [numbers_in(point, "x", "y") for point in points]
    for place, (point, pixel) in enumerate(zip(points, pixels, strict=True), start=1):
        if pixel is None:
            faults.add(
                f"a point must have the numbers x and y, got {excerpt(str(point))}",
                where=f"data set {name!r}, point {place}",
            )
    faults.settle()
    x, y = axes.read([(pixel[0], pixel[1]) for pixel in pixels if pixel is not None])
    computed = zip(x, y, strict=True)
    return [_stated(point) or pair for point, pair in zip(points, computed, strict=True)]
