"""What options say of a figure that a reader would have to find out."""

from survkit.cli.by_hand.corrections import (
    Corrections,
    collect_heading,
    curve_folder,
    read_corrections,
)

__all__ = ["Corrections", "collect_heading", "curve_folder", "read_corrections"]
