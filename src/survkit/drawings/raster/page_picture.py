"""One page of a PDF as a picture: PDFium draws it in a process of its own.

It runs as a process (``python page_picture.py FILE PAGE DPI``) and imports nothing of survkit: a
file that makes PDFium crash, loop or swell takes down this process and not the user's. A PNG file
goes to standard output; what is wrong goes to standard error, as one word or two.
"""

from __future__ import annotations

import contextlib
import io
import sys

import pypdfium2

MEMORY = 2_000_000_000
"""Bytes that the process may take."""
SECONDS = 15
"""Seconds of work that it may take."""
LARGEST_PAGE = 5000.0
"""Points, and pixels, that a side of a page may have."""
MOST_PIXELS = 54_000_000


def main() -> None:
    """Draw the page that the command line names and write it to standard output."""
    bound_resources()
    try:
        content = drawn(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
    except (OSError, ValueError, MemoryError, pypdfium2.PdfiumError) as fault:
        sys.stderr.write(str(fault)[:80])
        sys.exit(3)
    sys.stdout.buffer.write(content)


def bound_resources() -> None:
    """Let the system end this process if it grows or takes too long, where systems can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def drawn(path: str, page: int, dpi: float) -> bytes:
    """Return a page, counted from 1, as a PNG file, as fine as asked or as its size allows."""
    document = pypdfium2.PdfDocument(path)
    if not 1 <= page <= len(document):
        message = f"page must be 1 to {len(document)}, got {page}"
        raise ValueError(message)
    leaf = document[page - 1]
    width, height = leaf.get_size()
    if not 1 < max(width, height) <= LARGEST_PAGE or min(width, height) <= 0:
        message = f"its page must be at most {LARGEST_PAGE:g} points, got {width:g} by {height:g}"
        raise ValueError(message)
    scale = min(
        dpi / 72, (MOST_PIXELS / (width * height)) ** 0.5, LARGEST_PAGE / max(width, height)
    )
    content = io.BytesIO()
    leaf.render(scale=scale).to_pil().save(content, "PNG", compress_level=1)
    return content.getvalue()


if __name__ == "__main__":
    main()
