"""Printed medians, quartiles and survival percentages as points on the Kaplan-Meier plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from survkit.quantity import QUANTILES, FigureKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.comparison import Comparison
    from survkit.printed import Relation
    from survkit.reproduction import AnalysisReproduction
    from survkit.trial import Role

__all__ = ["Target", "first_by_key", "place_targets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    A printed figure that a curve should pass through.

    Parameters
    ----------
    arm : str
        Id of the arm.
    kind : {"quantile", "survival"}
        A median lies at survival 0.5, a quartile at 0.75 or 0.25, a survival percentage at its
        point in time.
    time : float
        In the analysis' unit.
    survival : float
        A probability.
    lower, upper : float or None
        Printed confidence limits, of the time for a quantile and of the survival for a percentage;
        infinite where not reached, None where not printed.
    relation : {"=", "<", ">", "not reached"}
        How the figure is stated; "<" and ">" are thresholds.
    role : {"input", "check"}
        Whether the figure shaped the patients or was kept out.
    """

    arm: str
    kind: Literal["quantile", "survival"]
    time: float
    survival: float
    lower: float | None
    upper: float | None
    relation: Relation
    role: Role


def first_by_key(reproduction: AnalysisReproduction) -> dict[FigureKey, Comparison]:
    """
    Index the comparisons; of a figure that several sources print, the first one counts.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    dict of FigureKey to Comparison
        Comparisons by key.
    """
    found: dict[FigureKey, Comparison] = {}
    for comparison in reproduction.comparisons:
        found.setdefault(comparison.figure.key, comparison)
    return found


def place_targets(reproduction: AnalysisReproduction) -> Iterator[Target]:
    """
    Place the printed medians, quartiles and survival percentages of an analysis.

    Quantiles that are not reached have no place.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.

    Yields
    ------
    Target
        One per printed figure, arm by arm.
    """
    found = first_by_key(reproduction)
    for key, comparison in found.items():
        printed, role = comparison.figure.printed, comparison.figure.role
        if key.is_limit:
            continue
        lower, upper = _limits(found, key)
        if key.quantity in QUANTILES and printed.reached:
            yield Target(
                arm=key.subject,
                kind="quantile",
                time=printed.value,
                survival=QUANTILES[key.quantity],
                lower=lower,
                upper=upper,
                relation=printed.relation,
                role=role,
            )
        elif key.quantity == "survival" and key.time is not None:
            yield Target(
                arm=key.subject,
                kind="survival",
                time=float(key.time),
                survival=printed.value / 100.0,
                lower=None if lower is None else lower / 100.0,
                upper=None if upper is None else upper / 100.0,
                relation=printed.relation,
                role=role,
            )


def _limits(found: dict[FigureKey, Comparison], key: FigureKey) -> list[float | None]:
    """Return the printed limits of a figure, None for each that is not printed."""
    limits = map(found.get, key.limits)
    return [None if limit is None else limit.figure.printed.value for limit in limits]
