"""Hazard ratio, its intervals and the p-value: what is asked of two arms compared."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import LogRatio, experimental_share, ratio_by_sums, two_sided_quantile
from survkit.kernels.cells import AT_RISK, EVENTS
from survkit.kernels.violation import CONTRAST, violation
from survkit.quantity import FigureKey
from survkit.reconstruction.constraints.families.p_values import (
    AT_A_GUESS,
    error_behind,
    find_statistic,
    guess_log_ratio,
    is_better,
)
from survkit.reconstruction.constraints.families.wald import (
    WaldFigure,
    allowed_estimates,
    most_comfortable,
    wald_violation,
)
from survkit.reconstruction.constraints.residual import ROUNDING_SD, Residual
from survkit.trial import hypothesis_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survkit.arrays import Flags, Floats
    from survkit.kernels import Estimator, LogRankSums, TwoArmFit
    from survkit.kernels.cells import Cells
    from survkit.trial import Analysis, Contrast, Figure

__all__ = [
    "ContrastConstraint",
    "contrast_residuals",
    "contrast_violation",
    "expect_contrast",
    "fit_violation",
    "read_contrast",
    "tells_no_events",
]

_LEAST_SD = 0.003
_INFORMATION_SD = 0.02
_HOPELESS = 1e12
"""What is missed where two arms have no finite hazard ratio."""
_AIM = 0.5
"""Share of a test statistic's window that is aimed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastConstraint:
    """What is asked of two arms together."""

    subject: str  # the contrast in words, as in the figure keys
    reference: int  # positions of the two arms
    experimental: int
    # the hazard ratio, experimental over reference, and its limits, on the log scale
    figures: tuple[WaldFigure, ...]
    rounding: float  # half the rounding window of the ratio, or of a limit of it, on the log scale
    # the log hazard ratio that sits most comfortably among the printed figures; where none is
    # printed, what the p-value lets guess
    log_ratio: float | None
    # the standard errors of it that let all of them print as they do
    standard_error: Interval | None
    # the log-rank statistic, or Wald's, behind a printed p-value, negative where the ratio is below
    # the margin
    log_rank: Interval | None = None
    wald: Interval | None = None
    # how the ratio is estimated: by a Cox model, or from the sums of the log-rank test
    estimator: Estimator = "cox"
    margin: float = 0.0  # the log ratio that Wald's test starts from
    # the standard errors that leave room for sub-groups, where there are any
    room: Interval | None = None
    # who is compared, arm by arm, in the order of leaving; None for everybody
    members: tuple[Flags, ...] | None = None
    # whether a p-value does not tell which arm does better; its statistic then has the sign of the
    # ratio, for want of anything better
    two_sided: bool = True

    @property
    def arms(self) -> tuple[int, int]:
        """Positions of the reference and of the experimental arm."""
        return self.reference, self.experimental

    @property
    def z(self) -> float:
        """Normal quantile of the widest printed interval; that of 95 % where none is printed."""
        return max((abs(figure.z) for figure in self.figures if figure.z), default=_USUAL_Z)

    @property
    def ratio(self) -> Interval | None:
        """The printed ratio, on the log scale."""
        return next((figure.window for figure in self.figures if figure.z == 0.0), None)

    @property
    def asks(self) -> bool:
        """Whether anything is printed of the two arms."""
        return bool(self.figures or self.log_rank or self.wald)

    def wald_statistic(self, log_ratio: Floats, error: Floats) -> Floats:
        """Return Wald's statistic of log hazard ratios against the margin."""
        return (log_ratio - self.margin) / error

    def ratio_of(self, fitted: LogRatio, sums: LogRankSums) -> LogRatio:
        """Return the estimates that count: those fitted, or those of the log-rank test's sums."""
        unknown = self.estimator == "pike" and bool(np.any(np.isnan(sums.observed)))
        if self.estimator == "cox" or unknown:
            return fitted
        return ratio_by_sums(self.estimator, sums)

    def other(self, arm: int) -> int:
        """Return the arm that one of the two is compared with."""
        return self.experimental if arm == self.reference else self.reference

    def narrowed(self, error: float) -> ContrastConstraint:
        """
        Hold the ratio to where its test, too, prints as asked at a standard error.

        Log-rank and Wald statistics differ little. Where a ratio is printed without its limits,
        what is printed leaves its error as it is.
        """
        tested = self.log_rank or self.wald
        if tested is None:
            return self
        told = Interval(self.margin + tested.lower * error, self.margin + tested.upper * error)
        common = [one.window.intersect(told) if one.z == 0.0 else None for one in self.figures]
        figures = tuple(
            replace(one, window=both) if both is not None and both.lower < both.upper else one
            for one, both in zip(self.figures, common, strict=True)
        )
        free = all(one.z == 0.0 for one in self.figures) and self.room is None
        return replace(self, figures=figures, standard_error=None if free else self.standard_error)

    def without_test(self) -> ContrastConstraint:
        """Leave out the log-rank test."""
        return replace(self, log_rank=None)


