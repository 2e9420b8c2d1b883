"""Broken and hostile files, made from sound ones with a fixed seed."""

from __future__ import annotations

import random
import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = ("1e308", "-1e308", "nan", "inf", "0", "-1", "1e-308", "99999999999999999999", "")
PIECES = (
    *(
        b"<g>",
        b"</g>",
        b"<svg>",
        b"<style>",
        b"<use href='#a'/>",
        b"M0 0",
        b"&lt;",
        b"]]>",
        b"<!--",
    ),
    *(b"transform='scale(0)'", b"viewBox='0 0 0 0'", b"\x00", b"\xff\xfe"),
    *(b"endstream", b"q 1 0 0 1 0 0 cm", b"/F1 Do"),
)


def mutants(sound: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield broken versions of a file: cut, doubled, mixed up, with numbers gone wild."""
    chance = random.Random(seed)
    ways = (_cut, _flip, _number, _insert, _double, _swap)
    for _ in range(count):
        broken = sound
        for _ in range(chance.randint(1, 4)):
            broken = chance.choice(ways)(broken, chance)
        yield broken


def _cut(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 10, 1000, len(content))) :]


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 5, 50))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _number(content: bytes, chance: random.Random) -> bytes:
    places = list(re.finditer(rb"-?\d+\.?\d*", content))
    if not places:
        return content
    found = chance.choice(places)
    return content[: found.start()] + chance.choice(NUMBERS).encode() + content[found.end() :]


def _insert(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + chance.choice(PIECES) + content[start:]


def _double(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    end = min(len(content), start + chance.choice((3, 60, 3000)))
    return content[:end] + content[start:end] * chance.choice((1, 3, 20)) + content[end:]


def _swap(content: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(content) + 1), chance.choice((4, 40, 400))
    return (
        content[:start]
        + content[start + length : start + 2 * length]
        + content[start : start + length]
        + content[start + 2 * length :]
    )


def pdf(stream: bytes, more: bytes = b"", resources: bytes = b"") -> bytes:
    """Return a PDF of one page with this content, deflated."""
    packed = zlib.compress(stream)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 560 420]/Contents 4 0 R/Resources<<"
        + resources
        + b">>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream",
    ]
    content = b"%PDF-1.7\n"
    for number, part in enumerate(parts, start=1):
        content += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    return content + more + b"trailer\n<</Root 1 0 R/Size 99>>\n%%EOF\n"
