"""Names of figures as tables print them."""

from __future__ import annotations

from decimal import Decimal

from survkit.wording import name_figure
from tests.refit.documents import every_figure

NAMES = [
    "patients",
    "events",
    "median, mo",
    "lower quartile, mo",
    "upper quartile, mo",
    "survival at 12 mo, %",
    "incidence at 12 mo, %",
    "at risk at 12 mo",
    "restricted mean at 12 mo",
    "median follow-up, mo",
    "maximum follow-up, mo",
    "events per 100 patient-years",
    "hazard ratio",
    "hazard ratio without strata",
    "risk reduction, %",
    "p-value",
    "restricted mean difference at 12 mo",
    "survival difference at 12 mo, %",
    "p-value of survival at 12 mo",
]


def test_every_quantity_has_a_name_with_its_unit() -> None:
    figures = every_figure(Decimal(12)).figures
    estimates = [
        figure
        for figure in figures
        if not figure.key.is_limit and figure.key.subject != "experimental"
    ]
    named = [name_figure(figure, "month") for figure in estimates]
    assert named == [*NAMES, "patients", "events", "median follow-up, mo", "p-value"]


def test_a_limit_below_its_estimate_needs_no_more_than_its_side() -> None:
    figures = every_figure(Decimal(12), level=90).figures
    estimate, lower, upper = (
        figure for figure in figures if figure.key.quantity == "rmst_difference"
    )
    assert name_figure(lower, "month", estimate) == "  lower 90 % limit"
    assert name_figure(upper, "month", lower) == "  upper 90 % limit"
    alone = "restricted mean difference at 12 mo: upper 90 % limit"
    assert name_figure(upper, "month") == alone
