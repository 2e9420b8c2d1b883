"""The table of quantities: everything survkit reads, meets, refits and compares, declared once.

One entry serves as key in the trial file, as constraint in the reconstruction, as row of the
comparison and as line of every report. Adding a quantity means adding an entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["QUANTILES", "QUANTITIES", "SHARES", "FigureKey", "Quantity", "Scope", "Unit"]

Scope = Literal["arm", "contrast", "analysis"]
Unit = Literal["patients", "time", "percent", "ratio", "probability"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """
    One kind of printed figure.

    Parameters
    ----------
    key : str
        Its name in keys, tables and JSON.
    label : str
        Its name in running text.
    scope : {"arm", "contrast", "analysis"}
        What one figure of this kind describes.
    unit : {"patients", "time", "percent", "ratio", "probability"}
        Unit of the printed number; "time" is the analysis' own time unit.
    timed : bool
        Whether the figure belongs to a point in time, as survival at 12 months and a mean
        restricted to 24 months do.
    limit_of : str or None
        Key of the quantity whose confidence limit this is.
    """

    key: str
    label: str
    scope: Scope
    unit: Unit
    timed: bool = False
    limit_of: str | None = None


def _with_limits(estimate: Quantity) -> tuple[Quantity, Quantity, Quantity]:
    """Return a quantity followed by its lower and its upper confidence limit."""
    lower, upper = (
        Quantity(
            key=f"{estimate.key}_{side}",
            label=f"{estimate.label}, {side} limit",
            scope=estimate.scope,
            unit=estimate.unit,
            timed=estimate.timed,
            limit_of=estimate.key,
        )
        for side in ("lower", "upper")
    )
    return estimate, lower, upper


_DECLARED: tuple[Quantity, ...] = (
    Quantity(key="n", label="patients", scope="arm", unit="patients"),
    Quantity(key="events", label="events", scope="arm", unit="patients"),
    *_with_limits(Quantity(key="median", label="median", scope="arm", unit="time")),
    *_with_limits(Quantity(key="lower_quartile", label="lower quartile", scope="arm", unit="time")),
    *_with_limits(Quantity(key="upper_quartile", label="upper quartile", scope="arm", unit="time")),
    *_with_limits(
        Quantity(key="survival", label="survival", scope="arm", unit="percent", timed=True)
    ),
    Quantity(key="at_risk", label="at risk", scope="arm", unit="patients", timed=True),
    *_with_limits(
        Quantity(key="rmst", label="restricted mean", scope="arm", unit="time", timed=True)
    ),
    *_with_limits(
        Quantity(key="median_follow_up", label="median follow-up", scope="arm", unit="time")
    ),
    Quantity(key="max_follow_up", label="maximum follow-up", scope="arm", unit="time"),
    *_with_limits(
        Quantity(key="hazard_ratio", label="hazard ratio", scope="contrast", unit="ratio")
    ),
    Quantity(key="risk_reduction", label="risk reduction", scope="contrast", unit="percent"),
    Quantity(key="p_value", label="p-value", scope="contrast", unit="probability"),
    *_with_limits(
        Quantity(
            key="rmst_difference",
            label="restricted mean difference",
            scope="contrast",
            unit="time",
            timed=True,
        )
    ),
    Quantity(key="total_n", label="patients, all arms", scope="analysis", unit="patients"),
    Quantity(key="total_events", label="events, all arms", scope="analysis", unit="patients"),
)

QUANTITIES: dict[str, Quantity] = {quantity.key: quantity for quantity in _DECLARED}
"""Every quantity by its key, in the order of reports."""

QUANTILES = {"lower_quartile": 0.75, "median": 0.5, "upper_quartile": 0.25}
"""The quantities that are quantiles of time, each with the survival probability reached then."""

SHARES = QUANTILES | {"median_follow_up": 0.5}
"""These and the median follow-up, which is the median of the reverse curve."""


@dataclass(frozen=True, slots=True)
class FigureKey:
    """
    Which figure of an analysis is meant.

    Parameters
    ----------
    quantity : str
        A key of `QUANTITIES`.
    subject : str
        The arm id, ``"experimental vs reference"`` for a contrast, empty for the whole analysis.
    time : decimal.Decimal or None
        The point in time of a timed quantity, in the analysis' time unit.

    Examples
    --------
    >>> from decimal import Decimal
    >>> str(FigureKey("survival", "placebo", Decimal("18")))
    'placebo: survival at 18'
    """

    quantity: str
    subject: str
    time: Decimal | None = None

    @property
    def definition(self) -> Quantity:
        """The entry of the table that this key names."""
        return QUANTITIES[self.quantity]

    @property
    def instant(self) -> float:
        """The point in time as a number; ValueError where the quantity has none."""
        if self.time is None:
            msg = f"{self.quantity} belongs to no point in time"
            raise ValueError(msg)
        return float(self.time)

    @property
    def label(self) -> str:
        """The quantity in words, with its point in time."""
        definition = self.definition
        if self.time is None:
            return definition.label
        estimate, comma, limit = definition.label.partition(",")
        return f"{estimate} at {self.time}{comma}{limit}"

    def __str__(self) -> str:
        return f"{self.subject}: {self.label}" if self.subject else self.label
