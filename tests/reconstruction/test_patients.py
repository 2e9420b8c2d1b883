"""What is reconstructed prints what was asked."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survkit.comparison import Verdict
from survkit.kernels import (
    fit_two_arm_cox,
    quantile_interval,
    quantile_time,
    survival_steps,
    tabulate_arm,
    tabulate_two_arms,
)
from survkit.printed import Printed
from survkit.reconstruction import reconstruct, reconstruct_analysis
from survkit.reproduction import reproduce_analysis
from survkit.trial import Analysis, load_trial
from tests.reconstruction.documents import analysis, arm, contrast

Z = 1.959963984540054


def missed(asked: Analysis) -> list[str]:
    """Name the figures that the referee finds missed, with both values."""
    return [
        f"{c.figure.key}: {c.figure.printed}, {c.estimate}"
        for c in reproduce_analysis(asked).inputs
        if c.verdict not in {Verdict.REPRODUCED, Verdict.WITHIN_TOLERANCE}
    ]


TRIALS = {
    "medians, ratio and interval": analysis(
        arm("old", 150, 110, "8.2"), arm("new", 150, 92, "12.1"), contrast("0.66", ("0.50", "0.87"))
    ),
    "medians that point against the ratio": analysis(
        arm("old", 220, 170, "10.4"),
        arm("new", 220, 150, "8.9"),
        contrast("0.80", ("0.64", "0.99")),
    ),
    "medians that agree under a strong ratio": analysis(
        arm("old", 200, 150, "6.0"), arm("new", 200, 110, "6.0"), contrast("0.60", ("0.47", "0.77"))
    ),
    "one median not reached": analysis(
        arm("old", 120, 70, "24.0"), arm("new", 118, 45, "not reached"), contrast("0.55")
    ),
    "no median reached": analysis(
        arm("old", 300, 60, "not reached", end="60.0"),
        arm("new", 300, 45, "not reached", end="60.0"),
        contrast("0.73", ("0.50", "1.08")),
    ),
    "no time printed at all": analysis(
        arm("old", 90, 20, "not reached"), arm("new", 90, 14, "not reached"), contrast("0.68")
    ),
    "events from the width of the interval": analysis(
        arm("old", 200, median="7.0"),
        arm("new", 200, median="9.9"),
        contrast("0.70", ("0.55", "0.89")),
    ),
    "total events only": analysis(
        arm("old", 200, median="7.0"),
        arm("new", 400, median="9.9"),
        contrast("0.70", ("0.58", "0.85")),
        total_events=430,
    ),
    "medians without a ratio": analysis(arm("old", 80, 60, "5"), arm("new", 85, 50, "9")),
    "one arm": analysis(arm("all", 334, 250, "7.0", ("5.1", "9.0"))),
    "one arm in days": analysis(arm("all", 60, 41, "183"), time_unit="day"),
    "intervals of the medians": analysis(
        arm("old", 203, 165, "4.6", ("3.1", "5.4")),
        arm("new", 207, 109, "11.0", ("8.4", "13.9")),
        contrast("0.35", ("0.27", "0.45")),
    ),
    "log intervals of the medians": analysis(
        arm("old", 203, 165, "4.6"),
        arm("new", 207, 109, "11.0"),
        contrast("0.35"),
        median_interval="log",
    ),
    "three arms": analysis(
        arm("old", 150, 120, "6.1"),
        arm("low", 150, 110, "7.7"),
        arm("high", 150, 95, "10.2"),
        contrast("0.81", ("0.63", "1.05"), ("low", "old")),
        contrast("0.62", ("0.47", "0.81"), ("high", "old")),
    ),
    "very unequal arms": analysis(
        arm("old", 40, 30, "5.2"), arm("new", 560, 400, "6.9"), contrast("0.74", ("0.51", "1.07"))
    ),
    "follow-ups of different length": analysis(
        arm("old", 200, 60, "not reached", end="8.4"),
        arm("new", 200, 120, "31.4", end="36.0"),
        contrast("0.90", ("0.62", "1.31")),
    ),
}


@pytest.mark.parametrize("name", TRIALS)
def test_every_input_figure_is_reproduced(name: str) -> None:
    assert not missed(TRIALS[name])


def printed_trial(seed: int) -> Analysis | None:
    """Print the figures of simulated patients; None where a journal would not print a ratio."""
    generator = np.random.default_rng(seed)
    sizes = generator.integers(60, 300, 2)
    scale = generator.choice([3.0, 10.0, 30.0])
    shapes = generator.choice([0.7, 1.0, 1.5]) * generator.uniform(0.85, 1.15, 2)
    ratio = math.exp(generator.normal(-0.3, 0.3))
    arms, times, events = [], [], []
    for name, n, shape, hazard in zip(("old", "new"), sizes, shapes, (1.0, ratio), strict=True):
        event_time = scale * (generator.exponential(size=n) / hazard) ** (1.0 / shape)
        end = scale * generator.uniform(0.4, 3.0, n)
        time, event = np.round(np.minimum(event_time, end), 4), event_time <= end
        table = tabulate_arm(time, event)
        limits = quantile_interval(table, 0.5, z=Z)
        middle = Printed.parse("0.0").render(quantile_time(table, 0.5))
        ci = tuple(Printed.parse("0.0").render(limit) for limit in (limits.lower, limits.upper))
        arms.append(arm(name, int(n), int(event.sum()), middle, ci if middle[0] != "n" else None))
        times.append(time)
        events.append(event)
    fit = fit_two_arm_cox(
        tabulate_two_arms(
            np.concatenate(times), np.concatenate(events), np.repeat([False, True], sizes)
        )
    )
    if min(event.sum() for event in events) < 20:
        return None
    two = Printed.parse("0.00")
    ci = tuple(two.render(limit) for limit in fit.limits(Z))
    return analysis(*arms, contrast(two.render(fit.hazard_ratio), ci))


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_figures_of_random_feasible_trials_are_all_met(seed: int) -> None:
    asked = printed_trial(seed)
    if asked is not None:
        reconstruction = reconstruct_analysis(asked)
        unmet = [f"{m.figure.key}: {m.achieved}" for m in reconstruction.matches if not m.met]
        assert not unmet


def test_kernels_and_referee_agree_on_what_is_met() -> None:
    reproduction = reproduce_analysis(TRIALS["three arms"])
    by_kernels = [match.achieved for match in reproduction.reconstruction.matches]
    by_lifelines = [comparison.estimate for comparison in reproduction.inputs]
    np.testing.assert_allclose(by_kernels, by_lifelines, rtol=1e-9)


def test_figures_that_contradict_each_other_give_the_nearest_patients_and_say_so() -> None:
    # 20 events cannot give an interval as narrow as this: its width needs at least 4 / SE^2 = 240
    asked = analysis(
        arm("old", 100, 10, "not reached", end="24"),
        arm("new", 100, 10, "not reached", end="24"),
        contrast("0.90", ("0.70", "1.16")),
    )
    reconstruction = reconstruct_analysis(asked)
    unmet = {match.figure.key.name for match in reconstruction.matches if not match.met}
    assert unmet
    assert unmet <= {"hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper"}
    assert not reconstruction.met


def test_checks_do_not_shape_the_patients() -> None:
    trial = load_trial("radiant-3")
    arms = tuple(stated.model_copy(update={"survival": ()}) for stated in trial.analyses[0].arms)
    with_checks = reconstruct_analysis(trial.analyses[0])
    without = reconstruct_analysis(trial.analyses[0].model_copy(update={"arms": arms}))
    assert with_checks.provenance.spec_digest == without.provenance.spec_digest
    # the 18 months they are printed for only bound the follow-up, which is longer here anyway
    pd.testing.assert_frame_equal(with_checks.ipd, without.ipd)


def test_frame_fits_as_it_is() -> None:
    ipd = reconstruct(TRIALS["medians, ratio and interval"])
    assert list(ipd.columns) == ["time", "event", "arm"]
    assert ipd.index.name == "subject"
    assert ipd["time"].gt(0).all()
    assert set(ipd["event"]) == {0, 1}
    assert list(ipd["arm"].cat.categories) == ["old", "new"]


def test_reference_arm_comes_first_among_the_categories() -> None:
    asked = analysis(
        arm("new", 150, 92, "12.1"), arm("old", 150, 110, "8.2"), contrast("0.66", ("0.50", "0.87"))
    )
    assert list(reconstruct(asked)["arm"].cat.categories) == ["old", "new"]


def test_no_two_patients_share_a_time() -> None:
    for name in ("medians, ratio and interval", "three arms", "very unequal arms"):
        assert reconstruct(TRIALS[name])["time"].is_unique


@pytest.mark.parametrize("n", [10, 11, 40])
def test_curve_never_rests_on_one_half_where_censoring_allows(n: int) -> None:
    ipd = reconstruct(analysis(arm("all", n, n - 3, "5.0")))
    assert not np.any(np.isclose(survival_steps(tabulate_arm(ipd["time"], ipd["event"])), 0.5))


def test_where_nobody_is_censored_both_ends_of_the_rest_print_the_median() -> None:
    ipd = reconstruct(analysis(arm("all", 10, 10, "5.0")))
    table = tabulate_arm(ipd["time"], ipd["event"])
    left = int(np.flatnonzero(np.isclose(survival_steps(table), 0.5))[0])
    assert Printed.parse("5.0").admits(table.time[left])
    assert Printed.parse("5.0").admits(table.time[left + 1])


def test_assumptions_say_what_was_not_printed() -> None:
    assumed = reconstruct_analysis(TRIALS["events from the width of the interval"]).assumptions
    assert len(assumed) == 3
    assert assumed[0].startswith("maximum follow-up is not printed: ")
    assert "events of arm old are not printed" in assumed[1]


def test_provenance_tells_what_changed() -> None:
    one = reconstruct_analysis(TRIALS["medians, ratio and interval"]).provenance
    same = reconstruct_analysis(TRIALS["medians, ratio and interval"]).provenance
    other = reconstruct_analysis(TRIALS["medians that agree under a strong ratio"]).provenance
    assert one == same
    assert one.spec_digest != other.spec_digest
    assert one.ipd_digest != other.ipd_digest


ELSEWHERE = ("ceteg", "radiant-2", "viale-c")
DIGESTS = f"""
from survkit.reconstruction import Family, reconstruct_analysis
from survkit.trial import load_trial
for trial in {ELSEWHERE}:
    for analysis in load_trial(trial).analyses:
        print(reconstruct_analysis(analysis).provenance.ipd_digest)
