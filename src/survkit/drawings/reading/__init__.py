"""Primitives to panels: what the strokes and words of a figure mean."""
