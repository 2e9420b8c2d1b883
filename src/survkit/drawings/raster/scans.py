"""Pages of a PDF as pictures: those that hold nothing but one, and backgrounds of overlays."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from survkit.drawings.raster.picture import MOST_BYTES
from survkit.errors import DrawingError

__all__ = ["picture_of_page"]

_SCAN_DPI = 300.0
_SECONDS = 25


def picture_of_page(path: str | Path, page: int = 1, *, dpi: float = _SCAN_DPI) -> bytes:
    """
    Render a page of a PDF as a PNG file, in a process of its own.

    Parameters
    ----------
    path : str or Path
        The PDF.
    page : int
        The page, counted from 1.
    dpi : float
        Dots per inch, fewer where the page is too large for them.

    Returns
    -------
    bytes
        A PNG file.

    Raises
    ------
    DrawingError
        If pypdfium2 is not installed, or the file is no PDF, is too large, has no such page or
        cannot be drawn.
    """
    file = Path(path)
    if find_spec("pypdfium2") is None:
        message = f"{file}: reading a PDF needs pypdfium2: pip install 'survkit[drawings]'"
        raise DrawingError(message)
    _refuse_size(file)
    script = Path(__file__).with_name("page_picture.py")
    command = [sys.executable, "-P", str(script), str(file.resolve()), str(page), str(dpi)]
    try:
        done = subprocess.run(  # noqa: S603 - our script; the file's name is one argument
            command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        message = f"{file}: it takes more than {_SECONDS} s to draw, as no figure does"
        raise DrawingError(message) from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace") if done.returncode == 3 else ""
        message = f"{file}: the page could not be drawn ({said or 'PDFium gave up'})"
        raise DrawingError(message)
    return done.stdout


def _refuse_size(file: Path) -> None:
    try:
        size = file.stat().st_size
    except OSError as fault:
        message = f"{file}: the PDF could not be opened ({fault.strerror or 'no file'})"
        raise DrawingError(message) from None
    if size > MOST_BYTES:
        message = f"{file}: the file must have at most {MOST_BYTES} bytes, got {size}"
        raise DrawingError(message)
