"""What the printed figures of an analysis ask of the patients, as numbers.

Only figures with the role "input" become targets; checks are never seen by the reconstruction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.quantity import FigureKey
from survkit.reconstruction.schedule import read_schedule
from survkit.reconstruction.window import Window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.kernels import Ties, Transform
    from survkit.reconstruction.schedule import Schedule
    from survkit.trial import Analysis, Figure

__all__ = [
    "ArmTargets",
    "ContrastTargets",
    "SurvivalTarget",
    "Targets",
    "allowed_log_ratios",
    "collect_targets",
    "most_comfortable",
    "normal_quantile",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_TRIAL_ERRORS = 40
_ABOUT = 0.01
"""Relative room of a follow-up that is not printed but taken from elsewhere."""
_USUAL_ERROR = 0.2
"""Standard error of a log hazard ratio where a single limit is printed; a place to begin."""
_FIVE_YEARS = {"day": 1826.0, "week": 261.0, "month": 60.0, "year": 5.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalTarget:
    """
    What is asked of an arm's curve at one point in time.

    Parameters
    ----------
    time : float
        The point in time.
    value, lower, upper : Window or None
        The curve and its confidence limits, as probabilities.
    z : float
        Normal quantile of the confidence level.
    transform : {"log-log", "log", "plain"}
        Scale of the limits.
    """

    time: float
    value: Window | None
    lower: Window | None
    upper: Window | None
    z: float
    transform: Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTargets:
    """
    What is asked of one arm.

    Parameters
    ----------
    id : str
        The arm's id.
    n : int
        Patients.
    events : int or None
        Events, where printed.
    median, median_lower, median_upper : Window or None
        The median and its confidence limits, in time units.
    z : float
        Normal quantile of the median's confidence level.
    transform : {"log-log", "log", "plain"}
        Scale of the median's interval.
    end : Window or None
        The longest follow-up, where printed, in time units.
    survival : tuple of SurvivalTarget
        The curve at printed times, ascending.
    at_risk : tuple of tuple
        Times and numbers at risk, ascending; patients with a time at or after each.
    """

    id: str
    n: int
    events: int | None
    median: Window | None
    median_lower: Window | None
    median_upper: Window | None
    z: float
    transform: Transform
    end: Window | None
    survival: tuple[SurvivalTarget, ...] = ()
    at_risk: tuple[tuple[float, int], ...] = ()

    @property
    def landmarks(self) -> tuple[float, ...]:
        """Every printed point in time of the arm."""
        windows = (self.median, self.median_lower, self.median_upper)
        medians = [window.middle for window in windows if window is not None and window.reached]
        curve = [point.time for point in self.survival]
        return (*medians, *curve, *(time for time, _ in self.at_risk if time > 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastTargets:
    """
    What is asked of two arms together.

    Parameters
    ----------
    subject : str
        The contrast in words, as in the figure keys.
    reference, experimental : int
        Positions of the two arms.
    ratio, lower, upper : Window or None
        The hazard ratio and its limits, experimental over reference.
    z : float
        Normal quantile of the interval.
    rounding : float
        Half the rounding window of the ratio, or of a limit of it, on the log scale.
    log_ratio : float or None
        The log hazard ratio that sits most comfortably among the printed figures.
    standard_error : Window or None
        The standard errors of it that let all three figures print as they do.
    log_rank, wald : Window or None
        The log-rank statistic, or the ratio of the log hazard ratio to its standard error, behind a
        printed p-value, negative where the experimental arm does better.
    room : Window or None
        The standard errors that leave room for sub-groups, where there are any.
    members : tuple of ndarray of bool, or None
        Who is compared, arm by arm, in the order of leaving; None for everybody.
    """

    subject: str
    reference: int
    experimental: int
    ratio: Window | None
    lower: Window | None
    upper: Window | None
    z: float
    rounding: float
    log_ratio: float | None
    standard_error: Window | None
    log_rank: Window | None = None
    wald: Window | None = None
    room: Window | None = None
    members: tuple[Flags, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """
    Everything the printed input figures of one analysis ask for.

    Parameters
    ----------
    arms : tuple of ArmTargets
        In the file's order.
    contrasts : tuple of ContrastTargets
        In the file's order.
    total_events : int or None
        Events over all arms, where printed.
    last_printed_time : float
        Latest time that any figure of the analysis states or belongs to, 0 where there is none.
        That a check is printed for a time tells that patients were followed so long; its value
        stays unseen.
    usual_end : float
        Five years in the analysis' unit, the follow-up where no time at all is printed.
    schedule : Schedule or None
        When patients are assessed; None where events may happen at any time.
    ties : {"efron", "breslow"}
        How tied events share a risk set.
    """

    arms: tuple[ArmTargets, ...]
    contrasts: tuple[ContrastTargets, ...]
    total_events: int | None
    last_printed_time: float
    usual_end: float
    schedule: Schedule | None = None
    ties: Ties = "efron"

    def followed(self, ends: Mapping[str, float]) -> Targets:
        """
        Take the longest follow-up from elsewhere, where it is not printed.

        Parameters
        ----------
        ends : mapping of str to float
            The longest follow-up of each arm, in time units.

        Returns
        -------
        Targets
            With an end for every arm that the mapping knows.
        """
        arms = [
            replace(arm, end=Window((1.0 - _ABOUT) * ends[arm.id], ends[arm.id]))
            if arm.end is None and arm.id in ends
            else arm
            for arm in self.arms
        ]
        return replace(self, arms=tuple(arms))


def collect_targets(analysis: Analysis, without: frozenset[FigureKey] = frozenset()) -> Targets:
    """
    Read the targets out of an analysis.

    Parameters
    ----------
    analysis : Analysis
        A validated analysis.
    without : frozenset of FigureKey
        Input figures that are left out.

    Returns
    -------
    Targets
        Numbers, windows and positions, free of the file format.
    """
    inputs = {
        figure.key: figure
        for figure in analysis.figures
        if figure.role == "input" and figure.key not in without
    }
    position = {arm.id: index for index, arm in enumerate(analysis.arms)}
    return Targets(
        arms=tuple(_arm_targets(arm.id, analysis, inputs) for arm in analysis.arms),
        contrasts=tuple(
            _contrast_targets(analysis, contrast.subject, position, inputs)
            for contrast in analysis.contrasts
        ),
        total_events=_count(inputs, "total_events", ""),
        last_printed_time=max((_time_of(figure) for figure in analysis.figures), default=0.0),
        usual_end=_FIVE_YEARS[analysis.time_unit],
        schedule=read_schedule(analysis),
        ties=analysis.ties,
    )


def _arm_targets(arm: str, analysis: Analysis, inputs: dict[FigureKey, Figure]) -> ArmTargets:
    return ArmTargets(
        id=arm,
        n=int(analysis.arm(arm).n.printed.value),
        events=_count(inputs, "events", arm),
        median=_window(inputs, "median", arm),
        median_lower=_window(inputs, "median_lower", arm),
        median_upper=_window(inputs, "median_upper", arm),
        z=_quantile(inputs.get(FigureKey("median_lower", arm))),
        transform=analysis.median_interval,
        end=_window(inputs, "max_follow_up", arm),
        survival=_survival_targets(arm, inputs, analysis.survival_scale),
        at_risk=tuple(
            sorted(
                (key.instant, int(figure.printed.value))
                for key, figure in inputs.items()
                if (key.quantity, key.subject) == ("at_risk", arm)
            )
        ),
    )


def _survival_targets(
    arm: str, inputs: dict[FigureKey, Figure], transform: Transform
) -> tuple[SurvivalTarget, ...]:
    """Gather the curve and its limits at every printed time; percent become probabilities."""
    quantities = ("survival", "survival_lower", "survival_upper")
    times = {
        key.time
        for key in inputs
        if key.quantity in quantities and key.subject == arm and key.time is not None
    }
    targets = []
    for time in sorted(times):
        figures = [inputs.get(FigureKey(quantity, arm, time)) for quantity in quantities]
        value, lower, upper = (
            None if figure is None else Window.of(figure.printed).scaled(0.01) for figure in figures
        )
        targets.append(
            SurvivalTarget(
                time=float(time),
                value=value,
                lower=lower,
                upper=upper,
                z=_quantile(figures[1]),
                transform=transform,
            )
        )
    return tuple(targets)


def _contrast_targets(
    analysis: Analysis, subject: str, position: dict[str, int], inputs: dict[FigureKey, Figure]
) -> ContrastTargets:
    ratio, lower, upper = (
        _window(inputs, quantity, subject)
        for quantity in ("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper")
    )
    z = _quantile(inputs.get(FigureKey("hazard_ratio_lower", subject)))
    log_ratio, errors = most_comfortable(ratio, lower, upper, z)
    return ContrastTargets(
        subject=subject,
        reference=position[analysis.contrast(subject).reference],
        experimental=position[analysis.contrast(subject).experimental],
        ratio=ratio,
        lower=lower,
        upper=upper,
        z=z,
        rounding=next((w.log().half for w in (ratio, lower, upper) if w is not None), math.nan),
        log_ratio=log_ratio,
        standard_error=errors,
        log_rank=_test_window("log-rank", analysis, subject, inputs, log_ratio),
        wald=_test_window("wald", analysis, subject, inputs, log_ratio),
    )


def _test_window(
    name: str,
    analysis: Analysis,
    subject: str,
    inputs: dict[FigureKey, Figure],
    log_ratio: float | None,
) -> Window | None:
    """
    Return the statistics of a test that print its p-value, where it has the strata of the model.

    A two-sided p-value does not tell the sign; the hazard ratio does.
    """
    figure = inputs.get(FigureKey("p_value", subject))
    test = analysis.contrast(subject).p_value
    if figure is None or test is None or test.test != name:
        return None
    if test.stratified != bool(analysis.stratification):
        return None
    low = min(max(figure.printed.lower, 0.0), 1.0)
    high = min(max(figure.printed.upper, 0.0), 1.0)
    if test.sided == 1:
        return Window(_normal(low), _normal(high))
    small, large = -_normal(0.5 * high), -_normal(0.5 * low)
    if log_ratio is not None and log_ratio < 0.0:
        return Window(-large, -small)
    return Window(small, large)


def _normal(probability: float) -> float:
    """Return a quantile of the normal distribution, infinite at the ends."""
    if 0.0 < probability < 1.0:
        return NormalDist().inv_cdf(probability)
    return math.inf if probability >= 1.0 else -math.inf


def most_comfortable(
    ratio: Window | None, lower: Window | None, upper: Window | None, z: float
) -> tuple[float | None, Window | None]:
    """
    Log hazard ratio farthest from every edge of the rounding windows, and the standard errors.

    For a trial standard error each figure confines the log ratio to an interval. The log ratio is
    the middle of the widest overlap; the standard errors are those that leave at least a fifth of
    that overlap, or the one nearest to leaving any where the printed figures do not fit each other.

    Parameters
    ----------
    ratio, lower, upper : Window or None
        The hazard ratio and its limits, experimental over reference.
    z : float
        Normal quantile of the interval.

    Returns
    -------
    float or None
        Log hazard ratio, None where neither it nor a limit is printed.
    Window or None
        Standard errors of it, None where fewer than two of the three figures are printed.
    """
    windows = [None if own is None else own.log() for own in (lower, ratio, upper)]
    known = [(own, side) for own, side in zip(windows, (-1, 0, 1), strict=True) if own is not None]
    if len(known) < 2:
        guess = [own.middle - side * z * _USUAL_ERROR for own, side in known]
        return (guess[0] if guess else None), None
    (low, below), (high, above) = known[0], known[-1]
    span = z * (above - below)
    widest = (high.upper - low.lower) / span
    narrowest = max(high.lower - low.upper, 0.0) / span
    trials = np.linspace(narrowest, widest, _TRIAL_ERRORS + 1)
    floor, ceiling = allowed_log_ratios(ratio, lower, upper, z * trials)
    overlap = np.round(ceiling - floor, 12)
    best = int(overlap.argmax())
    good = trials[overlap > 0.35 * overlap[best]]
    if not good.size:
        good = trials[best : best + 1]
    middle = 0.5 * float(floor[best] + ceiling[best])
    return middle, Window(float(good[0]), float(good[-1]))


def allowed_log_ratios(
    ratio: Window | None, lower: Window | None, upper: Window | None, half: Floats
) -> tuple[Floats, Floats]:
    """
    Log hazard ratios that print as asked when the interval has a given width.

    Parameters
    ----------
    ratio, lower, upper : Window or None
        The hazard ratio and its limits, experimental over reference.
    half : ndarray of float
        Half the width of the interval on the log scale.

    Returns
    -------
    tuple of ndarray of float
        Smallest and largest log hazard ratio; crossed where no one fits all figures.
    """
    shifted = [
        (window.log(), shift)
        for window, shift in ((ratio, 0.0 * half), (lower, half), (upper, -half))
        if window is not None
    ]
    floors = np.stack([window.lower + shift for window, shift in shifted])
    ceilings = np.stack([window.upper + shift for window, shift in shifted])
    return floors.max(axis=0), ceilings.min(axis=0)


def _window(inputs: dict[FigureKey, Figure], quantity: str, subject: str) -> Window | None:
    figure = inputs.get(FigureKey(quantity, subject))
    return None if figure is None else Window.of(figure.printed)


def _count(inputs: dict[FigureKey, Figure], quantity: str, subject: str) -> int | None:
    figure = inputs.get(FigureKey(quantity, subject))
    return None if figure is None else int(figure.printed.value)


def _quantile(limit: Figure | None) -> float:
    """Return the quantile of a limit's confidence level, of 95 % where none is printed."""
    return normal_quantile(95.0 if limit is None else limit.level)


def normal_quantile(level: float) -> float:
    """
    Two-sided normal quantile of a confidence level.

    Parameters
    ----------
    level : float
        Confidence level in percent.

    Returns
    -------
    float
        1.96 for 95 percent.
    """
    return NormalDist().inv_cdf(0.5 + level / 200.0)


def _time_of(figure: Figure) -> float:
    """Return the time that a figure belongs to, or that it states; 0 where it has none."""
    if figure.key.time is not None:
        return float(figure.key.time)
    is_time = figure.role == "input" and figure.key.definition.unit == "time"
    return figure.printed.value if is_time and figure.printed.reached else 0.0
