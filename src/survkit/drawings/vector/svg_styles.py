"""How an element of an SVG is drawn: attributes, style sheets, what is inherited."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.drawings.vector.colours import parse_colour
from survkit.drawings.vector.matrices import numbers

if TYPE_CHECKING:
    from survkit.drawings.primitives import Colour
    from survkit.drawings.vector.svg_document import Element

__all__ = ["Look", "StyleSheet", "inherit", "length"]

RULES = 2_000
"""Most rules of a style sheet that are obeyed."""
_RULE = re.compile(r"([^{}@]{1,400})\{([^{}]{0,2000})\}")
_COMPOUND = re.compile(r"[.#]?[-\w*]+")
_UNITS = {"pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}
_BREADTHS = {"dejavu": 1.13, "verdana": 1.13, "times": 0.92, "roman": 0.92, "narrow": 0.82}
_EVEN = ("mono", "courier", "consolas", "menlo", "typewriter")
_FONT_SIZE = re.compile(r"(?<![\w.])([\d.]+)(px|pt|em|mm|pc|cm|in)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    How shapes and letters are drawn; what an element does not state comes from its parent.

    Parameters
    ----------
    fill, stroke, colour : tuple of int or None
        Of areas, of lines, and what `currentColor` means.
    fill_opacity, stroke_opacity, opacity : float
        Of areas, of lines, and of the group as a whole.
    width : float
        Thickness of lines, in units of the element.
    dash : tuple of float
        Dashes and gaps, in units of the element; empty for solid lines.
    size : float
        Size of letters, in units of the element.
    anchor : str
        ``start``, ``middle`` or ``end``: which part of a text its place is.
    baseline : str
        What of a text lies at its height, as `dominant-baseline` says it.
    breadth : float
        How much wider the face is than Helvetica.
    even : bool
        Whether all letters of the face have the same width.
    visible : bool
        Whether it is seen.
    """

    fill: Colour | None = (0, 0, 0)
    stroke: Colour | None = None
    colour: Colour = (0, 0, 0)
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    opacity: float = 1.0
    width: float = 1.0
    dash: tuple[float, ...] = ()
    size: float = 16.0
    anchor: str = "start"
    baseline: str = ""
    breadth: float = 1.0
    even: bool = False
    visible: bool = True


def length(text: str | None, whole: float = 0.0, default: float = 0.0) -> float:
    """Return a length in user units; per cent are of `whole`; `default` where there is none."""
    if text is None:
        return default
    found = numbers(text[:60])
    if not found or not math.isfinite(found[0]):
        return default
    if text.strip().endswith("%"):
        return found[0] / 100 * whole
    return found[0] * _UNITS.get(text.strip()[-2:], 1.0)


def declarations(text: str) -> dict[str, str]:
    """Return the properties that a style attribute or the body of a rule states."""
    pairs = (part.partition(":") for part in text.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip()
        for name, _, value in pairs
        if value
    }


class StyleSheet:
    """The rules of a file: selectors of names, classes and ids, one inside the other."""

    def __init__(self, root: Element) -> None:
        self.rules: dict[str, list[tuple[tuple[int, int, int], list[str], dict[str, str]]]]
        self.rules = defaultdict(list)
        self.count = 0
        for element in _style_elements(root):
            self._add("".join(part for part in element.content if isinstance(part, str)))

    def _add(self, text: str) -> None:
        text = re.sub(r"/\*.*?\*/|<!--|-->", " ", text, flags=re.DOTALL)
        for selectors, body in _RULE.findall(text):
            for selector in selectors.split(","):
                parts = selector.replace(">", " ").split()
                self.count += 1
                if not parts or self.count > RULES or any(":" in part for part in parts):
                    continue
                pieces = [piece for part in parts for piece in _COMPOUND.findall(part)]
                weight = (
                    sum(piece[0] == "#" for piece in pieces),
                    sum(piece[0] == "." for piece in pieces),
                    self.count,
                )
                key = _COMPOUND.findall(parts[-1])
                if key:
                    self.rules[key[-1]].append((weight, parts, declarations(body)))

    def properties(self, element: Element) -> dict[str, str]:
        """Return what an element states: attributes, then rules, then its style attribute."""
        keys = ["*", element.tag, *(f".{name}" for name in _classes(element))]
        if "id" in element.attributes:
            keys.append("#" + element.attributes["id"])
        stated = dict(element.attributes)
        rules = [rule for key in keys for rule in self.rules.get(key, ())]
        for _, parts, body in sorted(rules, key=lambda rule: rule[0]):
            if _selects(parts, element):
                stated.update(body)
        stated.update(declarations(element.attributes.get("style", "")))
        return stated


