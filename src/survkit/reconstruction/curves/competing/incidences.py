"""Two cumulative incidences to patients: the front door where causes compete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import incidence_at, survival_steps, tabulate_arm
from survkit.reconstruction.curves.competing.attribution import Attribution, attribute_events
from survkit.reconstruction.curves.competing.overall import incidence_level, overall_curve
from survkit.reconstruction.curves.from_digitized import reconstruct_curve
from survkit.reconstruction.curves.observed import CurveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import ArrayLike

    from survkit.arrays import Counts, Floats
    from survkit.digitized import RiskTable
    from survkit.kernels import EventTable
    from survkit.reconstruction.curves.competing.overall import Incidences
    from survkit.reconstruction.curves.decoded import DecodedHistory

__all__ = ["DecodedIncidences", "reconstruct_incidences"]

Totals = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedIncidences:
    """
    Patients decoded from the incidences of two causes.

    Parameters
    ----------
    cause : ndarray of int, shape (n,)
        By which cause each patient of `overall` left, 1 or 2; 0 where censored.
    overall : DecodedHistory
        The same patients with events of either cause as one, and how they were decoded.
    inconsistencies : tuple of str
        One sentence per figure that could not hold together with the others, and what was done.
    """

    cause: Counts
    overall: DecodedHistory
    inconsistencies: tuple[str, ...] = ()

    @property
    def patients(self) -> pd.DataFrame:
        """Synthetic patients as columns `time` and `event` (0, 1 or 2), a subject per row."""
        return self.overall.patients.assign(event=self.cause)

    def incidence(self, cause: int, times: ArrayLike) -> Floats:
        """
        Aalen-Johansen estimate of these patients.

        Parameters
        ----------
        cause : int
            1 or 2.
        times : array_like of float, shape (k,)
            Where to evaluate.

        Returns
        -------
        ndarray of float, shape (k,)
            Probability of an event of the cause by each of the times.
        """
        return incidence_at(self.overall.time, self.cause, cause, times)


def reconstruct_incidences(
    incidences: Incidences,
    *,
    n: int | None = None,
    risk_table: RiskTable | None = None,
    events: Totals = (None, None),
    end: float | None = None,
) -> DecodedIncidences:
    r"""
    Make synthetic patients of one arm from the cumulative incidences of two competing causes.

    Without either event by t are S(t) = 1 - F1(t) - F2(t), a Kaplan-Meier curve, which is decoded
    as `reconstruct_curve` does. Each decoded event then goes to a cause by the rises of the two
    incidences, :math:`dF_k(t) = S(t-)\, d_k / r`.

    Parameters
    ----------
    incidences : tuple of two DigitizedCurve
        First and second cause, both with 1 - F in `survival`, as `read_curves` and
        `curve_from_points` return them with `incidence=True`. Aalen-Johansen estimates: 1 - KM of
        a cause with the other one censored is not its incidence.
    n : int or None
        Patients; None takes the number at risk at time 0.
    risk_table : RiskTable or None
        Numbers at risk of either event.
    events : tuple of two int or None
        Total events by cause, where printed.
    end : float or None
        Longest follow-up, in the unit of the curves; None lets their last point be the end.

    Returns
    -------
    DecodedIncidences
        The patients, by which cause they left, and what could not hold together.

    Raises
    ------
    CurveError
        If there are not two curves, they exceed 1 in sum, totals are no counts, or the curve of
        either event cannot be decoded.

    References
    ----------
    .. [1] Aalen, O. O. and Johansen, S., Scand J Statist 5 (1978), 141-150.

    Examples
    --------
    >>> from survkit.digitized import curve_from_points
    >>> relapse, death = (
    ...     curve_from_points(times, levels, incidence=True, taken="exact", decimals=2)
    ...     for times, levels in (([2, 7], [0.25, 0.5]), ([5, 7], [0.25, 0.25]))
    ... )
    >>> reconstruct_incidences((relapse, death), n=4).patients["event"].tolist()
    [1, 2, 1, 0]
    """
    faults = tuple(_faults(incidences, events))
    if faults:
        raise CurveError(faults)
    known = [total for total in events if total is not None]
    overall = reconstruct_curve(
        overall_curve(incidences),
        n=n,
        risk_table=risk_table,
        events=sum(known) if len(known) == len(events) else None,
        end=end,
    )
    table = tabulate_arm(overall.time, overall.event)
    total, said = _total(int(overall.event.sum()), events)
    asked = Attribution(
        events=np.asarray(table.events, dtype=np.int64),
        expected=_expected(incidences, table),
        total=total,
    )
    first = attribute_events(asked)
    return DecodedIncidences(
        cause=_causes(overall, table, first),
        overall=overall,
        inconsistencies=(*overall.inconsistencies, *said),
    )


def _faults(incidences: Incidences, events: Totals) -> Iterator[str]:
    given: object = incidences
    many = len(given) if isinstance(given, Sequence) else type(given).__name__
    if many != 2:
        yield f"there must be the incidences of two causes, got {many}"
    if len(events) != 2:
        yield f"events must be a total, or None, for each of two causes, got {len(events)}"
    for total in events:
        if not _is_total(total):
            yield f"total events of a cause must be a whole number, 0 or more, got {total!r}"


def _is_total(value: object) -> bool:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return value is None or (whole and int(value) >= 0)  # type: ignore[call-overload]


def _total(decoded: int, events: Totals) -> tuple[int | None, tuple[str, ...]]:
    """Return how many events of the first cause there are to be, and what cannot be."""
    first, second = events
    if first is None and second is None:
        return None, ()
    wanted = first if first is not None else decoded - (second or 0)
    met = min(max(wanted, 0), decoded)
    if met == wanted and (first is None or second is None or first + second == decoded):
        return met, ()
    return met, (f"the curves have {decoded} events, so totals by cause, {events}, are not met",)


def _expected(incidences: Incidences, table: EventTable) -> Floats:
    """
    Return how many events of the first cause there are by each event, as the incidences have it.

    Levels are read halfway to the next event: times may be off by the noise of reading. Where the
    rises of both do not sum to the events, the difference is shared by halves.
    """
    until = np.append(table.time[1:], 2 * table.time[-1]) if table.time.size else table.time
    before = np.concatenate(([1.0], survival_steps(table)))[:-1]
    counts = []
    for curve in incidences:
        levels = incidence_level(curve, 0.5 * (table.time + until))
        counts.append(np.cumsum(np.diff(levels, prepend=0.0) * table.at_risk / before))
    return np.asarray(0.5 * (counts[0] + np.cumsum(table.events) - counts[1]))


def _causes(overall: DecodedHistory, table: EventTable, first: Counts) -> Counts:
    """Return the cause of each patient; of those who leave at one time, the first cause leads."""
    cause = np.zeros(overall.time.size, dtype=np.int64)
    pairs = np.column_stack((first, table.events - first)).ravel()
    cause[overall.event] = np.repeat(np.tile([1, 2], first.size), pairs)
    return cause
