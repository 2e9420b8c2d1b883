"""Every figure of an analysis on its own: what was printed, by whom, and what it is used for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from survkit.printed import Printed
from survkit.quantity import QUANTITIES, FigureKey, Scope
from survkit.trial.stated import (
    AtRisk,
    Estimate,
    HazardRatio,
    Interval,
    Reprint,
    Restricted,
    Role,
    Stated,
    Survival,
    Table,
    Tolerance,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from survkit.printed import Relation
    from survkit.quantity import Side

__all__ = ["FIGURE_COLUMNS", "Figure", "as_inputs", "as_survival", "figure_cells", "figures_of"]

FIGURE_COLUMNS = ("subject", "quantity", "time", "printed", "role", "verified", "source")
"""What tables say of a printed figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    One printed figure.

    Parameters
    ----------
    key : FigureKey
        Which quantity it is, of whom, and when.
    printed : Printed
        Its digits, in the unit of the quantity: patients, the analysis' time unit, percent.
    role : {"input", "check"}
        Whether it shapes the reconstruction or is kept out and predicted.
    verified : bool
        Whether it was read in its source.
    source : str
        Id of the source that prints it.
    tolerance : Tolerance or None
        Allowed distance, where it is not the rounding of the digits.
    level : float
        Confidence level in percent; has a meaning for limits only.
    note : str or None
        What a reader should know.
    """

    key: FigureKey
    printed: Printed
    role: Role
    verified: bool
    source: str
    tolerance: Tolerance | None = None
    level: float = 95.0
    note: str | None = None


def figure_cells(figure: Figure) -> tuple[object, ...]:
    """Return what `FIGURE_COLUMNS` names; the time is a float, None where there is none."""
    key = figure.key
    time = None if key.time is None else float(key.time)
    stated = (str(figure.printed), figure.role, figure.verified, figure.source)
    return (key.subject, key.label, time, *stated)


def figures_of(owner: BaseModel, scope: Scope, subject: str, source: str) -> Iterator[Figure]:
    """
    List the figures of an arm, a contrast or an analysis in the order of reports.

    Parameters
    ----------
    owner : Arm, Contrast or Analysis
        Whose fields bear the names of quantities.
    scope : {"arm", "contrast", "analysis"}
        Which quantities to look for.
    subject : str
        Subject of the figures' keys.
    source : str
        Source of every figure that names none.

    Yields
    ------
    Figure
        Estimates, each followed by its limits and by what other sources print for it.
    """
    for quantity in QUANTITIES.values():
        if quantity.scope != scope:
            continue
        stated = getattr(owner, quantity.key)
        for entry in stated if isinstance(stated, tuple) else (stated,):
            if entry is not None:
                key = FigureKey(quantity.key, subject, entry.at)
                yield from _spread(entry, key, source)


def as_survival(figure: Figure) -> Figure:
    """
    Turn an incidence into the survival that it leaves, limits exchanged; keep any other figure.

    Parameters
    ----------
    figure : Figure
        A figure.

    Returns
    -------
    Figure
        The same, or 100 less it.
    """
    if figure.key.quantity != "incidence":
        return figure
    side: Side = {"estimate": "estimate", "lower": "upper", "upper": "lower"}[figure.key.side]  # type: ignore[assignment]
    relation, number = figure.printed.relation, figure.printed.number
    turned: Relation = {"<": ">", ">": "<"}.get(relation, relation)  # type: ignore[assignment]
    return replace(
        figure,
        key=replace(figure.key, quantity="survival", side=side),
        printed=Printed(turned, None if number is None else 100 - number),
    )


def _width(printed: Printed) -> float:
    """Tell how much a figure leaves open."""
    if not printed.reached:
        return 0.0
    return printed.value if printed.relation == "<" else printed.upper - printed.lower


def as_inputs(value: Any) -> Any:
    """
    Give every figure of a table the role of an input.

    Parameters
    ----------
    value : Table, tuple or anything else
        A table of a trial file, a list of them, or what they hold.

    Returns
    -------
    Table, tuple or anything else
        The same with every role "input", and with the sharpest print of a figure that several
        sources print; reprints stay what they are, checks.
    """
    if isinstance(value, tuple):
        return tuple(as_inputs(entry) for entry in value)
    if not isinstance(value, Table) or isinstance(value, Reprint):
        return value
    fields = type(value).model_fields
    changed = {name: as_inputs(getattr(value, name)) for name in fields}
    if "role" in fields:
        changed["role"] = "input"
    if isinstance(value, Stated | Restricted | Survival | AtRisk) and value.also:
        name = next(name for name in ("value", "percent", "n") if name in fields)
        changed[name] = min((value.printed, *(other.value for other in value.also)), key=_width)
    if "role" in fields:  # a curve's points, which are no field, stay
        return value.model_copy(update=changed)
    return type(value).model_construct(None, **changed)


def _spread(
    entry: Stated[Printed] | Survival | AtRisk | Restricted[Printed], key: FigureKey, source: str
) -> Iterator[Figure]:
    """Yield the figure of an entry, its limits and its reprints."""
    figure = Figure(
        key=key,
        printed=entry.printed,
        role=entry.role,
        verified=entry.verified,
        source=entry.source or source,
        tolerance=entry.tolerance,
        note=entry.note,
    )
    yield figure
    if isinstance(entry, Estimate | Survival | Restricted) and entry.ci is not None:
        yield from _limits(entry.ci, figure, figure.key.limits)
    for interval in entry.further_ci if isinstance(entry, HazardRatio) else ():
        yield from _limits(interval, figure, figure.key.limits_at(interval.level))
    for reprint in entry.also:
        yield replace(
            figure,
            printed=reprint.value,
            role="check",
            verified=reprint.verified,
            source=reprint.source,
            tolerance=reprint.tolerance,
            note=reprint.note,
        )


def _limits(
    interval: Interval[Printed], estimate: Figure, keys: tuple[FigureKey, FigureKey]
) -> Iterator[Figure]:
    """Yield both limits of an interval; what it leaves out comes from its estimate."""
    verified = estimate.verified if interval.verified is None else interval.verified
    for key, limit in zip(keys, (interval.lower, interval.upper), strict=True):
        yield replace(
            estimate,
            key=key,
            printed=limit,
            role=interval.role or estimate.role,
            verified=verified,
            source=interval.source or estimate.source,
            tolerance=interval.tolerance,
            level=float(interval.level),
            note=interval.note,
        )
