"""An SVG file as a tree of elements, and nothing that lies outside of it.

Entities, internal DTDs and processing of external ones are refused or left alone: nothing in the
file can make it grow or reach for another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from survkit.errors import DrawingError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Element", "read_elements"]

BYTES = 30_000_000
"""Largest file that is read."""
ELEMENTS = 300_000
"""Most elements a file may have."""
DEPTH = 150
"""Elements within elements."""


@dataclass(slots=True, kw_only=True)
class Element:
    """
    One element of the file.

    Parameters
    ----------
    tag : str
        Its name without prefix.
    attributes : dict of str to str
        Its attributes; names without prefix, so that `xlink:href` is `href`.
    parent : Element or None
        The element that holds it.
    content : list of Element or str
        Elements and texts in it, in order.
    """

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    content: list[Element | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Element]:
        """The elements in it, without the texts."""
        return [part for part in self.content if isinstance(part, Element)]


class _RefusedError(Exception):
    """What makes a file unfit to be read."""


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            message = "it declares entities or a DTD of its own, which is refused"
            raise _RefusedError(message)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > ELEMENTS or len(self.open) >= DEPTH:
            message = (
                f"it has more than {ELEMENTS} elements, or more than {DEPTH} inside each other"
            )
            raise _RefusedError(message)
        element = Element(
            tag=tag.rpartition(":")[2],
            attributes={name.rpartition(":")[2]: value for name, value in attributes.items()},
            parent=self.open[-1] if self.open else None,
        )
        if self.open:
            self.open[-1].content.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        if self.open:
            self.open[-1].content.append(text)


def read_elements(path: Path) -> Element:
    """Return the root element of an SVG file; raise DrawingError where there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(BYTES + 1)
    except OSError as error:
        message = f"{path}: it cannot be opened: {error.strerror}"
        raise DrawingError(message) from None
    if len(content) > BYTES:
        message = f"{path}: an SVG file must have at most {BYTES} bytes"
        raise DrawingError(message)
    builder = _Builder()
    try:
        _parser(builder).Parse(content, True)
    except _RefusedError as fault:
        message = f"{path}: {fault}"
        raise DrawingError(message) from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        message = f"{path}: it is no well-formed SVG: {error}"
        raise DrawingError(message) from None
    if builder.root is None or builder.root.tag != "svg":
        message = f"{path}: its root element must be svg"
        raise DrawingError(message)
    return builder.root


def _parser(builder: _Builder) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    return parser