_USUAL_Z = two_sided_quantile(95.0)


def read_contrast(
    analysis: Analysis,
    contrast: Contrast,
    position: Mapping[str, int],
    figures: Mapping[FigureKey, Figure],
) -> ContrastConstraint:
    """Read what is printed of two arms; `position` is that of the arms in the analysis."""
    without = [arm for arm in contrast.arms if tells_no_events(arm, [contrast], figures)]
    printed = () if without else tuple(_read_ratio(contrast.subject, figures))
    log_ratio, errors = most_comfortable(printed)
    rounding = next((figure.window.half for figure in printed), AT_A_GUESS)
    hypothesis = hypothesis_of(analysis.arms, contrast)
    better = is_better(contrast, figures) if log_ratio is None else log_ratio < 0.0
    better = contrast.experimental in without if without else better
    statistic = find_statistic(analysis, contrast, figures, better=better)
    if log_ratio is None and statistic is not None:
        log_ratio = guess_log_ratio(statistic, analysis, contrast, figures)
    elif errors is None and statistic is not None and log_ratio is not None:
        errors = error_behind(log_ratio - hypothesis.log_margin, rounding, statistic)
    test = contrast.p_value.test if contrast.p_value else None
    return ContrastConstraint(
        subject=contrast.subject,
        reference=position[contrast.reference],
        experimental=position[contrast.experimental],
        figures=printed,
        rounding=rounding,
        log_ratio=log_ratio,
        standard_error=errors,
        log_rank=statistic if test == "log-rank" else None,
        wald=statistic if test == "wald" else None,
        # beside an arm without events the test is all that times can change
        estimator="peto" if without else contrast.estimator,
        margin=hypothesis.log_margin if hypothesis.known else 0.0,
        two_sided=hypothesis.sided == 2 and not hypothesis.log_margin,
    )


def _read_ratio(subject: str, figures: Mapping[FigureKey, Figure]) -> Iterator[WaldFigure]:
    """Yield the hazard ratio, then its limits at every level, on the log scale."""
    estimate = FigureKey("hazard_ratio", subject)
    ratio, reduction = figures.get(estimate), figures.get(FigureKey("risk_reduction", subject))
    reached = ratio if ratio is not None and ratio.printed.reached else None
    window = _window_of_ratio(reached, reduction)
    if window is not None:
        yield WaldFigure(window.log(), 0.0)
    for key, figure in figures.items():
        if key.is_limit and key.estimate == estimate and figure.printed.reached:
            z = two_sided_quantile(figure.level) * (1.0 if key.side == "upper" else -1.0)
            yield WaldFigure(Interval.of(figure.printed).log(), z)


def tells_no_events(
    arm: str, contrasts: Sequence[Contrast], figures: Mapping[FigureKey, Figure]
) -> bool:
    """Tell whether nobody had the event in an arm: counted, or by a ratio of 0 without a limit."""
    events = figures.get(FigureKey("events", arm))
    if events is not None:
        return events.printed.number == 0
    for contrast in contrasts:
        key = FigureKey("hazard_ratio", contrast.subject)
        ratio, upper = figures.get(key), figures.get(key.limits[1])
        if arm == contrast.experimental and ratio is not None and ratio.printed.number == 0:
            return upper is not None and not upper.printed.reached
    return False


def _window_of_ratio(ratio: Figure | None, reduction: Figure | None) -> Interval | None:
    """Return the hazard ratios that print as the ratio and as the reduction of the risk."""
    window = None if ratio is None else Interval.of(ratio.printed)
    if reduction is None:
        return window
    percent = Interval.of(reduction.printed)
    reduced = Interval(1.0 - 0.01 * percent.upper, 1.0 - 0.01 * percent.lower)
    if window is None:
        return reduced
    common = window.intersect(reduced)
    return common if common.lower <= common.upper else window


