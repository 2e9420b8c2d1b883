"""Figures of all arms together: totals, the median follow-up, and the test of all arms at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import overall_p_value, tabulate_arm
from survkit.quantity import FigureKey
from survkit.reconstruction.constraints.families import counts, quantiles
from survkit.reconstruction.constraints.families.quantiles import QuantileConstraint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.sample import ArmSample
    from survkit.trial import Figure

__all__ = ["MEASURES", "read_follow_up_of_all", "read_still_followed"]

_OVERALL, _OF_ARM = "overall_median_follow_up", "median_follow_up"
_HALF = 0.5


def read_still_followed(
    figures: Mapping[FigureKey, Figure],
    arms: Sequence[str],
    aimed: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """
    Say which share of each arm is still followed at the median follow-up of all arms.

    Arms that were randomised are followed alike: one half of each that prints no median follow-up
    of its own, unless other shares are aimed at. Nobody's, where that of all arms is not printed.
    """
    if FigureKey(_OVERALL, "") not in figures:
        return {}
    if aimed is not None:
        return dict(aimed)
    return {arm: _HALF for arm in arms if FigureKey(_OF_ARM, arm) not in figures}


def read_follow_up_of_all(
    figures: Mapping[FigureKey, Figure], share: float | None, transform: Transform
) -> tuple[QuantileConstraint, ...]:
    """Ask an arm's reverse curve to come down to a share at the median follow-up of all arms."""
    if share is None:
        return ()
    window = Interval.of(figures[FigureKey(_OVERALL, "")].printed)
    return (
        QuantileConstraint(share=share, window=window, z=0.0, transform=transform, reverse=True),
    )


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
