"""Figures of all arms together: totals, the median follow-up, and the test of all arms at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import overall_p_value, tabulate_arm
from survkit.quantity import FigureKey
from survkit.reconstruction.constraints.families import counts, quantiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from survkit.printed import Printed
    from survkit.reconstruction.constraints.sample import ArmSample
    from survkit.trial import Figure

__all__ = ["MEASURES", "with_follow_up_of_arms"]

_OVERALL, _OF_ARM = "overall_median_follow_up", "median_follow_up"


def with_follow_up_of_arms(
    figures: Mapping[FigureKey, Figure], arms: Sequence[str], aim: Printed | None = None
) -> dict[FigureKey, Figure]:
    """
    Give the median follow-up of all arms to each arm that prints none.

    Arms that were randomised are followed alike. Its limits, which are those of more patients, are
    given to nobody. With an `aim` the arms are given that in its place, so that all together print
    what is printed.
    """
    found = dict(figures)
    printed = figures.get(FigureKey(_OVERALL, ""))
    if printed is not None:
        for key in (FigureKey(_OF_ARM, arm) for arm in arms):
            given = replace(printed, key=key, printed=aim or printed.printed)
            found.setdefault(key, given)
    return found


def _everybody(arms: Sequence[ArmSample]) -> ArmSample:
    """Put the patients of all arms into one sample."""
    time = np.concatenate([arm.time for arm in arms])
    event = np.concatenate([arm.event for arm in arms])
    table = tabulate_arm(time, event)
    return replace(arms[0], time=time, event=event, stratum=None, table=table)


def _follow_up(arms: Sequence[ArmSample], figure: Figure) -> float:
    return quantiles.MEASURES[_OF_ARM](_everybody(arms), figure)


MEASURES: dict[str, Callable[[Sequence[ArmSample], Figure], float]] = {
    "total_n": lambda arms, figure: sum(counts.MEASURES["n"](arm, figure) for arm in arms),
    "total_events": lambda arms, figure: sum(
        counts.MEASURES["events"](arm, figure) for arm in arms
    ),
    "overall_median_follow_up": _follow_up,
    "overall_p_value": lambda arms, _: overall_p_value([(arm.time, arm.event) for arm in arms]),
}
"""How each quantity is computed from the patients of all arms."""
