"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# The same examples on every machine and in every run; slow machines are no failures.
settings.register_profile("survkit", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("survkit")
