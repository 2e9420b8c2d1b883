"""A curve, its numbers at risk and the figures printed beside it: all of it held together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.digitized.allowance import Allowance, Inconsistency
from survkit.digitized.curve import DigitizedCurve
from survkit.digitized.curve_checks import (
    curve_rises,
    percentages_against_curve,
    quantiles_against_curve,
)
from survkit.digitized.table_checks import events_against_curve, table_against_curve, table_rises
from survkit.errors import WrongArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.digitized.risk_table import RiskTable
    from survkit.printed import Printed

__all__ = ["Allowance", "Inconsistency", "check_curve"]


def check_curve(
    curve: DigitizedCurve,
    table: RiskTable | None = None,
    *,
    n: int | None = None,
    events: int | None = None,
    percentages: Sequence[tuple[float, Printed]] = (),
    quantiles: Mapping[float, Printed] | None = None,
    allowance: Allowance | None = None,
) -> tuple[Inconsistency, ...]:
    """
    Hold a curve against its numbers at risk and the figures printed beside it.

    Parameters
    ----------
    curve : DigitizedCurve
        The curve of one arm.
    table : RiskTable, optional
        Its numbers at risk, in the same unit of time.
    n : int, optional
        Its patients.
    events : int, optional
        Its events; the table's total where this is left out.
    percentages : sequence of tuple of float and Printed, optional
        Time, and survival in percent as printed.
    quantiles : mapping of float to Printed, optional
        Printed time by surviving share: 0.5 for the median.
    allowance : Allowance, optional
        How far coordinates may be off; by default, as suits the curve.

    Returns
    -------
    tuple of Inconsistency
        Everything that does not go together; nothing is corrected.

    Examples
    --------
    >>> from survkit.digitized import curve_from_points, read_risk_tables
    >>> curve = curve_from_points([0, 4, 9, 14], [1.0, 0.8, 0.5, 0.4], taken="exact")
    >>> (table,) = read_risk_tables("40 32 30 8", interval=5)
    >>> (found,) = check_curve(curve, table)
    >>> found.check, found.required
    ('table_against_curve', 'at most 20.0 at 10, by the fall of the curve')
    """
    if not isinstance(curve, DigitizedCurve):
        what = "check_curve: a curve, such as one of read_curves(path), must be given"
        msg = f"{what}, got a {type(curve).__name__}"
        raise WrongArgumentError(msg)
    within = Allowance.of(curve) if allowance is None else allowance
    total = events if events is not None or table is None else table.total_events
    found = [*curve_rises(curve, within)]
    if table is not None:
        found += table_rises(table)
        found += table_against_curve(curve, table, within)
    if total is not None:
        found += events_against_curve(curve, table, total, n, within)
    found += percentages_against_curve(curve, percentages, within)
    found += quantiles_against_curve(curve, quantiles or {}, within)
    return tuple(found)
