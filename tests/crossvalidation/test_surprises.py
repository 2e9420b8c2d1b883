"""Leave one out: what goes together is no surprise, and usual slips are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import survkit
from survkit.consistency import audit as audit_bounds
from survkit.crossvalidation import crossvalidate, find_surprises, suspect
from survkit.errors import SurvkitError
from survkit.quantity import FigureKey
from survkit.reconstruction.population.priors import SMOOTH
from tests.crossvalidation.example import PRINTED, typed

ARMS = PRINTED["arms"]
RATIO = FigureKey("hazard_ratio", "treated vs control")
AT_RISK = FigureKey("at_risk", "treated", Decimal(6))
BARE: dict[str, Any] = {
    f"{arm}__{quantity}": None for arm in ARMS for quantity in ("survival", "at_risk")
}


def bare(**changes: Any) -> survkit.Analysis:
    """Leave percentages and numbers at risk away."""
    return typed(**{**BARE, **changes})


SLIPS: dict[str, dict[str, Any]] = {
    "medians": {
        "control__median": ARMS["treated"]["median"],
        "treated__median": ARMS["control"]["median"],
    },
    "events": {
        "control__events": ARMS["treated"]["events"],
        "treated__events": ARMS["control"]["events"],
    },
    "ratio": {"hazard_ratio": "1.69 (1.35 to 2.13)"},
}


def test_figures_that_go_together_are_no_surprise() -> None:
    found = crossvalidate(typed())
    assert find_surprises(typed()) == ()
    assert survkit.audit(typed()) == ()
    assert all(one.lower <= one.middle <= one.upper for one in found.predictions)
    assert all(0.0 <= one.probability <= 1.0 for one in found.predictions)
    ranked = [one.probability for one in found.predictions]
    assert ranked == sorted(ranked)


def test_every_figure_but_sizes_is_predicted_once() -> None:
    analysis = typed()
    predicted = [one.figure.key for one in crossvalidate(analysis).predictions]
    assert sorted(map(str, predicted)) == sorted(
        str(figure.key) for figure in analysis.figures if figure.key.quantity != "n"
    )


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_that_no_bound_catches_is_unlikely(slip: str) -> None:
    analysis = bare(**SLIPS[slip])
    assert not any(one.severity == "impossible" for one in audit_bounds(analysis))
    found = [one for one in survkit.audit(analysis) if one.check == "leave one out"]
    assert found
    assert {one.severity for one in found} == {"unlikely"}
    assert all(0.0 <= one.numbers["probability"] < 0.2 for one in found)


def test_the_slip_is_named_with_the_probability() -> None:
    found = find_surprises(bare(**SLIPS["ratio"]))
    told = next(one for one in found if one.figures[0].key == RATIO)
    assert "with a probability of" in told.implied
    assert "likelier with the ratio upside down" in told.implied
    assert told.required.startswith("by all other figures, hazard ratio is ")


def test_one_number_at_risk_that_is_too_high() -> None:
    found = crossvalidate(typed(treated__at_risk={6: 126, 12: 85}))
    of = {str(one.figure.key): one for one in found.predictions}
    assert of["treated: at risk at 12"].probability < 0.01
    assert of["treated: at risk at 12"].upper < 85


@pytest.mark.parametrize(("percent", "way"), [(120, "high"), (80, "low")])
def test_a_number_at_risk_that_was_misread_is_unlikely(percent: int, way: str) -> None:
    misread = 126 * percent // 100
    found = find_surprises(typed(treated__at_risk={6: misread, 12: 62}))
    told = next(one for one in found if str(one.figures[0].key) == "treated: at risk at 6")
    assert f"times likelier with a number read a fifth too {way}" in told.implied


def test_odds_are_shared_among_all_slips_of_their_kind() -> None:
    found = crossvalidate(typed(treated__at_risk={6: 151, 12: 62}))
    weighed = [one for one in suspect(found) if one.surprise.predictions[0].figure.key == AT_RISK]
    # four numbers at risk; 151 / 0.8 is at most n, so each may have been misread in two ways
    assert [one.odds for one in weighed] == [one.surprise.odds / 8 for one in weighed]
    assert [one.surprise.tried for one in weighed] == [2]


def test_numbers_so_small_that_a_fifth_is_nobody_are_not_said_to_be_misread() -> None:
    found = crossvalidate(typed(treated__at_risk={6: 126, 12: 62, 30: 4}))
    few = next(
        one
        for one in found.surprises
        if str(one.predictions[0].figure.key) == "treated: at risk at 30"
    )
    assert (few.tried, few.slip, few.odds) == (0, "", 0.0)


def test_the_prior_of_the_file_is_used() -> None:
    assert crossvalidate(typed()).prior == "learned"
    assert crossvalidate(typed(), prior=SMOOTH).prior == "smooth"


def test_nothing_is_forecast_from_what_is_impossible() -> None:
    analysis = typed(control__events=300)
    assert {one.check for one in survkit.audit(analysis)} >= {"events within patients"}
    assert not any(one.check == "leave one out" for one in survkit.audit(analysis))


def test_the_table() -> None:
    frame = crossvalidate(typed()).to_frame()
    assert list(frame.columns) == [
        *("subject", "quantity", "time", "printed", "lower", "middle", "upper", "probability")
    ]
    assert len(frame) == len(crossvalidate(typed()).predictions)


def test_the_same_figures_lead_to_the_same_numbers() -> None:
    first, second = (crossvalidate(typed()).to_frame() for _ in range(2))
    assert first.equals(second)


def test_what_is_no_analysis_is_refused() -> None:
    with pytest.raises(SurvkitError):
        crossvalidate(3)  # type: ignore[arg-type]
