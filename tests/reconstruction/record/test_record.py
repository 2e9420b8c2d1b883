"""The record: what patients meet is what the referee finds, and digests tell every change."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survkit.kernels import ArmTimes
from survkit.quantity import QUANTITIES
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.table import (
    ARM_MEASURES,
    CONTRAST_MEASURES,
    OVERALL_MEASURES,
)
from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.population.priors import SMOOTH
from survkit.reconstruction.record.assumptions import events_found, list_assumptions
from survkit.reconstruction.record.measurement import measure_figures
from survkit.reconstruction.record.reconstruction import Reconstruction, record
from survkit.reconstruction.solution import Solution, Task
from survkit.refit import refit_ipd
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.examples import few
from tests.refit.documents import every_figure
from tests.tolerances import ENGINE, EXACT

if TYPE_CHECKING:
    from survkit.quantity import FigureKey
    from survkit.reconstruction.record.reconstruction import Provenance
    from survkit.trial import Analysis

SEEDS = st.integers(0, 10_000)
ASKED = analysis(
    arm("old", 30, 20, "5.0", ("3.0", "8.0")), arm("new", 30, 16, "8.0"), contrast("0.70")
)


def random_ipd(seed: int, names: tuple[str, str]) -> pd.DataFrame:
    """Thirty patients in each of two arms, in the order of leaving, ties among them."""
    generator = np.random.default_rng(seed)
    arms = []
    for name in names:
        time = np.sort(generator.integers(1, 120, 30)) / 10.0
        event = (generator.random(30) < 0.65).astype(np.int64)
        arms.append(pd.DataFrame({"time": time, "event": event, "arm": name}))
    ipd = pd.concat(arms, ignore_index=True)
    return ipd.assign(arm=pd.Categorical(ipd["arm"], categories=names))


@pytest.mark.slow
@few(8)
@given(seed=SEEDS, level=st.sampled_from([90, 95]))
def test_measures_of_random_patients_are_those_of_lifelines(seed: int, level: int) -> None:
    asked = every_figure(Decimal("6.05"), level=level)
    ipd = random_ipd(seed, ("reference", "experimental"))
    arms = [ipd[ipd["arm"] == one.id] for one in asked.arms]
    # where a curve rests on a share, lifelines' rounding decides which end it sees
    assume(all(0 < one["event"].sum() < 30 for one in arms))
    measured = measure_figures(
        asked,
        [one["time"].to_numpy() for one in arms],
        [one["event"].to_numpy() == 1 for one in arms],
        asked.figures,
    )
    estimates = refit_ipd(ipd, asked).estimates
    compared = 0
    for figure, value, estimate in zip(asked.figures, measured, estimates, strict=True):
        at_a_share = figure.key.quantity.endswith(("median", "quartile", "follow_up"))
        if estimate.reason is None and not at_a_share:
            near = ENGINE if figure.key.definition.scope == "contrast" else EXACT
            wanted = pytest.approx(estimate.value, rel=near, abs=near, nan_ok=True)
            assert value == wanted, str(figure.key)
            compared += 1
    assert compared >= 20


def test_every_quantity_has_a_measure() -> None:
    measured = ARM_MEASURES.keys() | CONTRAST_MEASURES.keys() | OVERALL_MEASURES.keys()
    assert measured == QUANTITIES.keys()
    for key, quantity in QUANTITIES.items():
        assert (key in ARM_MEASURES) == (quantity.scope == "arm")
        assert (key in CONTRAST_MEASURES) == (quantity.scope == "contrast")


def write_down(
    asked: Analysis,
    ipd: pd.DataFrame,
    *,
    decimals: int = 1,
    method: str = "made-up/1",
    within: str = "",
    without: frozenset[FigureKey] = frozenset(),
) -> Reconstruction:
    return record(
        asked,
        ipd,
        method=method,
        decimals=decimals,
        assumptions=("so",),
        within=within,
        without=without,
    )


def provenance(asked: Analysis, ipd: pd.DataFrame, decimals: int = 1) -> Provenance:
    return write_down(asked, ipd, decimals=decimals).provenance


@few(20)
@given(seed=SEEDS, who=st.integers(0, 59))
def test_the_digest_of_patients_tells_every_time_and_event(seed: int, who: int) -> None:
    ipd = random_ipd(seed, ("old", "new"))
    before = provenance(ASKED, ipd)
    assert provenance(ASKED, ipd.copy()) == before
    for column, value in (("time", ipd["time"][who] + 0.1), ("event", 1 - ipd["event"][who])):
        changed = ipd.copy()
        changed.loc[who, column] = value
        found = provenance(ASKED, changed)
        assert found.ipd_digest != before.ipd_digest
        assert found.spec_digest == before.spec_digest
    finer = provenance(ASKED, ipd, decimals=2)
    assert finer.ipd_digest != before.ipd_digest


CHANGED = {
    "another number of events": analysis(
        arm("old", 30, 21, "5.0", ("3.0", "8.0")), arm("new", 30, 16, "8.0"), contrast("0.70")
    ),
    "another digit": analysis(
        arm("old", 30, 20, "5.00", ("3.0", "8.0")), arm("new", 30, 16, "8.0"), contrast("0.70")
    ),
    "a figure less": analysis(arm("old", 30, 20, "5.0", ("3.0", "8.0")), arm("new", 30, 16, "8.0")),
    "another unit": ASKED.model_copy(update={"time_unit": "week"}),
    "other ties": ASKED.model_copy(update={"ties": "breslow"}),
    "another scale": ASKED.model_copy(update={"median_interval": "plain"}),
    "visits": analysis(
        arm("old", 30, 20, "5.0", ("3.0", "8.0")),
        arm("new", 30, 16, "8.0"),
        contrast("0.70"),
        assessment_every=2,
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_the_digest_of_figures_tells_every_change_of_what_went_in(name: str) -> None:
    ipd = random_ipd(1, ("old", "new"))
    before, after = provenance(ASKED, ipd), provenance(CHANGED[name], ipd)
    assert after.spec_digest != before.spec_digest
    assert after.ipd_digest == before.ipd_digest


def test_figures_left_out_change_the_digest_and_are_not_matched() -> None:
    ipd = random_ipd(1, ("old", "new"))
    whole = write_down(ASKED, ipd)
    left_out = whole.matches[-1].figure.key
    less = write_down(ASKED, ipd, without=frozenset({left_out}))
    assert [one.figure.key for one in less.matches] == [
        one.figure.key for one in whole.matches if one.figure.key != left_out
    ]
    others = (
        less,
        write_down(ASKED, ipd, within="another analysis"),
        write_down(ASKED, ipd, method="made-up/2"),
    )
    assert all(
        other.provenance.spec_digest != whole.provenance.spec_digest
        and other.provenance.ipd_digest == whole.provenance.ipd_digest
        for other in others
    )


@few(10)
@given(seed=SEEDS)
def test_a_figure_is_met_where_the_patients_print_it(seed: int) -> None:
    found = write_down(ASKED, random_ipd(seed, ("old", "new")))
    for match in found.matches:
        assert match.met == match.figure.printed.admits(match.achieved)
    assert found.missed == sum(not match.met for match in found.matches)
    assert found.met == (found.missed == 0)
    assert found.assumptions == ("so",)
    achieved = {str(match.figure.key): match.achieved for match in found.matches}
    assert achieved["old: patients"] == 30.0
    ipd = found.ipd
    assert achieved["new: events"] == ipd.loc[ipd["arm"] == "new", "event"].sum()


def test_only_what_was_not_printed_is_assumed() -> None:
    event = np.arange(30) % 2 == 0
    apart = (np.arange(2, 62, 2), np.arange(3, 63, 2))
    solution = Solution(
        arms=tuple(ArmTimes(time=ticks, event=event) for ticks in apart),
        clock=Clock(decimals=0, arms=2),
        end=31.5,
        loss=0.0,
    )

    def assumed(*arms: dict[str, object]) -> list[str]:
        constraints = read_constraints(analysis(*arms))
        task = Task(constraints=constraints, strata=None, windows=[], prior=SMOOTH)
        return list_assumptions(task, solution, "month")

    assert assumed(arm("old", 30, 15, end="30"), arm("new", 30, 15)) == []
    assert assumed(arm("old", 30), arm("new", 30, 15)) == [
        "maximum follow-up is not printed: 61.0 months are assumed",
        events_found("old", 15),
    ]
