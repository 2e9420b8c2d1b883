"""Small analyses for tests: which figures they print matters, their digits seldom do."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from survkit.trial import trial_from_document

if TYPE_CHECKING:
    from survkit.trial import Analysis

__all__ = ["CONTRAST", "every_figure", "make_analysis", "two_arms"]

CONTRAST = "experimental vs reference"
"""Subject of the contrast that two arms have here."""

Table = dict[str, Any]


def make_analysis(arms: list[Table], contrasts: list[Table] | None = None, **more: Any) -> Analysis:
    """
    Make an analysis of what one table of a trial file would say.

    Parameters
    ----------
    arms, contrasts : list of dict
        Its arms and contrasts, numbers as int or Decimal.
    **more : object
        Further keys of the analysis.

    Returns
    -------
    Analysis
        The analysis, in months.
    """
    analysis = {
        "id": "example",
        "endpoint": "OS",
        "time_unit": "month",
        "source": "paper",
        "arm": arms,
        "contrast": contrasts or [],
        **more,
    }
    document = {
        "spec_version": 1,
        "id": "example",
        "name": "EXAMPLE",
        "sources": {"paper": {"citation": "A paper"}},
        "analysis": [analysis],
    }
    return trial_from_document(document).analyses[0]


def two_arms(
    *, n: int = 20, level: int = 95, p_value: Table | None = None, **more: Any
) -> Analysis:
    """
    Make an analysis of two arms, "experimental" and "reference", that prints everything usual.

    Parameters
    ----------
    n : int
        Patients per arm.
    level : int
        Confidence level of all intervals, in percent.
    p_value : dict or None
        What is said of the p-value beside its digits.
    **more : object
        Further keys of the analysis.

    Returns
    -------
    Analysis
        The analysis, in months.
    """
    limits = {"lower": Decimal("1.0"), "upper": Decimal("9.0"), "level": level}
    arms = [
        {"id": arm, "n": n, "median": {"value": Decimal("4.0"), "ci": limits}}
        for arm in ("reference", "experimental")
    ]
    ratio_limits = {"lower": Decimal("0.40"), "upper": Decimal("1.20"), "level": level}
    contrast = {
        "experimental": "experimental",
        "reference": "reference",
        "hazard_ratio": {"value": Decimal("0.70"), "ci": ratio_limits},
        "p_value": {"value": Decimal("0.20"), **(p_value or {})},
    }
    return make_analysis(arms, [contrast], **more)


def every_figure(
    time: Decimal, *, level: int = 95, p_value: Table | None = None, **more: Any
) -> Analysis:
    """
    Make an analysis of two arms, "experimental" and "reference", that prints every quantity.

    Parameters
    ----------
    time : decimal.Decimal
        Point in time, and horizon, of every figure that has one.
    level : int
        Confidence level of all intervals, in percent.
    p_value : dict or None
        What is said of the p-value beside its digits.
    **more : object
        Further keys of the analysis.

    Returns
    -------
    Analysis
        The analysis, in months.
    """
    quantile = {
        "value": "not reached",
        "ci": {"lower": "not reached", "upper": "not reached", "level": level},
    }
    percentages = {"lower": 0, "upper": 100, "level": level}
    small = Decimal("0.001")
    mean = {"time": time, "value": small, "ci": {"lower": small, "upper": time, "level": level}}
    arms = [
        {
            "id": arm,
            "n": 10,
            "events": 5,
            **dict.fromkeys(("median", "lower_quartile", "upper_quartile"), quantile),
            "survival": [{"time": time, "percent": 50, "ci": percentages}],
            "incidence": [{"time": time, "percent": 50, "ci": percentages}],
            "at_risk": [{"time": time, "n": 1}],
            "rmst": [mean],
            "median_follow_up": quantile,
            "max_follow_up": 99,
            "event_rate": Decimal("60.0"),
        }
        for arm in ("reference", "experimental")
    ]
    contrast = {
        "experimental": "experimental",
        "reference": "reference",
        "hazard_ratio": {"value": 1, "ci": {"lower": small, "upper": 99, "level": level}},
        "unstratified_hazard_ratio": {
            "value": 1,
            "ci": {"lower": small, "upper": 99, "level": level},
        },
        "risk_reduction": 0,
        "p_value": {"value": Decimal("0.20"), **(p_value or {})},
        "rmst_difference": [
            {"time": time, "value": 0, "ci": {"lower": -99, "upper": 99, "level": level}}
        ],
        "survival_difference": [
            {"time": time, "value": 0, "ci": {"lower": -99, "upper": 99, "level": level}}
        ],
        "survival_p_value": [{"time": time, "value": Decimal("0.20")}],
    }
    overall: Table = {
        "total_n": 20,
        "total_events": 10,
        "overall_median_follow_up": quantile,
        "overall_p_value": Decimal("0.20"),
    }
    return make_analysis(arms, [contrast], **overall, **more)
