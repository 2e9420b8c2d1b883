"""Figures typed at the prompt: a sheet to be audited, arms to be reconstructed."""
