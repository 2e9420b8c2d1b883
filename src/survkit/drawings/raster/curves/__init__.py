"""Curves in the pixels of a panel: hues, paths, levels, marks."""
