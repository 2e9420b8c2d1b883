"""Figures in the manner of different programs, drawn here, with known truth."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEIGHT = 420.0


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A curve with its marks, as truth."""

    name: str
    n: int
    time: np.ndarray
    survival: np.ndarray
    censored: np.ndarray
    end: float

    def at_risk(self, at: float) -> int:
        return int((self.all_times >= at).sum())

    all_times: np.ndarray = field(repr=False)


def arm(name: str, seed: int, *, n: int = 60, scale: float = 14.0, follow_up: float = 36.0) -> Arm:
    """Draw an arm: exponential events, uniform censoring, times in tenths."""
    generator = np.random.default_rng(seed)
    death = generator.exponential(scale, n)
    leaving = generator.uniform(0.3 * follow_up, follow_up, n)
    time = np.round(np.minimum(death, leaving), 1) + 0.1
    event = death <= leaving
    steps, survival, level = [0.0], [1.0], 1.0
    for at in np.unique(time[event]):
        level *= 1 - (event & (time == at)).sum() / (time >= at).sum()
        steps.append(float(at))
        survival.append(level)
    return Arm(
        name=name,
        n=n,
        time=np.array(steps),
        survival=np.array(survival),
        censored=np.unique(time[~event]),
        end=float(time.max()),
        all_times=time,
    )


TWO = (arm("Placebo", 1), arm("Everolimus", 2, scale=24.0))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where values lie on the page, y downwards, as SVG has it."""

    left: float = 90.0
    top: float = 40.0
    wide: float = 380.0
    high: float = 240.0
    hi: float = 36.0
    low: float = 0.0

    def x(self, time: float) -> float:
        return self.left + self.wide * time / self.hi

    def y(self, survival: float) -> float:
        return self.top + self.high * (1 - (survival - self.low) / (1 - self.low))


def corners(one: Arm, place: Place) -> list[tuple[float, float]]:
    """Return the corners of a curve on the page."""
    points = [(place.x(0), place.y(1))]
    for at, level in zip(one.time[1:], one.survival[1:], strict=True):
        points += [(place.x(at), points[-1][1]), (place.x(at), place.y(level))]
    return [*points, (place.x(one.end), points[-1][1])]


def marks(one: Arm, place: Place) -> list[tuple[float, float]]:
    """Return the places of an arm's marks."""
    level = one.survival[np.searchsorted(one.time, one.censored, side="right") - 1]
    return [(place.x(t), place.y(s)) for t, s in zip(one.censored, level, strict=True)]


def pairs(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.3f},{y:.3f}" for x, y in points)


