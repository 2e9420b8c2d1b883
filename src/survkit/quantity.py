"""The table of quantities: everything survkit reads, meets, refits and compares, declared once.

One entry serves as key in the trial file, as constraint in the reconstruction, as row of the
comparison and as line of every report. Adding a quantity means adding an entry here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = [
    "FOLLOW_UP",
    "LIMITS",
    "QUANTILES",
    "QUANTITIES",
    "SHARES",
    "FigureKey",
    "Limit",
    "Quantity",
    "Scope",
    "Side",
    "Unit",
]

Scope = Literal["arm", "contrast", "analysis"]
Unit = Literal["patients", "time", "percent", "ratio", "rate", "probability"]
Side = Literal["estimate", "lower", "upper"]
Limit = Literal["lower", "upper"]

LIMITS: tuple[Limit, Limit] = ("lower", "upper")
"""The sides of a figure that are limits of its confidence interval."""


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
    unit : {"patients", "time", "percent", "ratio", "rate", "probability"}
        Unit of the printed number; "time" is the analysis' own time unit, a "rate" is per 100
        patient-years.
    timed : bool
        Whether the figure belongs to a point in time, as survival at 12 months and a mean
        restricted to 24 months do.
    """

    key: str
    label: str
    scope: Scope
    unit: Unit
    timed: bool = False


_DECLARED: tuple[Quantity, ...] = (
    Quantity(key="n", label="patients", scope="arm", unit="patients"),
    Quantity(key="events", label="events", scope="arm", unit="patients"),
    Quantity(key="median", label="median", scope="arm", unit="time"),
    Quantity(key="lower_quartile", label="lower quartile", scope="arm", unit="time"),
    Quantity(key="upper_quartile", label="upper quartile", scope="arm", unit="time"),
    Quantity(key="survival", label="survival", scope="arm", unit="percent", timed=True),
    Quantity(key="incidence", label="incidence", scope="arm", unit="percent", timed=True),
    Quantity(key="at_risk", label="at risk", scope="arm", unit="patients", timed=True),
    Quantity(key="rmst", label="restricted mean", scope="arm", unit="time", timed=True),
    Quantity(key="median_follow_up", label="median follow-up", scope="arm", unit="time"),
    Quantity(key="max_follow_up", label="maximum follow-up", scope="arm", unit="time"),
    Quantity(key="event_rate", label="events per 100 patient-years", scope="arm", unit="rate"),
    Quantity(key="hazard_ratio", label="hazard ratio", scope="contrast", unit="ratio"),
    Quantity(
        key="unstratified_hazard_ratio",
        label="hazard ratio without strata",
        scope="contrast",
        unit="ratio",
    ),
    Quantity(key="risk_reduction", label="risk reduction", scope="contrast", unit="percent"),
    Quantity(key="p_value", label="p-value", scope="contrast", unit="probability"),
    Quantity(
        key="rmst_difference",
        label="restricted mean difference",
        scope="contrast",
        unit="time",
        timed=True,
    ),
    Quantity(
        key="survival_difference",
        label="survival difference",
        scope="contrast",
        unit="percent",
        timed=True,
    ),
    Quantity(
        key="survival_p_value",
        label="p-value of survival",
        scope="contrast",
        unit="probability",
        timed=True,
    ),
    Quantity(key="total_n", label="patients, all arms", scope="analysis", unit="patients"),
    Quantity(key="total_events", label="events, all arms", scope="analysis", unit="patients"),
    Quantity(
        key="overall_median_follow_up",
        label="median follow-up, all arms",
        scope="analysis",
        unit="time",
    ),
    Quantity(
        key="overall_p_value", label="p-value, all arms", scope="analysis", unit="probability"
    ),
)

QUANTITIES: dict[str, Quantity] = {quantity.key: quantity for quantity in _DECLARED}
"""Every quantity by its key, in the order of reports."""

QUANTILES = {"lower_quartile": 0.75, "median": 0.5, "upper_quartile": 0.25}
"""The quantities that are quantiles of time, each with the survival probability reached then."""

FOLLOW_UP = ("median_follow_up", "overall_median_follow_up")
"""Medians of the reverse curve: of an arm, and of all arms together."""

SHARES = QUANTILES | dict.fromkeys(FOLLOW_UP, 0.5)
"""All medians and quartiles, each with the probability that its curve reaches then."""


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
    side : {"estimate", "lower", "upper"}
        Whether the estimate is meant, or a limit of its confidence interval.
    level : decimal.Decimal or None
        Confidence level in percent of a further interval, where several are printed; None for the
        first, and for the estimate.

    Examples
    --------
    >>> from decimal import Decimal
    >>> str(FigureKey("survival", "placebo", Decimal("18")))
    'placebo: survival at 18'
    >>> str(FigureKey("median", "placebo", side="lower"))
    'placebo: median, lower limit'
    """

    quantity: str
    subject: str
    time: Decimal | None = None
    side: Side = "estimate"
    level: Decimal | None = None

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
    def is_limit(self) -> bool:
        """Whether a limit of a confidence interval is meant."""
        return self.side != "estimate"

    @property
    def estimate(self) -> FigureKey:
        """The key of the estimate; that of a limit names the estimate that it belongs to."""
        return replace(self, side="estimate", level=None)

    @property
    def limits(self) -> tuple[FigureKey, FigureKey]:
        """The keys of the lower and the upper limit of the first interval."""
        return self.limits_at(None)

    def limits_at(self, level: Decimal | None) -> tuple[FigureKey, FigureKey]:
        """Return the keys of both limits of a further interval, at a level in percent."""
        estimate = self.estimate
        return (
            replace(estimate, side="lower", level=level),
            replace(estimate, side="upper", level=level),
        )

    @property
    def name(self) -> str:
        """Quantity and side in one word, as documents and other programs name a figure."""
        return f"{self.quantity}_{self.side}" if self.is_limit else self.quantity

    @property
    def label(self) -> str:
        """The quantity in words, with its point in time and its side."""
        at = "" if self.time is None else f" at {self.time}"
        level = "" if self.level is None else f"{self.level} % "
        limit = f", {self.side} {level}limit" if self.is_limit else ""
        return f"{self.definition.label}{at}{limit}"

    def __str__(self) -> str:
        return f"{self.subject}: {self.label}" if self.subject else self.label
