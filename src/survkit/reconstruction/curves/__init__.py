"""From a curve's coordinates to whole patients: decoders of one arm's history."""

from __future__ import annotations

from survkit.reconstruction.curves.choice import decode_curve
from survkit.reconstruction.curves.decoded import ArmCurve, DecodedHistory
from survkit.reconstruction.curves.exact.decoding import decode_exact
from survkit.reconstruction.curves.from_digitized import (
    DecodingMethod,
    decode_digitized,
    observe_curve,
    reconstruct_curve,
)
from survkit.reconstruction.curves.noisy import decode_noisy
from survkit.reconstruction.curves.observed import (
    CurveError,
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    PrintedPoints,
)
from survkit.reconstruction.curves.published.guyot import decode_guyot
from survkit.reconstruction.curves.published.liu import decode_liu

__all__ = [
    "ArmCurve",
    "CurveError",
    "DecodedHistory",
    "DecodingMethod",
    "ObservedArm",
    "ObservedCurve",
    "ObservedTable",
    "PrintedPoints",
    "decode_curve",
    "decode_digitized",
    "decode_exact",
    "decode_guyot",
    "decode_liu",
    "decode_noisy",
    "observe_curve",
    "reconstruct_curve",
]
