"""A picture file as an array of colours, whatever its mode; what is too large is refused."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from survkit.errors import DrawingError

__all__ = ["LARGEST_SIDE", "MOST_BYTES", "MOST_PIXELS", "Picture", "load_picture"]

MOST_BYTES = 64_000_000
"""A larger file is refused before it is opened."""
MOST_PIXELS = 60_000_000
"""More pixels are refused before they are decoded."""
LARGEST_SIDE = 3000
"""A longer side (in pixels) is scaled down to this: finer lines carry no further digits."""
_FORMATS = ("PNG", "JPEG", "TIFF")
_SMALLEST_SIDE = 60
_FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """
    The colours of a picture.

    Attributes
    ----------
    colours : ndarray of float, shape (rows, columns, 3)
        Red, green and blue, each 0 to 1; the first row is the upper one.
    scale : float
        Pixels here per pixel of the file, 1 unless it was scaled.
    remarks : tuple of str
        What was done to the picture on its way.
    """

    colours: npt.NDArray[np.float32]
    scale: float
    remarks: tuple[str, ...]


def load_picture(source: str | Path | bytes) -> Picture:
    """
    Read a PNG, JPEG or TIFF file.

    Parameters
    ----------
    source : str, Path or bytes
        The file, or its content.

    Returns
    -------
    Picture
        Colours on white where the file is transparent; the first picture of several.

    Raises
    ------
    DrawingError
        If the file is no such picture, is damaged, too small, or too large.
    """
    name = "the picture" if isinstance(source, bytes) else str(source)
    content = _content(source, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _decode(content, name)
        except DrawingError:
            raise
        except UnidentifiedImageError:
            message = f"{name}: the picture must be a PNG, JPEG or TIFF file, and is none of them"
            raise DrawingError(message) from None
        except _FAULTS as fault:
            message = (
                f"{name}: the picture must be whole, and could not be decoded ({_said(fault)})"
            )
            raise DrawingError(message) from None


def _content(source: str | Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        size, content = len(source), source
    else:
        try:
            size = Path(source).stat().st_size
            content = Path(source).read_bytes() if size <= MOST_BYTES else b""
        except OSError as fault:
            message = f"{name}: the picture could not be opened ({fault.strerror or 'no file'})"
            raise DrawingError(message) from None
    if size > MOST_BYTES:
        message = f"{name}: the file must have at most {MOST_BYTES} bytes, got {size}"
        raise DrawingError(message)
    return content


def _decode(content: bytes, name: str) -> Picture:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        _refuse_sizes(image.size, name)
        remarks = []
        if getattr(image, "n_frames", 1) > 1:
            remarks.append("The file holds several pictures; the first one was read.")
            image.seek(0)
        plain = _on_white(image)
    scale = min(1.0, LARGEST_SIDE / max(plain.size))
    if scale < 1:
        remarks.append(
            f"The picture was scaled down from {plain.size[0]} by {plain.size[1]} pixels."
        )
        plain = plain.resize(
            [max(1, round(scale * side)) for side in plain.size], Image.Resampling.BOX
        )
    colours = np.asarray(plain, dtype=np.float32) / np.float32(255)
    return Picture(colours=colours, scale=scale, remarks=tuple(remarks))


def _refuse_sizes(size: tuple[int, int], name: str) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        message = (
            f"{name}: the picture must have at most {MOST_PIXELS} pixels, "
            f"got {size[0]} by {size[1]}"
        )
        raise DrawingError(message)
    if min(size) < _SMALLEST_SIDE:
        message = (
            f"{name}: the picture must have at least {_SMALLEST_SIDE} pixels a side, "
            f"got {size[0]} by {size[1]}"
        )
        raise DrawingError(message)


def _on_white(image: Image.Image) -> Image.Image:
    """Flatten every mode to red, green and blue."""
    if image.mode in {"I", "I;16", "I;16B", "I;16L", "F"}:
        return _from_deep(image)
    if (
        image.mode == "P"
        or image.mode in {"LA", "PA", "RGBA", "La", "RGBa"}
        or "transparency" in image.info
    ):
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("RGB")
    return image.convert("RGB")


def _from_deep(image: Image.Image) -> Image.Image:
    """Scale grey levels of 16 bits, or of floats, to 8 bits."""
    levels = np.nan_to_num(np.asarray(image, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    top = 65535.0 if levels.max(initial=0.0) > 255 else max(float(levels.max(initial=0.0)), 1.0)
    eight = np.clip(levels / top * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(eight).convert("RGB")


def _said(fault: BaseException) -> str:
    return str(fault).split("\n", maxsplit=1)[0][:80] or type(fault).__name__
