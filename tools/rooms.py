"""
Draw the rooms of the package and who imports whom, from the import graph itself.

Usage: python tools/rooms.py

Writes docs/images/rooms.svg and docs/images/reconstruction.svg. Rows are the layers of the import
contracts in pyproject.toml; an arrow is an import that no other arrows imply.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import grimp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
IMAGES = Path("docs") / "images"
PICTURES = {"rooms.svg": "survkit", "reconstruction.svg": "survkit.reconstruction"}

_WIDTH, _ROW, _BOX, _PADDING, _LETTER = 760.0, 62.0, 30.0, 14.0, 7.4
"""Width of the picture, height of a row and of a box, room around a name, width of a letter."""

_STYLE = """
text { font: 13px sans-serif; text-anchor: middle; dominant-baseline: central; fill: #222; }
rect { fill: #eef3f8; stroke: #33628f; }
path { fill: none; stroke: #777; stroke-opacity: 0.55; }
@media (prefers-color-scheme: dark) {
  text { fill: #eee; } rect { fill: #22303d; stroke: #8fb7dd; } path { stroke: #bbb; }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A room in its row."""

    name: str
    x: float
    y: float

    @property
    def width(self) -> float:
        return len(self.name) * _LETTER + 2.0 * _PADDING


def pictures() -> dict[Path, str]:
    """
    Draw all pictures.

    Returns
    -------
    dict of Path to str
        SVG by path from the root of the repository.
    """
    graph = grimp.build_graph("survkit")
    contracts = _contracts()
    return {
        IMAGES / name: _draw(_boxes(contracts[package]), _arrows(graph, package, contracts))
        for name, package in PICTURES.items()
    }


def _contracts() -> dict[str, list[list[str]]]:
    """Return the layers of each package, top to bottom."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        contract["containers"][0]: [
            [room.strip("() ") for room in layer.split("|")] for layer in contract["layers"]
        ]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    }


def _boxes(layers: Sequence[Sequence[str]]) -> dict[str, _Box]:
    boxes = {}
    for number, layer in enumerate(layers):
        for place, name in enumerate(layer):
            x = _WIDTH * (place + 1) / (len(layer) + 1)
            boxes[name] = _Box(name=name, x=x, y=_ROW * (number + 0.6))
    return boxes


def _arrows(
    graph: grimp.ImportGraph, package: str, contracts: Mapping[str, list[list[str]]]
) -> Iterator[tuple[str, str]]:
    """Yield the imports between rooms that no longer way implies."""
    rooms = [room for layer in contracts[package] for room in layer]
    below: dict[str, set[str]] = {}
    for room in rooms:
        name = f"{package}.{room}"
        inside = {name, *graph.find_descendants(name)}
        imported = {
            found for module in inside for found in graph.find_modules_directly_imported_by(module)
        }
        parts = (found.removeprefix(f"{package}.").split(".")[0] for found in imported)
        below[room] = {part for part in parts if part in rooms and part != room}
    for room in rooms:
        implied = set().union(*(_reached(below, other) for other in below[room]))
        for other in sorted(below[room] - implied, key=rooms.index):
            yield room, other


def _reached(below: Mapping[str, set[str]], room: str) -> set[str]:
    """Return all rooms that a room imports, directly or not."""
    found: set[str] = set()
    waiting = [room]
    while waiting:
        for other in below[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found


def _draw(boxes: Mapping[str, _Box], arrows: Iterator[tuple[str, str]]) -> str:
    height = max(box.y for box in boxes.values()) + _ROW * 0.6
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" role="img">',
        "<title>Rooms and their imports, which point down</title>",
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M1 1 7 4 1 7"/></marker></defs>',
    ]
    for upper, lower in arrows:
        start, end = boxes[upper], boxes[lower]
        top, bottom = start.y + _BOX / 2.0, end.y - _BOX / 2.0
        middle = 0.5 * (top + bottom)
        lines.append(
            f'<path marker-end="url(#tip)" d="M{start.x:g} {top:g}C{start.x:g} {middle:g} '
            f'{end.x:g} {middle:g} {end.x:g} {bottom:g}"/>'
        )
    for box in boxes.values():
        left, top = box.x - box.width / 2.0, box.y - _BOX / 2.0
        lines.append(
            f'<rect x="{left:g}" y="{top:g}" width="{box.width:g}" height="{_BOX:g}" rx="4"/>'
            f'<text x="{box.x:g}" y="{box.y:g}">{escape(box.name)}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    """Write the pictures."""
    for path, text in pictures().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
