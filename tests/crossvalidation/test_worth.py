"""What each figure buys: bands are wider without what tells most, and narrower with more."""

from __future__ import annotations

from survkit.crossvalidation import weigh_figures
from tests.crossvalidation.example import typed

FOUND = weigh_figures(typed())
BARE = weigh_figures(
    typed(
        **{
            f"{arm}__{quantity}": None
            for arm in ("control", "treated")
            for quantity in ("survival", "at_risk")
        }
    )
)


def test_what_buys_most_comes_first() -> None:
    for found in (FOUND, BARE):
        for printed in (True, False):
            bought = [one.bought for one in found if one.printed is printed]
            assert bought == sorted(bought, reverse=True)


def test_what_is_not_printed_never_makes_bands_wider() -> None:
    assert all(one.bought >= 0.0 for one in (*FOUND, *BARE) if not one.printed)


def test_percentages_that_are_printed_narrow_the_bands() -> None:
    assert FOUND[0].width < BARE[0].width


def test_a_median_tells_more_than_a_count_of_events() -> None:
    of = {str(one.key): one.bought for one in BARE if one.printed}
    assert min(of["control: median"], of["treated: median"]) > of["control: events"]


def test_what_is_printed_is_not_looked_for() -> None:
    for found in (FOUND, BARE):
        printed = {one.key for one in found if one.printed}
        assert printed.isdisjoint(one.key for one in found if not one.printed)
