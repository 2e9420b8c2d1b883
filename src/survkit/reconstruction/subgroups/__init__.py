"""Analyses of one trial together: sub-groups are made of their parent's patients."""
