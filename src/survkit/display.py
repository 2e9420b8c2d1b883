"""Tables and small curves as HTML, for notebooks that show the last value of a cell."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.characters import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Curve", "card", "escaped", "small_curves", "table"]

_WIDTH, _HEIGHT = 240, 110
_LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_SIDES = 'style="text-align:{}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A step function from 1 downwards, to be drawn small."""

    label: str  # whose curve it is
    times: Sequence[float]  # where it falls, ascending, in one unit for all curves
    survival: Sequence[float]  # its value from each of them on
    end: float  # how far it goes


def escaped(text: object) -> str:
    """Write a text as HTML, whatever it says."""
    return html.escape(visible(str(text)))


def card(title: str, *parts: str) -> str:
    """Put parts, each of them HTML, under a title, which is text."""
    return f"<div><p><b>{escaped(title)}</b></p>{''.join(parts)}</div>"


def table(titles: Sequence[str], rows: Iterable[Sequence[object]], numbers: str = "") -> str:
    """Write a table of texts; the columns named in `numbers` stand at the right."""
    sides = [_SIDES.format("right" if title in numbers.split() else "left") for title in titles]
    head = _cells("th", titles, sides)
    body = "".join(f"<tr>{_cells('td', row, sides)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Sequence[object], sides: Sequence[str]) -> str:
    """Write the cells of a row."""
    pairs = zip(texts, sides, strict=True)
    return "".join(f"<{tag} {side}>{escaped(text)}</{tag}>" for text, side in pairs)


def small_curves(curves: Sequence[Curve]) -> str:
    """Draw curves as an SVG of a few hundred bytes, with a key of their labels."""
    end = max((curve.end for curve in curves), default=0.0) or 1.0
    paths = []
    for number, curve in enumerate(curves):
        colour = _LINES[number % len(_LINES)]
        steps = "".join(
            f"H{_WIDTH * time / end:.1f}V{_HEIGHT * (1.0 - share) + 1.0:.1f}"
            for time, share in zip(curve.times, curve.survival, strict=True)
        )
        path = f"M0 1{steps}H{_WIDTH * curve.end / end:.1f}"
        paths.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    key = " ".join(
        f'<span style="color:{_LINES[number % len(_LINES)]}">&#9644; {escaped(curve.label)}</span>'
        for number, curve in enumerate(curves)
    )
    frame = f'<path d="M0 0V{_HEIGHT + 1}H{_WIDTH}" fill="none" stroke="currentColor"/>'
    size = f'width="{_WIDTH}" height="{_HEIGHT + 2}" viewBox="0 0 {_WIDTH} {_HEIGHT + 2}"'
    label = "Kaplan-Meier curves of synthetic patients"
    drawing = f'<svg {size} role="img" aria-label="{label}">{frame}{"".join(paths)}</svg>'
    return f"{drawing}<p>{key}</p>"
