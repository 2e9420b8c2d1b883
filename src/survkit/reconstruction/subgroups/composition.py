"""
How usual a division of patients is, given the groups' own hazards.

Printed figures of a group leave open which events are its own. The likeliest members come from all
stretches of the parent's follow-up as the groups' hazards have it; a group that takes no event of a
whole stretch has a plateau, which neither the figures nor the parent ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Codes, Floats
    from survkit.kernels import ArmTimes

__all__ = ["Composition", "expect_composition"]

_STRETCHES = 8
"""Stretches of an arm, with as many events, or censorings, each."""
_LEAST_VARIANCE = 0.25
_OF_LIKELIHOOD = 0.1
"""Weight of how unlikely a division is, as a share of what is missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """How many events and censorings of each stretch each group usually has."""

    # for each arm, the stretch of each patient, events before censorings
    stretch: tuple[Codes, ...]
    # for each arm, shape (groups + 1, stretches); those in no group come last
    expected: tuple[Floats, ...]
    variance: tuple[Floats, ...]
    # what is missed beyond which the weight of all this does not grow: there, figures come first
    saturation: float

    def weight_beside(self, loss: float) -> float:
        """Return what one unit of unlikeliness counts, where so much is missed."""
        return _OF_LIKELIHOOD * min(loss, self.saturation)

    def unlikeliness(self, labels: Sequence[Codes]) -> float:
        """Return how unlikely a division is: half the sum of squared standardised differences."""
        return sum(
            float((self._off(arm, codes) ** 2 / (2.0 * self.variance[arm])).sum())
            for arm, codes in enumerate(labels)
        )

    def after_exchange(
        self, labels: Codes, arm: int, pair: tuple[int, int], members: Sequence[Codes]
    ) -> Floats:
        """Return how much unlikelier it gets when members of two groups change places."""
        off, variance, stretch = self._off(arm, labels), self.variance[arm], self.stretch[arm]
        at, to = (stretch[some] for some in members)
        one, other = pair
        change = _change(off[one], variance[one], at, to) + _change(
            off[other], variance[other], to, at, transposed=True
        )
        return np.where(at[:, None] == to, 0.0, change)

    def _off(self, arm: int, labels: Codes) -> Floats:
        """Return the numbers of a division less those expected."""
        groups, stretches = self.expected[arm].shape
        cells = np.bincount(labels * stretches + self.stretch[arm], minlength=groups * stretches)
        off: Floats = cells.reshape(groups, stretches) - self.expected[arm]
        return off


def _change(
    off: Floats, variance: Floats, leaving: Codes, coming: Codes, *, transposed: bool = False
) -> Floats:
    """Half the change of squares where one leaves and one comes, shape (leaving, coming)."""
    less = (1.0 - 2.0 * off[leaving]) / (2.0 * variance[leaving])
    more = (1.0 + 2.0 * off[coming]) / (2.0 * variance[coming])
    return less[None, :] + more[:, None] if transposed else less[:, None] + more[None, :]


def expect_composition(
    patients: Sequence[ArmTimes], shares: Sequence[Floats], saturation: float
) -> Composition:
    """
    Say how patients are usually divided, stretch by stretch.

    Parameters
    ----------
    patients : sequence of ArmTimes
        The parent's patients, arm by arm.
    shares : sequence of ndarray of float, each of shape (groups + 1, n)
        Probability that a patient belongs to each group, or to none.
    saturation : float
        What is missed beyond which likelihood does not count for more.

    Returns
    -------
    Composition
        Expected numbers with their variances.
    """
    stretch = tuple(_stretches(pool) for pool in patients)
    expected, variance = [], []
    for codes, odds in zip(stretch, shares, strict=True):
        inside = (codes[:, None] == np.arange(2 * _STRETCHES)).astype(np.float64)
        expected.append(odds @ inside)
        variance.append(np.maximum((odds * (1.0 - odds)) @ inside, _LEAST_VARIANCE))
    return Composition(
        stretch=stretch,
        expected=tuple(expected),
        variance=tuple(variance),
        saturation=saturation,
    )


def _stretches(pool: ArmTimes) -> Codes:
    """Return the stretch of each patient: as many events, or censorings, in each."""
    codes = np.zeros(pool.time.size, dtype=np.int64)
    for first, kind in ((0, pool.event), (_STRETCHES, ~pool.event)):
        count = int(kind.sum())
        codes[kind] = first + np.arange(count) * _STRETCHES // max(count, 1)
    return codes
