"""What holds for every test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest

# The same examples on every machine and in every run; slow machines are no failures.
settings.register_profile("survkit", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("survkit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, beside which another worker finishes many."""
    items.sort(
        key=lambda item: (
            item.get_closest_marker("first") is None,
            item.get_closest_marker("slow") is None,
        )
    )
