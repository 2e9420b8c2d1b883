"""Which traces of a panel are curves: seams between two of them, words and drop lines are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.drawings.raster.curves.tracing import Trace

__all__ = ["select_traces"]

_SEAM = 0.6
_ALIKE = 0.16
_SEEN = 0.8
"""Share of its columns in which ink of a curve is seen."""


def select_traces(traces: list[Trace]) -> list[Trace]:
    """Keep what can be a curve, in the order given."""
    if not traces:
        return []
    longest = max(trace.levels.end for trace in traces)
    kept: list[Trace] = []
    coloured = sum(trace.hue is not None for trace in traces)
    for trace in sorted(traces, key=_weight, reverse=True):
        if trace.levels.end < 0.3 * longest and trace.support < 0.95:
            continue
        mixed = trace.hue is not None and _is_mixture(trace, kept)
        if mixed and any(_is_seam(trace, other) for other in kept):
            continue
        if any(_is_twin(trace, other) for other in kept) and _others(trace, traces, longest):
            continue
        if trace.hue is None and coloured >= 2 and trace.support < 0.9:
            continue
        kept.append(trace)
    return [trace for trace in traces if any(trace is other for other in kept)]


def _weight(trace: Trace) -> float:
    return trace.width * trace.support * trace.levels.end


def _is_seam(trace: Trace, other: Trace) -> bool:
    """Judge whether a thin trace runs along another one, as mixed colours at its edge do."""
    stop = int(min(trace.levels.end, other.levels.end))
    if trace.width > _SEAM * other.width or stop < 2:
        return False
    apart = np.abs(trace.path.rows[:stop] - other.path.rows[:stop])
    return bool((apart <= other.width + 3).mean() > 0.7)


def _is_twin(trace: Trace, other: Trace) -> bool:
    """Judge whether two traces are alike in colour and dash, as no two curves of a panel are."""
    alike = float(np.abs(trace.colour - other.colour).max()) < _ALIKE
    return alike and (trace.hue is not None or trace.dashed == other.dashed)


def _others(trace: Trace, traces: list[Trace], longest: float) -> bool:
    """Judge whether there is a curve of another colour or dash to make up a panel."""
    return any(
        not _is_twin(trace, other) and other.support > _SEEN and other.levels.end > 0.3 * longest
        for other in traces
    )


def _is_mixture(trace: Trace, kept: list[Trace]) -> bool:
    """Judge whether a colour lies between two others, white among them."""
    colours = [np.ones(3), *(other.colour for other in kept)]
    for k, first in enumerate(colours):
        for second in colours[k + 1 :]:
            along = second - first
            share = float((trace.colour - first) @ along) / max(float(along @ along), 1e-9)
            nearest = first + np.clip(share, 0.0, 1.0) * along
            if float(np.abs(trace.colour - nearest).max()) < _ALIKE:
                return True
    return False
