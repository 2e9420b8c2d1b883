"""Digits told by their likeness to those of the fonts that matplotlib brings along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from survkit.drawings.raster.ink import Grey

__all__ = ["Likeness", "recognise"]

_CHARACTERS = "0123456789%"
_FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSerif",
    "DejaVuSansMono",
    "STIXGeneral",
    "STIXGeneralBol",
    "cmr10",
    "cmss10",
    "cmtt10",
)
_SIZE = (16, 24)
_ASPECT_WEIGHT = 0.25
# The 1 of grotesque faces (Helvetica, Arial) has no foot, unlike that of every font above;
# outlines in per cent of the height of a digit.
_FOOTLESS = (
    ((26, 0), (38, 0), (38, 100), (25, 100), (25, 28), (0, 28), (0, 18), (18, 14)),
    ((22, 0), (38, 0), (38, 100), (20, 100), (20, 30), (0, 36), (0, 20), (14, 12)),
)
_OPEN_FOUR = (
    (36, 0),
    (50, 0),
    (50, 64),
    (64, 64),
    (64, 76),
    (50, 76),
    (50, 100),
    (38, 100),
    (38, 76),
    (0, 76),
    (0, 63),
)
_HOLE_OF_FOUR = ((38, 20), (38, 64), (10, 64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """
    What a glyph looks like.

    Attributes
    ----------
    character : str
        The most similar character.
    confidence : float
        Its correlation with the template, less what the proportions differ by; 1 is identity.
    lead : float
        By how much the next character is less similar.
    """

    character: str
    confidence: float
    lead: float


def recognise(glyphs: list[Grey]) -> list[Likeness]:
    """Compare cut-out glyphs (ink 0 to 1) with every template."""
    if not glyphs:
        return []
    templates, aspects, characters = _templates()
    shapes = np.stack([_normalised(glyph) for glyph in glyphs])
    own_aspects = np.array([glyph.shape[1] / glyph.shape[0] for glyph in glyphs])
    off = np.abs(np.log(own_aspects[:, None] / aspects[None, :]))
    likeness = shapes @ templates.T - _ASPECT_WEIGHT * np.maximum(off - 0.12, 0)
    best = np.stack([likeness[:, characters == c].max(axis=1) for c in _CHARACTERS], axis=1)
    order = np.sort(best, axis=1)
    return [
        Likeness(
            character=_CHARACTERS[int(best[i].argmax())],
            confidence=float(order[i, -1]),
            lead=float(order[i, -1] - order[i, -2]),
        )
        for i in range(len(glyphs))
    ]


def _normalised(glyph: Grey) -> npt.NDArray[np.float64]:
    """Stretch to one size, subtract the mean, scale to length 1."""
    top = max(float(glyph.max(initial=0.0)), 1e-6)
    image = Image.fromarray((np.clip(glyph / top, 0, 1) * 255).astype(np.uint8))
    small = np.asarray(image.resize(_SIZE, Image.Resampling.BILINEAR), dtype=np.float64).ravel()
    small -= small.mean()
    length = float(np.linalg.norm(small))
    return small / length if length > 0 else small


@cache
def _templates() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """Render every character in every font, at the size of small print and large."""
    shapes, aspects, characters = [], [], []
    for character, image in _drawn():
        ink = _trimmed(np.asarray(image, dtype=np.float32) / np.float32(255))
        for height in (9, 32):
            width = max(2, round(height * ink.shape[1] / ink.shape[0]))
            small = Image.fromarray((ink * 255).astype(np.uint8)).resize(
                (width, height), Image.Resampling.BOX
            )
            shapes.append(_normalised(np.asarray(small, dtype=np.float32)))
            aspects.append(ink.shape[1] / ink.shape[0])
            characters.append(character)
    return np.stack(shapes), np.array(aspects), np.array(characters)


def _drawn() -> list[tuple[str, Image.Image]]:
    drawn = []
    for path in _font_files():
        font = ImageFont.truetype(str(path), 64)
        for character in _CHARACTERS:
            image = Image.new("L", (160, 120))
            ImageDraw.Draw(image).text((30, 20), character, fill=255, font=font)
            drawn.append((character, image))
    drawn += [("1", _polygon(outline)) for outline in _FOOTLESS]
    drawn.append(("4", _polygon(_OPEN_FOUR, _HOLE_OF_FOUR)))
    return drawn


def _font_files() -> list[Path]:
    """Find the fonts beside matplotlib, without loading it."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return [path for path in (folder / f"{name}.ttf" for name in _FONTS) if path.is_file()]


def _polygon(
    outline: tuple[tuple[int, int], ...], hole: tuple[tuple[int, int], ...] = ()
) -> Image.Image:
    image = Image.new("L", (120, 120))
    draw = ImageDraw.Draw(image)
    draw.polygon([(x + 10, y + 10) for x, y in outline], fill=255)
    if hole:
        draw.polygon([(x + 10, y + 10) for x, y in hole], fill=0)
    return image


def _trimmed(ink: Grey) -> Grey:
    rows, columns = np.nonzero(ink > 0.3)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
