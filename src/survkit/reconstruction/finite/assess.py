"""How far joint orders miss the figures: of arms by labels and windows, of comparisons by order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, minima_from
from survkit.reconstruction.finite.contrasts import FAR, compare_orders
from survkit.reconstruction.finite.order import Orders, labels_of_arm, read_orders, share_times
from survkit.reconstruction.finite.windows import find_windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint

__all__ = ["Assessment", "Costs", "WindowedOrders"]

_OF_ARMS = 4.0
"""What a patient of an arm in the wrong place counts, in moves."""
_OF_ROUNDING = 0.25
"""What logarithms of distances in rounding windows count, in moves: they part near orders."""
_FARTHEST = 50.0
"""Moves in one direction that count at most."""
_STILL = 1e-9
_USUAL_STEP = 0.1
"""How far a move goes where none from the start tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowedOrders:
    """
    Orders, and when each patient can leave.

    Parameters
    ----------
    orders : Orders
        The orders; patients who have to leave at exactly one time share it.
    lower, upper : ndarray of float, shape (k, n)
        Earliest and latest time of each patient, given the others.
    fault : ndarray of float, shape (k,)
        What the figures of the arms miss, about in patients.
    """

    orders: Orders
    lower: Floats
    upper: Floats
    fault: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """
    How far orders miss the figures.

    Parameters
    ----------
    arms : list of float
        What the arms' own figures miss.
    missed : list of float
        What all figures miss; 0 where all is met.
    way : list of float
        About how many moves it is to what is printed: what the search goes by.
    """

    arms: list[float]
    missed: list[float]
    way: list[float]


@dataclass(slots=True)
class Assessment:
    """What is asked, and what is known of the labels of each arm."""

    constraints: AnalysisConstraints
    rests_held: bool = True  # whether both ends of a rest on a share are held to the quantile
    known: list[dict[bytes, tuple[float, Floats, Floats]]] = field(init=False)
    steps: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = [{} for _ in self.constraints.arms]

    @property
    def contrasts(self) -> list[ContrastConstraint]:
        """The comparisons of which anything is asked."""
        return [one for one in self.constraints.contrasts if one.asks]

    def begin(self, start: bytes, around: Sequence[bytes], long: float) -> None:
        """Learn how far a move to other orders goes in each direction: the quantile `long`."""
        self.steps = []
        for contrast in self.contrasts:
            found = self._offsets(self.windowed([start, *around]).orders, contrast)
            moved = np.abs(found[:, 1:] - found[:, :1])
            told = (moved > _STILL) & (found[:, 1:] < FAR) & (found[:, :1] < FAR)
            self.steps.append(
                np.array(
                    [
                        float(np.quantile(row[good], long)) if good.any() else _USUAL_STEP
                        for row, good in zip(moved, told, strict=True)
                    ]
                )
            )

    def _offsets(self, orders: Orders, contrast: ContrastConstraint) -> Floats:
        return compare_orders(orders, contrast, self.constraints.ties).offsets(contrast)

    def cost(self, new: Sequence[bytes]) -> Costs:
        """Measure orders."""
        read = self.windowed(new)
        of_arms = read.fault
        missed, way = of_arms, _OF_ARMS * of_arms
        for contrast, step in zip(self.contrasts, self.steps, strict=True):
            found = compare_orders(read.orders, contrast, self.constraints.ties)
            distance = found.distance(contrast)
            missed = missed + distance
            steps = np.minimum(found.offsets(contrast) / step[:, None], _FARTHEST).sum(axis=0)
            way = way + steps + _OF_ROUNDING * distance
        return Costs(
            arms=of_arms.tolist(), missed=missed.round(9).tolist(), way=way.round(9).tolist()
        )

    def windowed(self, new: Sequence[bytes]) -> WindowedOrders:
        """Find when the patients of orders can leave."""
        orders = read_orders(new)
        lower, upper = np.zeros(orders.arm.shape), np.zeros(orders.arm.shape)
        fault = np.zeros(len(new))
        for arm in range(len(self.known)):
            found = self._of_arm(arm, [labels_of_arm(order, arm) for order in new])
            fault += [one[0] for one in found]
            inside = orders.arm == arm
            lower[inside] = np.concatenate([one[1] for one in found])
            upper[inside] = np.concatenate([one[2] for one in found])
        lower = np.maximum.accumulate(lower, axis=1)
        fault += (lower > upper).sum(axis=1)
        upper = minima_from(upper)
        # who leave together have one time within the windows of all
        together = np.take_along_axis(upper, orders.first, axis=1)
        fault += ((lower > together) & (lower <= upper)).sum(axis=1)
        if self.constraints.total_events is not None:
            fault += np.abs(orders.event.sum(axis=1) - self.constraints.total_events)
        return WindowedOrders(
            orders=share_times(orders, lower, upper), lower=lower, upper=upper, fault=fault
        )

    def _of_arm(self, arm: int, labels: list[bytes]) -> list[tuple[float, Floats, Floats]]:
        known = self.known[arm]
        new = [one for one in dict.fromkeys(labels) if one not in known]
        if new:
            codes = np.frombuffer(b"".join(new), dtype=np.uint8).reshape(len(new), -1)
            found = find_windows(
                codes % 2 == 1, self.constraints.arms[arm], rests_held=self.rests_held
            )
            rows = zip(found.fault.tolist(), found.lower, found.upper, strict=True)
            known.update(zip(new, rows, strict=True))
        return [known[one] for one in labels]
