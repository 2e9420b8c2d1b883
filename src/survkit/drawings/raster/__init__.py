"""Pictures of survival curves, read into coordinates."""

from survkit.drawings.raster.reading import read_picture

__all__ = ["read_picture"]
