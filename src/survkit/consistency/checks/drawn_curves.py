"""Drawn curves against numbers at risk, events, percentages and quantiles of their arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.quantity import QUANTILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Sheet
    from survkit.digitized import Inconsistency
    from survkit.trial import Curve, Figure

__all__ = ["curve_against_figures", "incidence_is_not_survival"]

_OF_TABLE = frozenset({"table_rises", "table_against_curve", "events_against_curve"})
"""Checks of a curve whose findings rest on the numbers at risk."""


def curve_against_figures(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether drawn curves go together with what is printed of their arms.

    Formulas: those of docs/curve-files.md, each with the precision of the curve's points as its
    allowance. Assumption: the axis is in the analysis' unit of time.

    Findings: what of curve and figures contradicts each other, named after the formula.
    """
    for arm, curves in sheet.curves.items():
        for curve in curves:
            for found in _inconsistencies(sheet, arm, curve):
                yield _finding(sheet, arm, curve, found)


def incidence_is_not_survival(sheet: Sheet) -> Iterator[Finding]:
    """
    Say of a curve that is stated to be an incidence that 1 - S is one only without other causes.

    Formula: F(t) = sum S(t-) d/r over the events of the cause, with S of events of any cause
    (Aalen and Johansen, Scand J Statist 1978;5:141-50), is below 1 - KM where causes compete.
    Assumption: none; whether they do is not seen in one curve.

    Findings: a note for every such curve.
    """
    for arm, curves in sheet.curves.items():
        for curve in curves:
            if curve.shows == "incidence":
                yield Finding(
                    check="incidence is not survival",
                    severity=Severity.NOTE,
                    subject=arm,
                    figures=(),
                    printed=f"a cumulative incidence (curve: {_place(curve)})",
                    required="nobody leaves by another cause, so that 1 - incidence is survival",
                    implied="with competing causes, 1 - KM lies above the incidence; "
                    "reconstruct_incidences takes the incidences of both causes",
                    numbers={},
                )


def _inconsistencies(sheet: Sheet, arm: str, curve: Curve) -> tuple[Inconsistency, ...]:
    """Hold one curve against the figures of its arm."""
    from survkit.digitized import RiskTable, check_curve  # loads numpy, which few trials need

    rows = sheet.series("at_risk", arm)
    counts = tuple(int(row.printed.value) for row in rows)
    quantiles = {
        share: figure.printed
        for quantity, share in QUANTILES.items()
        if (figure := sheet.get(quantity, arm)) is not None
    }
    return check_curve(
        curve.digitized,
        RiskTable(
            times=tuple(row.key.instant for row in rows), counts=counts, lower=counts, upper=counts
        )
        if rows
        else None,
        n=sheet.count("n", arm),
        events=sheet.count("events", arm),
        percentages=[(one.key.instant, one.printed) for one in sheet.series("survival", arm)],
        quantiles=quantiles,
    )


def _finding(sheet: Sheet, arm: str, curve: Curve, found: Inconsistency) -> Finding:
    return Finding(
        check=found.check.replace("_", " "),
        severity=Severity(found.severity),
        subject=arm,
        figures=_figures(sheet, arm, found.check),
        printed=f"{found.printed} (curve: {_place(curve)})",
        required=found.required,
        implied=found.implied,
        numbers=found.numbers,
    )


def _place(curve: Curve) -> str:
    return curve.file or "its points in the trial file"


def _figures(sheet: Sheet, arm: str, check: str) -> tuple[Figure, ...]:
    """Return the figures that a check of a curve is about."""
    if check in _OF_TABLE:
        events = sheet.get("events", arm) if check == "events_against_curve" else None
        return (*sheet.series("at_risk", arm), *([events] if events is not None else []))
    if check == "percentages_against_curve":
        return sheet.series("survival", arm)
    if check == "quantiles_against_curve":
        found = (sheet.get(quantity, arm) for quantity in QUANTILES)
        return tuple(figure for figure in found if figure is not None)
    return ()
