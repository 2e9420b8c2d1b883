"""The printed figures of an analysis, laid out for the checks: complete or not, possible or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survkit.interval import Interval
from survkit.quantity import FigureKey
from survkit.trial import Figure, as_survival, hypothesis_of
from survkit.typed import as_analysis, as_instance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from survkit.quantity import Side
    from survkit.trial import Analysis, Curve

__all__ = ["Pair", "Sheet", "lay_out", "phrase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two arms compared, and what is known of the printed test."""

    experimental: str  # ids of the arms; ratios are experimental over reference
    reference: str
    test: str | None = None  # the test of the printed p-value; None where nobody says
    # one-sided or two-sided; None where nobody says
    sided: int | None = None
    # "less" or "greater": which way a one-sided test looks; None where the file does not say
    alternative: str | None = None
    log_margin: float = 0.0  # the ratio that it starts from, on the log scale; NaN if not stated
    # whether a Wald p-value belongs to the model of the printed hazard ratio
    same_model: bool = True
    # whether the ratio is that of a Cox model, and not taken from the sums of the log-rank test
    of_model: bool = True

    @property
    def subject(self) -> str:
        """Name of the contrast in figures."""
        return f"{self.experimental} vs {self.reference}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Figures as printed, from a trial file or from a command line."""

    id: str  # id of the analysis
    arms: tuple[str, ...]  # ids of all arms
    pairs: tuple[Pair, ...]  # the comparisons
    figures: Mapping[FigureKey, Figure]  # every figure as first printed
    reprints: tuple[Figure, ...] = ()  # the same figures as other sources print them
    unit: str = ""  # time unit in words, empty where it is not known
    # scale on which the intervals of medians and of survival are symmetric
    median_scale: str = "log-log"
    plateau: str | None = None  # what is a quantile where the curve rests on its share
    survival_scale: str = "log-log"
    # drawn curves by arm id
    curves: Mapping[str, tuple[Curve, ...]] = field(default_factory=dict)

    def get(
        self,
        quantity: str,
        subject: str = "",
        time: Decimal | None = None,
        side: Side = "estimate",
    ) -> Figure | None:
        """Look a figure up."""
        return self.figures.get(FigureKey(quantity, subject, time, side))

    def count(self, quantity: str, subject: str = "") -> int | None:
        """
        Look a number of patients up.

        Parameters
        ----------
        quantity : str
            A key of `QUANTITIES`.
        subject : str
            Arm id, or empty for the whole analysis.

        Returns
        -------
        int or None
            The number, where it is printed.
        """
        figure = self.get(quantity, subject)
        return None if figure is None else int(figure.printed.value)

    def series(self, quantity: str, subject: str) -> tuple[Figure, ...]:
        """Gather the figures of a quantity that is printed at points in time."""
        found = [
            figure
            for key, figure in self.figures.items()
            if (key.quantity, key.subject, key.side) == (quantity, subject, "estimate")
        ]
        return tuple(sorted(found, key=lambda figure: figure.key.instant))

    def limits(self, estimate: Figure) -> tuple[Figure, Figure] | None:
        """Look the interval of an estimate up."""
        lower, upper = map(self.figures.get, estimate.key.limits)
        return None if lower is None or upper is None else (lower, upper)

    def events_of(self, pair: Pair) -> Interval | None:
        """
        Bound the events of two arms together.

        Parameters
        ----------
        pair : Pair
            The comparison.

        Returns
        -------
        Interval or None
            Exact where both arms print them, or where the analysis has no other arm and prints the
            total; None where neither is printed.
        """
        counts = [self.count("events", arm) for arm in (pair.experimental, pair.reference)]
        known = [count for count in counts if count is not None]
        if len(known) == 2:
            return Interval(sum(known), sum(known))
        total = self.count("total_events")
        if total is not None and set(self.arms) == {pair.experimental, pair.reference}:
            return Interval(total, total)
        return None


def lay_out(analysis: Analysis) -> Sheet:
    """Lay the figures of an analysis out."""
    analysis = as_analysis(analysis, "lay_out")
    first: dict[FigureKey, Figure] = {}
    reprints = []
    for figure in map(as_survival, analysis.figures):
        if figure.key in first:
            reprints.append(figure)
        else:
            first[figure.key] = figure
    return Sheet(
        id=analysis.id,
        arms=tuple(arm.id for arm in analysis.arms),
        pairs=tuple(
            Pair(
                experimental=contrast.experimental,
                reference=contrast.reference,
                test=contrast.p_value.test if contrast.p_value else None,
                sided=contrast.p_value.sided if contrast.p_value else None,
                alternative=contrast.p_value.alternative if contrast.p_value else None,
                log_margin=hypothesis_of(analysis.arms, contrast).log_margin,
                same_model=contrast.p_value is not None
                and contrast.p_value.stratified == bool(analysis.stratified_by)
                and contrast.estimator == "cox",
                of_model=contrast.estimator == "cox",
            )
            for contrast in analysis.contrasts
        ),
        figures=first,
        reprints=tuple(reprints),
        unit=analysis.time_unit,
        median_scale=analysis.median_interval,
        plateau=analysis.plateau,
        survival_scale=analysis.survival_scale,
        curves={arm.id: arm.curves for arm in analysis.arms if arm.curves},
    )


def phrase(figure: Figure, limits: tuple[Figure, Figure] | None = None) -> str:
    """
    Write a figure down the way a paper would.

    Parameters
    ----------
    figure : Figure
        The figure.
    limits : tuple of Figure, optional
        Its interval.

    Returns
    -------
    str
        Such as ``"hazard ratio 0.60 (95 % interval 0.35 to 1.03)"`` or ``"survival at 12: 26 %"``.
    """
    as_instance(figure, Figure, "phrase", "a printed figure, such as analysis.figures[0]")
    unit = " %" if figure.key.definition.unit == "percent" else ""
    colon = ":" if figure.key.time is not None else ""
    text = f"{figure.key.label}{colon} {figure.printed}{unit}"
    if limits is None:
        return text
    lower, upper = limits
    return f"{text} ({lower.level:g} % interval {lower.printed} to {upper.printed})"
