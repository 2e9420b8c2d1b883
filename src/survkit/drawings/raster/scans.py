"""Pages of a PDF that hold nothing but a picture."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2

from survkit.drawings.raster.picture import MOST_BYTES, MOST_PIXELS
from survkit.errors import DrawingError

__all__ = ["picture_of_page"]

_DPI = 300
_LARGEST_PAGE = 5000.0


def picture_of_page(path: str | Path, page: int = 1) -> bytes:
    """
    Render a page of a PDF as a PNG file, at 300 dots per inch or as fine as its size allows.

    Parameters
    ----------
    path : str or Path
        The PDF.
    page : int
        The page, counted from 1.

    Returns
    -------
    bytes
        A PNG file.

    Raises
    ------
    DrawingError
        If the file is no PDF, is too large, or has no such page.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            message = f"{file}: the file must have at most {MOST_BYTES} bytes, got {size}"
            raise DrawingError(message)
        document = pypdfium2.PdfDocument(file)
    except (OSError, pypdfium2.PdfiumError) as fault:
        message = f"{file}: the PDF could not be opened ({str(fault)[:80]})"
        raise DrawingError(message) from None
    try:
        return _rendered(document, file, page)
    finally:
        document.close()


def _rendered(document: pypdfium2.PdfDocument, file: Path, page: int) -> bytes:
    if not 1 <= page <= len(document):
        message = f"{file}: page must be 1 to {len(document)}, got {page}"
        raise DrawingError(message)
    try:
        leaf = document[page - 1]
        width, height = leaf.get_size()
        if not 1 < max(width, height) <= _LARGEST_PAGE:
            message = (
                f"{file}: the page must be at most {_LARGEST_PAGE:g} points, "
                f"got {width:g} by {height:g}"
            )
            raise DrawingError(message)
        scale = min(
            _DPI / 72,
            (0.9 * MOST_PIXELS / (width * height)) ** 0.5,
            _LARGEST_PAGE / max(width, height),
        )
        image = leaf.render(scale=scale).to_pil()
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as fault:
        message = f"{file}: the page could not be drawn ({str(fault)[:80]})"
        raise DrawingError(message) from None
    content = io.BytesIO()
    image.save(content, "PNG", compress_level=1)
    return content.getvalue()
