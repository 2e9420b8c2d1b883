"""Whole patients from fractions: how an arm can meet its figures, and what goes together."""