def _style_elements(root: Element) -> list[Element]:
    found, waiting = [], [root]
    while waiting:
        element = waiting.pop()
        if element.tag == "style":
            found.append(element)
        waiting.extend(reversed(element.elements))
    return found


def _classes(element: Element) -> list[str]:
    return element.attributes.get("class", "").split()[:20]


def _selects(parts: list[str], element: Element) -> bool:
    """Tell whether a selector, outermost part first, means this element."""
    if not _fits(parts[-1], element):
        return False
    left = len(parts) - 1
    outer = element.parent
    while left and outer is not None:
        if _fits(parts[left - 1], outer):
            left -= 1
        outer = outer.parent
    return left == 0


def _fits(compound: str, element: Element) -> bool:
    for piece in _COMPOUND.findall(compound):
        if piece[0] == ".":
            fits = piece[1:] in _classes(element)
        elif piece[0] == "#":
            fits = piece[1:] == element.attributes.get("id")
        else:
            fits = piece in {"*", element.tag}
        if not fits:
            return False
    return True


def inherit(look: Look, stated: dict[str, str]) -> Look:
    """Return the look of an element inside one of a given look."""
    changes: dict[str, object] = {}
    if "color" in stated and (found := parse_colour(stated["color"])):
        changes["colour"] = found[0]
    current = changes.get("colour", look.colour)
    for name in ("fill", "stroke"):
        if name in stated:
            changes.update(_paint(name, stated[name], current))
    for name in ("fill_opacity", "stroke_opacity"):
        if (key := name.replace("_", "-")) in stated:
            share = _share(stated[key])
            changes[name] = share * (1.0 if name not in changes else float(str(changes[name])))
    changes |= _line(look, stated)
    return replace(look, **changes, **_letters(look, stated))  # type: ignore[arg-type]


def _line(look: Look, stated: dict[str, str]) -> dict[str, object]:
    """Return what is stated of thickness, dashes and visibility."""
    changes: dict[str, object] = {}
    if "opacity" in stated:
        changes["opacity"] = look.opacity * _share(stated["opacity"])
    if "stroke-width" in stated:
        changes["width"] = max(length(stated["stroke-width"], 1.0, look.width), 0.0)
    if "stroke-dasharray" in stated:
        changes["dash"] = _dash(stated["stroke-dasharray"])
    if "visibility" in stated:
        changes["visible"] = stated["visibility"] == "visible"
    return changes


def _paint(name: str, text: str, current: object) -> dict[str, object]:
    if text == "inherit":
        return {}
    if text.lower() == "currentcolor":
        return {name: current}
    found = parse_colour(text)
    if found is None:
        return {name: None}
    return {name: found[0]} if found[1] == 1.0 else {name: found[0], f"{name}_opacity": found[1]}


def _share(text: str) -> float:
    found = numbers(text[:60])
    value = (found[0] if found else 1.0) / (100 if text.strip().endswith("%") else 1)
    return min(max(value, 0.0), 1.0)


def _dash(text: str) -> tuple[float, ...]:
    parts = [length(part) for part in re.split(r"[\s,]+", text.strip())[:16] if part]
    return tuple(parts) if sum(parts) > 0 and min(parts) >= 0 else ()


def _letters(look: Look, stated: dict[str, str]) -> dict[str, object]:
    changes: dict[str, object] = {}
    size = stated.get("font-size")
    if size is None and (found := _FONT_SIZE.search(stated.get("font", "")[:200])):
        size = found[0]
    if size is not None:
        relative = size.strip().endswith(("em", "%"))
        own = numbers(size[:60])
        if relative and own:
            changes["size"] = look.size * own[0] / (100 if size.strip().endswith("%") else 1)
        else:
            changes["size"] = length(size, default=look.size)
    family = f"{stated.get('font-family', '')} {stated.get('font', '')}".lower()
    if family.strip():
        changes["breadth"] = next((b for name, b in _BREADTHS.items() if name in family), 1.0)
        changes["even"] = any(name in family.split(",")[0] for name in _EVEN)
    if stated.get("text-anchor") in {"start", "middle", "end"}:
        changes["anchor"] = stated["text-anchor"]
    for name in ("dominant-baseline", "alignment-baseline"):
        if name in stated:
            changes["baseline"] = stated[name]
    return changes
