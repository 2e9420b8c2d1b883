"""Figures to bytes, the same bytes every time."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal, get_args

from matplotlib.figure import Figure

from survkit.plot.style import styled
from survkit.scene import SYNTHETIC
from survkit.typed import as_instance

__all__ = ["FORMATS", "Format", "render"]

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""What `render` can make."""

# A date, or the version of the library, would make every file another one.
_METADATA: dict[Format, dict[str, Any]] = {
    "png": {"Software": "survkit", "Description": SYNTHETIC},
    "svg": {"Date": None, "Creator": "survkit", "Description": SYNTHETIC},
    "pdf": {"CreationDate": None, "Creator": "survkit", "Producer": None, "Subject": SYNTHETIC},
}


def render(figure: Figure, format_: Format, *, dpi: float = 150.0) -> bytes:
    """
    Turn a figure into the content of a file.

    The bytes depend on the figure and on matplotlib's version, not on date, machine or settings.

    Parameters
    ----------
    figure : Figure
        A figure.
    format_ : {"png", "svg", "pdf"}
        Format of the file.
    dpi : float
        Dots per inch; has a meaning for PNG only.

    Returns
    -------
    bytes
        The file's content, its metadata saying that the patients are synthetic.

    Raises
    ------
    ValueError
        If the format is none of these.
    """
    as_instance(figure, Figure, "render", "a figure, as the functions of survkit.plot draw it")
    if format_ not in FORMATS:
        msg = f"the format of a plot must be one of {', '.join(FORMATS)}, got {format_!r}"
        raise ValueError(msg)
    content = BytesIO()
    with styled():
        figure.savefig(content, format=format_, dpi=dpi, metadata=_METADATA[format_])
    return content.getvalue()
