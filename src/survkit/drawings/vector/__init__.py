"""Vector files, PDF and SVG, to primitives."""

from survkit.drawings.vector.pdf import read_pdf
from survkit.drawings.vector.svg import read_svg

__all__ = ["read_pdf", "read_svg"]
