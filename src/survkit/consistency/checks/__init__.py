"""The checks, by what they hold against each other: each takes a sheet and yields findings."""
