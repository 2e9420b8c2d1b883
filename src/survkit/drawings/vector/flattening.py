"""Curved pieces of a path as points on them."""

from __future__ import annotations

import cmath
import math

__all__ = ["arc_points", "cubic_points", "quadratic_points"]

Place = tuple[float, float]

PIECES = 6
"""Points for each cubic or quadratic piece, and for each quarter of an arc."""

_STEPS = [step / PIECES for step in range(1, PIECES)]
_WEIGHTS = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in _STEPS]


def cubic_points(start: Place, first: Place, second: Place, end: Place) -> list[Place]:
    """Return points on a cubic Bézier curve, its end among them, its start not."""
    points = [
        (
            a * start[0] + b * first[0] + c * second[0] + d * end[0],
            a * start[1] + b * first[1] + c * second[1] + d * end[1],
        )
        for a, b, c, d in _WEIGHTS
    ]
    points.append(end)
    return points


def quadratic_points(start: Place, control: Place, end: Place) -> list[Place]:
    """Return points on a quadratic Bézier curve, its end among them, its start not."""
    first = tuple(a + 2 / 3 * (c - a) for a, c in zip(start, control, strict=True))
    second = tuple(b + 2 / 3 * (c - b) for b, c in zip(end, control, strict=True))
    return cubic_points(start, (first[0], first[1]), (second[0], second[1]), end)


def arc_points(
    start: Place,
    radii: Place,
    turn: float,
    large: bool,
    sweep: bool,
    end: Place,
) -> list[Place]:
    """
    Return points on an arc of an ellipse, its end among them, its start not.

    Source: SVG 1.1 (2011), appendix F.6.5, "Conversion from endpoint to center parameterization".
    """
    rx, ry = abs(radii[0]), abs(radii[1])
    if not (rx > 0 and ry > 0) or start == end:
        return [end]
    rotation = cmath.exp(1j * math.radians(turn))
    half = (complex(*start) - complex(*end)) / 2 / rotation
    unit = complex(half.real / rx, half.imag / ry)
    stretch = max(1.0, abs(unit))
    rx, ry, unit = rx * stretch, ry * stretch, unit / stretch
    height = math.sqrt(max(0.0, 1 / abs(unit) ** 2 - 1)) if abs(unit) > 0 else 0.0
    middle = unit * 1j * height * (1 if large != sweep else -1) * -1
    first, last = cmath.phase(unit - middle), cmath.phase(-unit - middle)
    span = last - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    count = max(2, math.ceil(abs(span) / (math.pi / 2) * PIECES))
    centre = (complex(*start) + complex(*end)) / 2
    points = []
    for step in range(1, count + 1):
        place = middle + cmath.exp(1j * (first + span * step / count))
        moved = complex(place.real * rx, place.imag * ry) * rotation + centre
        points.append((moved.real, moved.imag))
    points[-1] = end
    return points