def page(*parts: str, style: str = "") -> str:
    """Wrap parts into a file."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="560" height="{HEIGHT:g}" viewBox="0 0 560 {HEIGHT:g}">'
        f"<style>{style}</style>" + "".join(parts) + "</svg>"
    )


def text(x: float, y: float, words: str, *, anchor: str = "middle", more: str = "") -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="10" text-anchor="{anchor}" {more}>{words}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, more: str = 'stroke="black"') -> str:
    return f'<line x1="{x1:.3f}" y1="{y1:.3f}" x2="{x2:.3f}" y2="{y2:.3f}" {more}/>'


def axes(place: Place, *, percent: bool, ticks: bool = True, step: float = 0.2) -> str:
    """Draw axes with labels, and with tick marks or a grid of white lines."""
    parts = []
    bottom, right = place.top + place.high, place.left + place.wide
    if ticks:
        parts += [
            line(place.left, bottom, right, bottom),
            line(place.left, place.top, place.left, bottom),
        ]
    for time in range(0, int(place.hi) + 1, 6):
        x = place.x(time)
        grid = (x, place.top, x, bottom, 'stroke="white"')
        parts.append(line(x, bottom, x, bottom + 4) if ticks else line(*grid))
        parts.append(text(x, bottom + 16, str(time)))
    for level in np.arange(place.low, 1.0001, step):
        y = place.y(level)
        label = f"{100 * level:.0f}" if percent else f"{level:.1f}"
        grid = (place.left, y, right, y, 'stroke="white"')
        parts.append(line(place.left - 4, y, place.left, y) if ticks else line(*grid))
        parts.append(text(place.left - 8, y + 3.5, label, anchor="end"))
    parts.append(text((place.left + right) / 2, bottom + 32, "Months since randomization"))
    return "".join(parts)


def table(place: Place, arms: tuple[Arm, ...], *, inside: bool = False) -> str:
    """Print numbers at risk every six months, below the axis or inside above it."""
    start = place.top + place.high + (-26 if inside else 52)
    parts = [text(place.left - 60, start - 12, "No. at risk", anchor="start")] if not inside else []
    for row, one in enumerate(arms):
        y = start + 13 * row
        parts.append(text(place.left - 12, y, one.name, anchor="end"))
        parts += [text(place.x(t), y, str(one.at_risk(t))) for t in range(0, int(place.hi) + 1, 6)]
    return "".join(parts)


def legend(arms: tuple[Arm, ...], looks: list[str], x: float = 330.0, y: float = 60.0) -> str:
    parts = []
    for row, (one, look) in enumerate(zip(arms, looks, strict=True)):
        parts.append(line(x, y + 14 * row, x + 24, y + 14 * row, look))
        parts.append(text(x + 30, y + 3.5 + 14 * row, one.name, anchor="start"))
    return "".join(parts)


def plotly(arms: tuple[Arm, ...]) -> str:
    """Grid on a coloured ground without ticks, translated groups, circles as paths."""
    place, colours = Place(), ["rgb(99, 110, 250)", "rgb(239, 85, 59)"]
    ground = (
        f'<rect x="{place.left}" y="{place.top}" width="{place.wide}" height="{place.high}" '
        'style="fill: rgb(229, 236, 246)"/>'
    )
    moved = Place(left=0.0, top=0.0)
    parts = []
    for one, colour in zip(arms, colours, strict=True):
        way = "M" + "L".join(f"{x:.3f},{y:.3f}" for x, y in corners(one, moved))
        parts.append(f'<path d="{way}" style="fill: none; stroke: {colour}; stroke-width: 2px;"/>')
        for x, y in marks(one, moved):
            parts.append(
                f'<path transform="translate({x:.3f},{y:.3f})" '
                'd="M3,0A3,3 0 1,1 0,-3A3,3 0 0,1 3,0Z" '
                f'style="fill: {colour}; stroke-width: 0px"/>'
            )
    group = f'<g transform="translate({place.left},{place.top})">{"".join(parts)}</g>'
    looks = [f'style="stroke: {colour}; stroke-width: 2px"' for colour in colours]
    return page(ground, axes(place, percent=False, ticks=False), group, legend(arms, looks))


def stata(arms: tuple[Arm, ...]) -> str:
    """Every piece of a curve is a line of its own; marks stand upright on the curve."""
    place, looks = (
        Place(),
        ['stroke="#1A476F" stroke-width="1.7"', 'stroke="#90353B" stroke-width="1.7"'],
    )
    parts = []
    for one, look in zip(arms, looks, strict=True):
        points = corners(one, place)
        parts += [line(*a, *b, look) for a, b in itertools.pairwise(points) if a != b]
        parts += [line(x, y, x, y - 5, look) for x, y in marks(one, place)]
    return page(axes(place, percent=False), "".join(parts), legend(arms, looks), table(place, arms))


def sas(arms: tuple[Arm, ...]) -> str:
    """Numbers at risk inside the plot, plus signs, a box as legend frame, percent axis from CSS."""
    place = Place(low=-0.2)
    style = ".a{stroke:#445694;fill:none} .b{stroke:#A23A2E;fill:none;stroke-dasharray:4 2}"
    parts = []
    for one, name in zip(arms, "ab", strict=True):
        parts.append(f'<polyline class="{name}" points="{pairs(corners(one, place))}"/>')
        colour = {"a": "#445694", "b": "#A23A2E"}[name]
        for x, y in marks(one, place):
            way = f"M{x - 3:.3f} {y:.3f}h6M{x:.3f} {y - 3:.3f}v6"
            parts.append(f'<path d="{way}" stroke="{colour}" fill="none"/>')
    looks = ['class="a"', 'class="b"']
    shown = Place(low=-0.2)
    scale = "".join(
        line(86, shown.y(v), 90, shown.y(v)) + text(82, shown.y(v) + 3.5, f"{v:.1f}", anchor="end")
        for v in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    across = "".join(
        line(place.x(t), 280, place.x(t), 284) + text(place.x(t), 296, str(t))
        for t in range(0, 37, 6)
    )
    frame = '<rect x="90" y="40" width="380" height="240" fill="none" stroke="grey"/>'
    inside = table(place, arms, inside=True)
    return page(frame, scale, across, "".join(parts), legend(arms, looks), inside, style=style)


def prism(arms: tuple[Arm, ...]) -> str:
    """Percent, black curves told apart by dashes, ticks through the curve, labels beside."""
    place, looks = (
        Place(),
        [
            'stroke="black" stroke-width="2"',
            'stroke="black" stroke-width="2" stroke-dasharray="6 3"',
        ],
    )
    parts = []
    for one, look in zip(arms, looks, strict=True):
        parts.append(f'<polyline fill="none" {look} points="{pairs(corners(one, place))}"/>')
        parts += [
            line(x, y - 4, x, y + 4, 'stroke="black" stroke-width="1"')
            for x, y in marks(one, place)
        ]
        x, y = corners(one, place)[-1]
        parts.append(text(x + 5, y + 3, one.name, anchor="start"))
    return page(axes(place, percent=True, step=0.25), "".join(parts), table(place, arms))


def journal(arms: tuple[Arm, ...]) -> str:
    """A restyled panel: truncated percent axis, marks by use, single glyphs, centred dots."""
    place = Place(low=0.2)
    defs = '<defs><path id="m" d="M-3 -3L3 3M-3 3L3 -3"/></defs>'
    colours = ["#003366", "#CC6600"]
    clip = '<defs><clipPath id="c"><rect x="90" y="40" width="380" height="240"/></clipPath></defs>'
    parts = []
    for one, colour in zip(arms, colours, strict=True):
        way = f'<polyline fill="none" stroke="{colour}" points="{pairs(corners(one, place))}"/>'
        parts.append(f'<g clip-path="url(#c)">{way}</g>')
        parts += [
            f'<use xlink:href="#m" x="{x:.3f}" y="{y:.3f}" stroke="{colour}"/>'
            for x, y in marks(one, place)
            if y <= 280
        ]
    scale = "".join(
        line(86, place.y(v), 90, place.y(v)) + _glyphs(64, place.y(v) + 3.5, f"{100 * v:.0f}")
        for v in (0.2, 0.4, 0.6, 0.8, 1.0)
    )
    across = "".join(
        line(place.x(t), 280, place.x(t), 284) + text(place.x(t), 296, str(t))
        for t in range(0, 37, 6)
    )
    statistics = text(120, 262, "HR 0·62 (95% CI 0·41–0·94); p=0·023", anchor="start")
    looks = [f'stroke="{colour}"' for colour in colours]
    name = text(30, 25, "B", more='font-weight="bold"')
    return page(
        defs,
        clip,
        name,
        scale,
        across,
        "".join(parts),
        statistics,
        legend(arms, looks),
        table(place, arms),
    )


def _glyphs(x: float, y: float, digits: str) -> str:
    """Write digits one by one, as some converters do."""
    return "".join(text(x + 5.56 * k, y, digit, anchor="start") for k, digit in enumerate(digits))


STYLES: dict[str, Callable[[tuple[Arm, ...]], str]] = {
    "plotly": plotly,
    "stata": stata,
    "sas": sas,
    "prism": prism,
    "journal": journal,
}


def write(folder: Path, style: str, arms: tuple[Arm, ...] = TWO) -> Path:
    """Write a figure in a style and return its file."""
    path = folder / f"{style}.svg"
    path.write_text(STYLES[style](arms), encoding="utf-8")
    return path
