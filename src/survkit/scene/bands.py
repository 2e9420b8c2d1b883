"""What a picture of an ensemble shows: bands of curves, and printed figures that all meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.quantity import QUANTILES
from survkit.scene.arms import order_arms
from survkit.scene.axis import Axis, choose_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from survkit.arrays import Floats
    from survkit.scene.arms import SceneArm
    from survkit.trial import Analysis

__all__ = ["ArmBand", "BandScene", "Needle", "compose_bands"]

_PERCENT = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmBand:
    """The bands of one arm, at rising times."""

    arm: SceneArm  # the arm
    time: Floats  # shape (m,); in the analysis' unit
    lower: Floats  # shape (m,); survival, between which the members lie at each time
    median: Floats
    upper: Floats
    whole_lower: Floats  # shape (m,); between which they lie at all times
    whole_upper: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """A printed input figure that every member passes through, as through the eye of a needle."""

    arm: SceneArm  # the arm
    time: float  # in the analysis' unit
    survival: float  # a probability


@dataclass(frozen=True, slots=True, kw_only=True)
class BandScene:
    """A picture of an ensemble."""

    title: str  # what is shown
    caption: str  # what the bands are, and what they are not
    bands: tuple[ArmBand, ...]  # experimental arms first
    needles: tuple[Needle, ...]
    time: Axis  # the axis of time
    survival: Axis  # the axis of survival


def compose_bands(
    analysis: Analysis, bands: pd.DataFrame, *, members: int, level: float
) -> BandScene:
    """
    Compose the picture of an ensemble.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    bands : pandas.DataFrame
        What `Ensemble.bands` gives.
    members : int
        How many members there are.
    level : float
        The share of them that the bands hold.

    Returns
    -------
    BandScene
        The picture, undrawn.
    """
    arms = order_arms(analysis)
    end = float(bands["time"].max())
    times = choose_times(end, analysis.time_unit)
    return BandScene(
        title=f"{analysis.id}: {analysis.endpoint}",
        caption=(
            f"{members} synthetic data sets, each printing every input figure; dark: "
            f"{100.0 * level:g} % of them at each time, light: {100.0 * level:g} % of whole "
            "curves; circles: printed. Under a prior learned from other trials: no confidence "
            "interval."
        ),
        bands=tuple(_band(arm, bands) for arm in arms.values()),
        needles=tuple(_needles(analysis, arms)),
        time=Axis(
            label=f"{analysis.time_unit}s",
            low=0.0,
            high=max(end, times[-1]),
            ticks=times,
        ),
        survival=Axis(label="without event, %", low=0.0, high=1.0, ticks=_PERCENT, factor=100.0),
    )


def _band(arm: SceneArm, bands: pd.DataFrame) -> ArmBand:
    rows = bands[bands["arm"] == arm.id]
    return ArmBand(
        arm=arm,
        time=rows["time"].to_numpy(),
        lower=rows["lower"].to_numpy(),
        median=rows["median"].to_numpy(),
        upper=rows["upper"].to_numpy(),
        whole_lower=rows["whole_lower"].to_numpy(),
        whole_upper=rows["whole_upper"].to_numpy(),
    )


def _needles(analysis: Analysis, arms: Mapping[str, SceneArm]) -> Iterator[Needle]:
    """Place the printed quantiles and percentages that shaped the members."""
    for figure in analysis.figures:
        key, printed = figure.key, figure.printed
        if figure.role != "input" or key.is_limit or key.subject not in arms:
            continue
        arm = arms[key.subject]
        if key.quantity in QUANTILES and printed.reached:
            yield Needle(arm=arm, time=printed.value, survival=QUANTILES[key.quantity])
        elif key.quantity == "survival":
            yield Needle(arm=arm, time=key.instant, survival=printed.value / 100.0)
