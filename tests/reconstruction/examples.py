"""Few examples for tests that reconstruct: a seed has nothing simpler to shrink to."""

from __future__ import annotations

from hypothesis import Phase, settings

__all__ = ["few"]


def few(count: int) -> settings:
    """Take so many examples, and report the first that fails as it is."""
    return settings(max_examples=count, phases=(Phase.explicit, Phase.generate))