def expect_contrast(contrast: ContrastConstraint, arms: Sequence[Cells]) -> Iterator[Residual]:
    """
    Yield the log hazard ratio of a population, and its information, against the printed ones.

    The ratio is the root of the expected Cox score, one Newton step from the printed one, or from 1
    for Peto's estimate, which is that step; the
    information is the inverse square of the standard error behind the printed interval.
    """
    if contrast.log_ratio is None:
        return
    reference, experimental = (arms[arm] for arm in contrast.arms)
    peto = contrast.estimator == "peto"
    ratio = 1.0 if peto else math.exp(contrast.log_ratio)
    share = experimental_share(reference.at_risk, experimental.at_risk, ratio)
    events = reference.events + experimental.events
    spread = share * (1.0 - share)
    score = float(experimental.events.sum() - (events * share).sum())
    information = float((events * spread).sum())
    by_information = _gradients(contrast, arms, ratio, spread, spread, 1.0 - 2.0 * share)
    by_score = _gradients(contrast, arms, ratio, -share, 1.0 - share, -np.ones(share.size))
    sd = max(_LEAST_SD, ROUNDING_SD * contrast.rounding)
    step = score / information
    yield Residual(
        value=(step - contrast.log_ratio if peto else step) / sd,
        gradients={
            arm: (rows - step * by_information[arm]) / (information * sd)
            for arm, rows in by_score.items()
        },
    )
    if contrast.standard_error is not None:
        off = math.log(information) + 2.0 * math.log(contrast.standard_error.middle)
        unit = information * _INFORMATION_SD
        yield Residual(
            value=off / _INFORMATION_SD,
            gradients={arm: rows / unit for arm, rows in by_information.items()},
        )


def _gradients(
    contrast: ContrastConstraint,
    arms: Sequence[Cells],
    ratio: float,
    by_reference_events: Floats,
    by_experimental_events: Floats,
    by_share: Floats,
) -> dict[int, Floats]:
    """
    Gradient of a sum over the events of both arms, given how each cell's term changes.

    `by_share` is the derivative of one event's term in the experimental share p; p itself has the
    derivatives Y0 t / T^2 in Y1 and -Y1 t / T^2 in Y0, with t the hazard ratio and T = Y0 + Y1 t.
    """
    reference, experimental = (arms[arm] for arm in contrast.arms)
    total = reference.at_risk + experimental.at_risk * ratio
    through_share = (reference.events + experimental.events) * by_share * ratio / total**2
    gradients = {}
    for arm, by_events, by_at_risk in (
        (contrast.reference, by_reference_events, -through_share * experimental.at_risk),
        (contrast.experimental, by_experimental_events, through_share * reference.at_risk),
    ):
        gradients[arm] = arms[arm].no_gradient()
        gradients[arm][EVENTS], gradients[arm][AT_RISK] = by_events, by_at_risk
    return gradients


def contrast_violation(
    contrast: ContrastConstraint, log_ratio: Floats, error: Floats, z: Floats
) -> Floats:
    """
    Measure how far the figures of a contrast are missed, in half rounding windows, squared.

    Parameters
    ----------
    contrast : ContrastConstraint
        What is printed.
    log_ratio, error : ndarray of float, shape (k,)
        Log hazard ratios, experimental over reference, and their standard errors.
    z : ndarray of float, shape (k,)
        Log-rank statistics.

    Returns
    -------
    ndarray of float, shape (k,)
        0 where everything is met with a little to spare.
    """
    missed = wald_violation(contrast.figures, log_ratio, error)
    for window, values in (
        (contrast.log_rank, z),
        (contrast.wald, contrast.wald_statistic(log_ratio, error)),
        (contrast.room, error),
    ):
        if window is not None:
            missed = missed + violation(window, values, CONTRAST) ** 2
    return np.where(np.isfinite(missed), missed, _HOPELESS)


def fit_violation(contrast: ContrastConstraint, fit: TwoArmFit) -> float:
    """Measure how far a comparison misses the figures of a contrast, as `contrast_violation`."""
    fit = fit.by(contrast.estimator)
    values = (fit.cox.log_hazard_ratio, fit.cox.standard_error, fit.log_rank.z)
    return float(contrast_violation(contrast, *(np.array([value]) for value in values))[0])


def contrast_residuals(
    contrast: ContrastConstraint, log_ratio: Floats, error: Floats, z: Floats
) -> Floats:
    """
    Hold comparisons against what is printed, scaled by rounding.

    The standard error and the log-rank statistic aim at the nearest that will do, the log ratio at
    the middle of what the windows leave for the standard error at hand.

    Parameters
    ----------
    contrast : ContrastConstraint
        What is printed.
    log_ratio, error : ndarray of float, shape (k,)
        Log hazard ratios and their standard errors.
    z : ndarray of float, shape (k,)
        Log-rank statistics.

    Returns
    -------
    ndarray of float, shape (rows, k)
        Distances, with sign.
    """
    unit, rows = contrast.rounding, []
    if contrast.figures:
        floor, ceiling = allowed_estimates(contrast.figures, error)
        rows.append((log_ratio - 0.5 * (floor + ceiling)) / unit)
    if contrast.standard_error is not None:
        nearest = contrast.standard_error.clip_all(error)
        rows.append(contrast.z * (error - nearest) / unit)
    wald = contrast.wald_statistic(log_ratio, error)
    for window, statistic in ((contrast.log_rank, z), (contrast.wald, wald)):
        if window is not None:
            half = window.half if window.bounded else CONTRAST.open_unit
            rows.append((statistic - window.clip_all(statistic, share=_AIM)) / half)
    return np.stack(rows)
