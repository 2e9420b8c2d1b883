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
_HIDDEN = 0.82
"""Share of its columns in which ink of a curve is seen that runs along others, at least."""
_HARDLY = 0.5
_FURTHER = 0.65
"""Share of its columns in which ink of a third black or grey curve is seen, at least."""
_PALE = 0.5
_LEVELS = 3
"""Fewest levels of a curve that is hardly seen."""


def select_traces(traces: list[Trace]) -> list[Trace]:
    """Keep what can be a curve, in the order given."""
    if not traces:
        return []
    longest = max(trace.levels.end for trace in traces)
    kept: list[Trace] = []
    clear = _clear_ones(traces, longest)
    coloured = sum(trace.hue is not None for trace in traces)
    for trace in sorted(traces, key=_weight, reverse=True):
        if trace.levels.end < 0.3 * longest and min(trace.support, trace.seen + 0.2) < 0.95:
            continue
        mixed = trace.hue is not None and _is_mixture(trace, kept)
        if mixed and any(_is_seam(trace, other) for other in kept):
            continue
        if any(_is_twin(trace, other) for other in kept) and _others(trace, traces, longest):
            continue
        if trace.hue is None and coloured >= 2 and _is_on_coloured(trace, traces):
            continue
        if _is_rest(trace, kept) or _is_rest(trace, [one for one in clear if one is not trace]):
            continue
        kept.append(trace)
    return [trace for trace in traces if any(trace is other for other in kept)]


def _is_on_coloured(trace: Trace, traces: list[Trace]) -> bool:
    """Judge whether black or grey ink is marks on coloured curves, or where two of them mix."""
    if trace.support < 0.9:
        return True
    stop = int(trace.levels.end)
    near = np.zeros(stop, dtype=bool)
    for other in traces:
        if other.hue is not None:
            shared = min(stop, int(other.levels.end))
            apart = np.abs(trace.path.rows[:shared] - other.path.rows[:shared])
            near[:shared] |= apart <= other.width + 3
    return bool(trace.seen < _HIDDEN and near.mean() > _SEEN)


def _clear_ones(traces: list[Trace], longest: float) -> list[Trace]:
    """Return the traces that are seen nearly all along, one of each colour and dash."""
    clear: list[Trace] = []
    for trace in sorted(traces, key=lambda trace: -trace.seen * trace.levels.end):
        seen = trace.seen > _SEEN and trace.levels.end > 0.3 * longest
        if seen and not any(_is_twin(trace, other) for other in clear):
            clear.append(trace)
    return clear


def _is_rest(trace: Trace, others: list[Trace]) -> bool:
    """
    Judge whether ink is what marks, letters and bands leave beside the curves of a panel.

    Where two curves are there, a further one is seen along most of its way, and is not far paler.
    """
    if trace.seen < _HARDLY and len(trace.levels.rows) < _LEVELS:
        return True
    if len(others) < 2:
        return False
    paler = _strength(trace) < _PALE * min(_strength(other) for other in others)
    return paler or (trace.hue is None and trace.seen < _FURTHER)


def _strength(trace: Trace) -> float:
    return 1.0 - float(trace.colour.min())


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
