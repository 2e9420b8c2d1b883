"""In how many trials every figure was met, kind by kind, and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["report_met"]


def report_met(results: Mapping[str, Sequence[tuple[int, float]]], floor: float) -> int:
    """Print figures missed and seconds by kind; return 1 where too few trials met all."""
    everything = [one for found in results.values() for one in found]
    for label, found in [*results.items(), ("all", everything)]:
        met = sum(not missed for missed, _ in found)
        seconds = [taken for _, taken in found] or [0.0]
        print(
            f"{label}: every figure met in {met} of {len(found)} ({met / max(len(found), 1):.1%}); "
            f"median {np.median(seconds):.2f} s, longest {max(seconds):.2f} s"
        )
    met = sum(not missed for missed, _ in everything)
    return int(met < floor * len(everything))
