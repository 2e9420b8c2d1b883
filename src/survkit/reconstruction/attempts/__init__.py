"""Attempts at the figures of an analysis, from figures alone or along curves; the closest wins."""
