"""What a decoder gives back: the patients of one arm, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats
    from survkit.digitized import DigitizedCurve
    from survkit.reconstruction.curves.observed import Protocol

__all__ = ["ArmCurve", "DecodedHistory", "Decoder", "order_patients"]

Decoder = Literal["exact", "noisy", "guyot", "liu"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedHistory:
    """
    Patients decoded from a curve.

    Parameters
    ----------
    time : ndarray of float, shape (n,)
        Times, rising, in the unit of the curve; events before censorings at one time.
    event : ndarray of bool, shape (n,)
        True for an event, False for a censored patient.
    decoder : {"exact", "noisy", "guyot", "liu"}
        How they were decoded.
    noise : float or None
        Standard deviation of a point about the true curve, estimated or half a unit of the last
        digit where points are exact; None where the method has no notion of it.
    protocol : {"feet", "mixed", "even"} or None
        Where the points were taken, stated or estimated; None likewise.
    solutions : int or None
        Histories that fit, as far as they were counted: a lower bound; None where fits are a
        matter of degree.
    inconsistencies : tuple of str
        One sentence per figure that could not hold together with the others, and what was done.
    """

    time: Floats
    event: Flags
    decoder: Decoder
    noise: float | None = None
    protocol: Protocol | None = None
    solutions: int | None = None
    inconsistencies: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether other histories fit as well; always so where points are uncertain."""
        return self.solutions != 1

    @property
    def patients(self) -> pd.DataFrame:
        """Synthetic patients as columns `time` and `event` (1 or 0), a subject per row."""
        return pd.DataFrame(
            {"time": self.time, "event": self.event.astype(np.int64)},
            index=pd.RangeIndex(1, self.time.size + 1, name="subject"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCurve:
    """
    The curve that shapes an arm.

    Parameters
    ----------
    digitized : DigitizedCurve
        Its points, as read.
    decoded : DecodedHistory or None
        The patients that it is decoded to; None where it cannot be.
    said : tuple of str
        What there is to say of the decoding, a sentence each.
    """

    digitized: DigitizedCurve
    decoded: DecodedHistory | None
    said: tuple[str, ...]


def order_patients(events: Floats, censored: Floats) -> tuple[Floats, Flags]:
    """
    Bring patients into the order of leaving.

    Parameters
    ----------
    events : ndarray of float, shape (d,)
        Times of the events.
    censored : ndarray of float, shape (c,)
        Times of the censorings.

    Returns
    -------
    tuple of ndarray, each of shape (d + c,)
        Times, rising, and whether each is an event; events come first at one time.

    Examples
    --------
    >>> time, event = order_patients(np.array([2.0]), np.array([1.0, 2.0]))
    >>> time.tolist(), event.tolist()
    ([1.0, 2.0, 2.0], [False, True, False])
    """
    time = np.concatenate((events, censored))
    event = np.arange(time.size) < events.size
    order = np.lexsort((~event, time))
    return time[order], event[order]
