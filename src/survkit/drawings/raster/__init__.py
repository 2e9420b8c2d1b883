"""Pictures of survival curves, read into coordinates."""

from survkit.drawings.raster.reading import read_picture, upright_colours

__all__ = ["read_picture", "upright_colours"]
