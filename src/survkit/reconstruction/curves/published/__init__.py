"""Decoders as others published them, for comparison: Guyot (2012) and Liu (2021)."""
