"""Two arms of a population compared: log hazard ratio, its error, log-rank statistic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats
from survkit.kernels import experimental_share
from survkit.kernels.cells import AT_RISK, EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.kernels.cells import Cells

__all__ = ["ExpectedRatio", "expect_ratio"]

Gradients = dict[int, Floats]

_MOST_STEPS = 40
_LONGEST_STEP = 1.0
_SETTLED = 1e-9
_LEAST = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRatio:
    """The expected Cox model of two arms, Efron's and Breslow's alike, as nobody is tied."""

    arms: tuple[int, int]  # positions of reference and experimental arm
    cells: tuple[Cells, Cells]  # the arms in expectation
    log_ratio: float  # root of the expected score, experimental over reference

    @property
    def error(self) -> float:
        """Standard error of the log ratio."""
        return 1.0 / math.sqrt(self._sums(self.log_ratio)[1])

    def limit(self, z: float) -> tuple[float, Gradients]:
        """Return the log ratio, or a limit of it with the normal quantile z, with its gradients."""
        _, information, by_score, by_information = self._sums(self.log_ratio)
        error = 1.0 / math.sqrt(information)
        of_error = -0.5 * z * error / information
        # the information moves with the ratio, too
        of_ratio = (1.0 + of_error * self._bend()) / information
        gradients = {
            arm: of_ratio * by_score[arm] + of_error * by_information[arm] for arm in self.arms
        }
        return self.log_ratio + z * error, gradients

    def statistic(self) -> tuple[float, Gradients]:
        """Return the log-rank statistic, negative for a better experimental arm, and gradients."""
        score, information, by_score, by_information = self._sums(0.0)
        root = math.sqrt(information)
        z = score / root
        gradients = {
            arm: by_score[arm] / root - 0.5 * z / information * by_information[arm]
            for arm in self.arms
        }
        return z, gradients

    def _bend(self) -> float:
        """Return the derivative of the information in the log ratio."""
        reference, experimental = self.cells
        ratio = math.exp(self.log_ratio)
        share = experimental_share(reference.at_risk, experimental.at_risk, ratio)
        events = reference.events + experimental.events
        return float((events * share * (1.0 - share) * (1.0 - 2.0 * share)).sum())

    def _sums(self, log_ratio: float) -> tuple[float, float, Gradients, Gradients]:
        """Return expected score and information at a log ratio, each with its gradients."""
        reference, experimental = self.cells
        share = experimental_share(reference.at_risk, experimental.at_risk, math.exp(log_ratio))
        events = reference.events + experimental.events
        spread = share * (1.0 - share)
        score = float(experimental.events.sum() - (events * share).sum())
        information = max(float((events * spread).sum()), _LEAST)
        flat = np.ones(share.size)
        return (
            score,
            information,
            self._gradients(log_ratio, -share, 1.0 - share, -flat),
            self._gradients(log_ratio, spread, spread, 1.0 - 2.0 * share),
        )

    def _gradients(
        self, log_ratio: float, by_reference: Floats, by_experimental: Floats, by_share: Floats
    ) -> Gradients:
        """Gradients of a sum over the events of both arms, given how each term changes."""
        reference, experimental = self.cells
        ratio = math.exp(log_ratio)
        total = reference.at_risk + experimental.at_risk * ratio
        through = (reference.events + experimental.events) * by_share * ratio / total**2
        gradients = {}
        for arm, cells, by_events, by_at_risk in (
            (self.arms[0], reference, by_reference, -through * experimental.at_risk),
            (self.arms[1], experimental, by_experimental, through * reference.at_risk),
        ):
            gradients[arm] = cells.no_gradient()
            gradients[arm][EVENTS], gradients[arm][AT_RISK] = by_events, by_at_risk
        return gradients


def expect_ratio(arms: Sequence[Cells], pair: tuple[int, int]) -> ExpectedRatio:
    """Find the hazard ratio of two arms, reference first: the Cox model in expectation."""
    reference, experimental = (arms[arm] for arm in pair)
    events = reference.events + experimental.events
    log_ratio = 0.0
    for _ in range(_MOST_STEPS):
        share = experimental_share(reference.at_risk, experimental.at_risk, math.exp(log_ratio))
        score = float(experimental.events.sum() - (events * share).sum())
        information = max(float((events * share * (1.0 - share)).sum()), _LEAST)
        step = min(max(score / information, -_LONGEST_STEP), _LONGEST_STEP)
        log_ratio += step
        if abs(step) < _SETTLED:
            break
    return ExpectedRatio(arms=pair, cells=(reference, experimental), log_ratio=log_ratio)
