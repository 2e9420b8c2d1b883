"""A digitized curve to patients: the front door of the decoders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from survkit.digitized import DigitizedCurve
from survkit.reconstruction.curves.choice import decode_as_exact, decode_curve
from survkit.reconstruction.curves.exact.decoding import decode_exact
from survkit.reconstruction.curves.noisy import decode_noisy
from survkit.reconstruction.curves.observed import (
    CurveError,
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    Protocol,
)
from survkit.reconstruction.curves.published.guyot import decode_guyot
from survkit.reconstruction.curves.published.liu import decode_liu
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from survkit.digitized import RiskTable
    from survkit.reconstruction.curves.decoded import DecodedHistory

__all__ = ["DecodingMethod", "decode_digitized", "observe_curve", "reconstruct_curve"]

DecodingMethod = Literal["automatic", "exact", "noisy", "guyot", "liu"]

_DECODERS: Mapping[str, Callable[[ObservedArm], DecodedHistory]] = {
    "automatic": decode_curve,
    "exact": decode_exact,
    "noisy": decode_noisy,
    "guyot": decode_guyot,
    "liu": decode_liu,
}

_PROTOCOLS: Mapping[str, Protocol | None] = {
    "clicks at feet of drops": "feet",
    "evenly spaced": "even",
    "mixed": None,  # said of what is unknown, too: the decoder estimates it
    "exact": "feet",
}


def reconstruct_curve(
    curve: DigitizedCurve,
    *,
    n: int | None = None,
    risk_table: RiskTable | None = None,
    events: int | None = None,
    end: float | None = None,
    method: DecodingMethod = "automatic",
) -> DecodedHistory:
    """
    Make synthetic patients of one arm from its curve.

    Parameters
    ----------
    curve : DigitizedCurve
        Points and marks, as `read_curves`, `curve_from_points` or `digitize_panel` give them.
    n : int or None
        Patients; None takes the number at risk at time 0.
    risk_table : RiskTable or None
        Numbers at risk.
    events : int or None
        Total events, where printed; None takes those of the risk table, where it has them.
    end : float or None
        Longest follow-up, in the unit of the curve; None lets its last point be the end.
    method : {"automatic", "exact", "noisy", "guyot", "liu"}
        How patients are decoded: "exact" where coordinates carry no noise, as of vector drawings;
        "noisy" in spite of it; those of Guyot (2012) and Liu (2021) as published; "automatic"
        chooses between the first two by the coordinates.

    Returns
    -------
    DecodedHistory
        The patients, how sure they are, and what could not hold together.

    Raises
    ------
    CurveError
        If neither `n` nor a number at risk at time 0 is there, the method is none of these, or the
        curve is one that the method cannot decode.

    References
    ----------
    .. [1] Guyot, P. et al., BMC Med Res Methodol 12 (2012), 9.
    .. [2] Liu, N., Zhou, Y. and Lee, J. J., BMC Med Res Methodol 21 (2021), 111.

    Examples
    --------
    >>> from survkit.digitized import DigitizedCurve
    >>> curve = DigitizedCurve(times=(2.0, 5.0, 7.0), survival=(0.75, 0.5, 0.0), taken="exact")
    >>> decoded = reconstruct_curve(curve, n=4)
    >>> decoded.time.tolist(), decoded.event.tolist()
    ([2.0, 5.0, 7.0, 7.0], [True, True, True, True])
    """
    at_zero = _number_at_zero(risk_table)
    if method not in _DECODERS:
        fault = f"the method must be one of {', '.join(get_args(DecodingMethod))}, got {method!r}"
        raise CurveError((fault,))
    if n is None and at_zero is None:
        fault = "the number of patients must be given: no number at risk at time 0 tells it"
        raise CurveError((fault,))
    arm = ObservedArm(
        n=at_zero if n is None and at_zero is not None else n,  # type: ignore[arg-type]
        curve=observe_curve(curve),
        table=None if risk_table is None else _observed_table(risk_table),
        events=events if events is not None or risk_table is None else risk_table.total_events,
        end=end,
    )
    return decode_digitized(curve, arm) if method == "automatic" else _DECODERS[method](arm)


def decode_digitized(curve: DigitizedCurve, arm: ObservedArm) -> DecodedHistory:
    """Decode an arm as its curve was taken: exactly where it is said to be exact."""
    as_instance(
        curve, DigitizedCurve, "decode_digitized", "a curve, such as one of read_curves(path)"
    )
    return decode_as_exact(arm) if curve.taken == "exact" else decode_curve(arm)


def _number_at_zero(risk_table: RiskTable | None) -> int | None:
    if risk_table is None or not risk_table.times or risk_table.times[0] != 0:
        return None
    return risk_table.counts[0]


def observe_curve(curve: DigitizedCurve) -> ObservedCurve:
    """Return the points of a curve as the decoders take them."""
    as_instance(curve, DigitizedCurve, "observe_curve", "a curve, such as one of read_curves(path)")
    noise = curve.precision if curve.precision is not None else curve.rounding
    return ObservedCurve(
        time=np.array(curve.times, dtype=np.float64),
        survival=np.array(curve.survival, dtype=np.float64),
        marks=np.array(curve.marks, dtype=np.float64) if curve.marks else None,
        protocol=_PROTOCOLS[curve.taken],
        noise=noise if curve.taken == "exact" or curve.precision is not None else None,
    )


def _observed_table(table: RiskTable) -> ObservedTable:
    return ObservedTable(
        time=np.array(table.times, dtype=np.float64),
        lower=np.array(table.lower),
        upper=np.array(table.upper),
    )