family = load_trial("record-1")
found = Family(family.analyses).reconstruct(family.analysis("pfs-two-prior-tki"))
print(found.provenance.ipd_digest)
"""


@cache
def digests_on(**machine: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DIGESTS],
        env=os.environ | machine,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.split()


@pytest.mark.slow
def test_other_machines_make_the_same_patients() -> None:
    # numpy and OpenBLAS choose their code by processor: told to choose otherwise, they round the
    # last bits as another machine does
    here = digests_on()
    assert len(here) == 1 + sum(len(load_trial(trial).analyses) for trial in ELSEWHERE)
    without_vectors = {
        "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3",
        "OPENBLAS_CORETYPE": "Haswell",
        "OPENBLAS_NUM_THREADS": "2",
    }
    old = {"OPENBLAS_CORETYPE": "Prescott", "PYTHONHASHSEED": "7"}
    for machine in (without_vectors, old):
        assert digests_on(**machine) == here, machine


def test_a_limit_that_is_not_reached_leaves_follow_up_short() -> None:
    asked = analysis(arm("old", 60, None, "12.0", ("8.0", "not reached")))
    assert reconstruct_analysis(asked).missed_sentences == []


def test_a_p_value_of_another_hypothesis_costs_neither_ratio_nor_interval() -> None:
    compared = contrast("0.95", ("0.66", "1.37")) | {"p_value": {"value": "<0.001", "sided": 1}}
    asked = analysis(arm("old", 200, 60), arm("new", 199, 56), compared)
    missed = reconstruct_analysis(asked).missed_keys
    assert [key.quantity for key in missed] == ["p_value"]
