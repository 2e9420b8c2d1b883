"""What the audit proves of input figures, whichever are left out."""

from __future__ import annotations

from typing import Any

from survkit.quantity import FigureKey
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.exclusion import Exclusion
from tests.reconstruction.documents import analysis, arm, contrast, digits

NOTHING: frozenset[FigureKey] = frozenset()
OLD = arm("old", 120, 80, "8.0", ("6.1", "9.8"))
NEW = arm("new", 120, 60, "13.0", ("10.0", "17.1"))
RATIO = FigureKey("hazard_ratio", "new vs old")


def percent(time: str, share: str) -> dict[str, Any]:
    return {"time": digits(time), "percent": digits(share)}


def test_what_goes_together_is_not_excluded() -> None:
    exclusion = Exclusion(analysis(OLD, NEW, contrast("0.60", ("0.43", "0.84"))))
    assert not exclusion.holds(NOTHING)


def test_a_width_that_the_events_cannot_give_is_blamed_on_width_or_events() -> None:
    exclusion = Exclusion(analysis(OLD, NEW, contrast("0.60", ("0.52", "0.69"))))
    assert exclusion.holds(NOTHING)
    ways = exclusion.ways_out(NOTHING)
    assert frozenset(RATIO.limits) in ways
    assert frozenset({FigureKey("n", "old")}) not in ways
    assert all(not exclusion.holds(way) for way in ways)


def test_checks_exclude_nothing() -> None:
    kept_out = contrast("0.60", ("0.52", "0.69"))
    kept_out["hazard_ratio"]["role"] = "check"
    assert not Exclusion(analysis(OLD, NEW, kept_out)).holds(NOTHING)


def test_all_but_what_is_blamed_is_met() -> None:
    share = {"survival": [{"time": digits("6"), "percent": digits("0.62")}]}
    made = reconstruct_analysis(analysis(OLD | share, NEW, contrast("0.60", ("0.43", "0.84"))))
    missed = {str(match.figure.key) for match in made.matches if not match.met}
    assert missed == {"old: survival at 6"}


def test_where_no_single_figure_is_to_blame_several_are_left_out() -> None:
    wrong = OLD | {"survival": [percent("6", "0.62")]}, NEW | {"events": 130}
    exclusion = Exclusion(analysis(*wrong, contrast("0.60", ("0.43", "0.84"))))
    (way,) = exclusion.ways_out(NOTHING)
    assert not exclusion.is_hopeless(way)
    assert {str(key) for key in way} == {"old: survival at 6", "new: events"}


def test_what_several_wrong_figures_leave_is_met() -> None:
    wrong = OLD | {"survival": [percent("6", "0.62")]}, NEW | {"events": 130}
    made = reconstruct_analysis(analysis(*wrong, contrast("0.60", ("0.43", "0.84"))))
    assert {str(key) for key in made.missed_keys} == {"old: survival at 6", "new: events"}


def test_totals_that_do_not_add_up_hinder_nothing_else() -> None:
    asked = analysis(OLD, NEW, contrast("0.60", ("0.43", "0.84")), total_n=250)
    exclusion = Exclusion(asked)
    assert exclusion.holds(NOTHING)
    assert not exclusion.is_hopeless(NOTHING)
    assert exclusion.ways_out(NOTHING) == []
    assert {str(key) for key in reconstruct_analysis(asked).missed_keys} == {"patients, all arms"}
