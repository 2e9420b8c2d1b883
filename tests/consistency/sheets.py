"""Sheets of a few figures, written the way a paper prints them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from survkit.consistency import Finding, Pair, Severity, Sheet, audit_sheet
from survkit.printed import Printed
from survkit.quantity import LIMITS, FigureKey
from survkit.trial import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["PAIR", "found", "severities", "sheet"]

PAIR = "drug vs placebo"


def sheet(
    figures: dict[str, str],
    *,
    test: str | None = None,
    sided: int | None = None,
    same_model: bool = True,
    level: float = 95.0,
    median_scale: str = "log-log",
    survival_scale: str = "log-log",
    **tested: Any,
) -> Sheet:
    """Make a sheet; keys are ``"drug events"``, ``"placebo survival 12"``, ``"hazard_ratio"``."""
    stated = {_key(name): Printed.parse(text) for name, text in figures.items()}
    return Sheet(
        id="pfs",
        arms=("placebo", "drug"),
        pairs=(
            Pair(
                experimental="drug",
                reference="placebo",
                test=test,
                sided=sided,
                **tested,
                same_model=same_model,
            ),
        ),
        figures={
            key: Figure(
                key=key, printed=printed, role="input", verified=True, source="paper", level=level
            )
            for key, printed in stated.items()
        },
        median_scale=median_scale,
        survival_scale=survival_scale,
    )


def ratio(value: str, lower: str, upper: str) -> dict[str, str]:
    """A hazard ratio with its interval."""
    return {"hazard_ratio": value, "hazard_ratio_lower": lower, "hazard_ratio_upper": upper}


def found(check: Callable[[Sheet], Iterator[Finding]], own: Sheet) -> list[tuple[str, str]]:
    """Severities and subjects of what one check finds."""
    return [(str(finding.severity), finding.subject) for finding in check(own)]


def severities(own: Sheet) -> dict[str, Severity]:
    """The worst severity of every check that finds something."""
    return {finding.check: finding.severity for finding in reversed(audit_sheet(own))}


def _key(name: str) -> FigureKey:
    """Read the short form of a key."""
    arm, _, rest = name.partition(" ")
    if arm not in {"drug", "placebo"}:
        subject = "" if name.startswith(("total", "overall")) else PAIR
        quantity, _, time = name.partition(" ")
    else:
        subject = arm
        quantity, _, time = rest.partition(" ")
    at = Decimal(time) if time else None
    for side in LIMITS:
        if quantity.endswith(f"_{side}"):
            return FigureKey(quantity.removesuffix(f"_{side}"), subject, at, side)
    return FigureKey(quantity, subject, at)
