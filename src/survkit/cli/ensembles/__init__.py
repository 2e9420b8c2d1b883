"""Ensembles on the command line: drawn member by member into a folder."""
