"""What the printed figures ask, read out of an analysis.

Only figures with the role "input" become targets; checks are never seen by the reconstruction.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from survkit.interval import Window
from survkit.quantity import SHARES, FigureKey
from survkit.reconstruction.constraints.p_values import (
    AT_A_GUESS,
    error_behind,
    find_statistic,
    guess_log_ratio,
    is_better,
)
from survkit.reconstruction.constraints.schedule import read_schedule
from survkit.reconstruction.constraints.targets import (
    AreaTarget,
    ArmTargets,
    ContrastTargets,
    Passage,
    SurvivalTarget,
    Targets,
)
from survkit.reconstruction.constraints.wald import most_comfortable

if TYPE_CHECKING:
    from decimal import Decimal

    from survkit.kernels import Transform
    from survkit.trial import Analysis, Figure

__all__ = ["collect_targets", "normal_quantile"]

_FIVE_YEARS = {"day": 1826.0, "week": 261.0, "month": 60.0, "year": 5.0}


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
        areas=_areas(analysis, position, inputs),
    )


def _arm_targets(arm: str, analysis: Analysis, inputs: dict[FigureKey, Figure]) -> ArmTargets:
    return ArmTargets(
        id=arm,
        n=int(analysis.arm(arm).n.printed.value),
        events=_count(inputs, "events", arm),
        passages=_passages(arm, inputs, analysis.median_interval),
        z=_quantile(inputs.get(FigureKey("median", arm, side="lower"))),
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
        horizons=_horizons(arm, analysis, inputs),
    )


def _passages(
    arm: str, inputs: dict[FigureKey, Figure], transform: Transform
) -> tuple[Passage, ...]:
    """Gather the printed quantiles of time and their limits."""
    found = []
    for quantity, share in SHARES.items():
        estimate = FigureKey(quantity, arm)
        lower, upper = estimate.limits
        for key, sign in ((lower, -1.0), (estimate, 0.0), (upper, 1.0)):
            figure = inputs.get(key)
            if figure is not None:
                passage = Passage(
                    share=share,
                    window=Window.of(figure.printed),
                    z=sign * _quantile(figure),
                    transform=transform,
                    reverse=quantity == "median_follow_up",
                )
                found.append(passage)
    return tuple(found)


def _horizons(arm: str, analysis: Analysis, inputs: dict[FigureKey, Figure]) -> tuple[float, ...]:
    """List where the areas end that the arm has a part in."""
    subjects = {arm} | {
        own.subject for own in analysis.contrasts if arm in (own.reference, own.experimental)
    }
    return tuple(
        sorted(
            {
                key.instant
                for key in inputs
                if key.quantity.startswith("rmst") and key.subject in subjects
            }
        )
    )


def _areas(
    analysis: Analysis, position: dict[str, int], inputs: dict[FigureKey, Figure]
) -> tuple[AreaTarget, ...]:
    """Gather restricted means of arms, then differences of contrasts."""
    terms: dict[str, tuple[tuple[int, int], ...]]
    terms = {arm: ((place, 1),) for arm, place in position.items()}
    terms |= {
        own.subject: ((position[own.experimental], 1), (position[own.reference], -1))
        for own in analysis.contrasts
    }
    found = []
    for subject, arms in terms.items():
        quantity = "rmst" if subject in position else "rmst_difference"
        for time in _times(quantity, subject, inputs):
            windows, z = _with_limits(FigureKey(quantity, subject, time), inputs)
            value, lower, upper = windows
            area = AreaTarget(
                horizon=float(time),
                arms=arms,
                value=value,
                lower=lower,
                upper=upper,
                z=z,
                standard_error=most_comfortable(value, lower, upper, z)[1],
            )
            found.append(area)
    return tuple(found)


def _survival_targets(
    arm: str, inputs: dict[FigureKey, Figure], transform: Transform
) -> tuple[SurvivalTarget, ...]:
    """Gather the curve and its limits at every printed time; percent become probabilities."""
    targets = []
    for time in _times("survival", arm, inputs):
        windows, z = _with_limits(FigureKey("survival", arm, time), inputs)
        value, lower, upper = (None if own is None else own.scaled(0.01) for own in windows)
        target = SurvivalTarget(
            time=float(time), value=value, lower=lower, upper=upper, z=z, transform=transform
        )
        targets.append(target)
    return tuple(targets)


def _times(quantity: str, subject: str, inputs: dict[FigureKey, Figure]) -> list[Decimal]:
    """List the times for which an estimate or a limit of it is printed."""
    return sorted(
        {
            key.time
            for key in inputs
            if (key.quantity, key.subject) == (quantity, subject) and key.time is not None
        }
    )


def _with_limits(
    key: FigureKey, inputs: dict[FigureKey, Figure]
) -> tuple[list[Window | None], float]:
    """Return the windows of an estimate and of its limits, and the quantile of their level."""
    figures = [inputs.get(own) for own in (key, *key.limits)]
    windows = [None if own is None else Window.of(own.printed) for own in figures]
    return windows, _quantile(figures[1])


def _contrast_targets(
    analysis: Analysis, subject: str, position: dict[str, int], inputs: dict[FigureKey, Figure]
) -> ContrastTargets:
    ratio = _ratio(inputs, subject)
    (_, lower, upper), z = _with_limits(FigureKey("hazard_ratio", subject), inputs)
    middle, low, high = (None if own is None else own.log() for own in (ratio, lower, upper))
    log_ratio, errors = most_comfortable(middle, low, high, z)
    rounding = next((own.half for own in (middle, low, high) if own is not None), AT_A_GUESS)
    contrast = analysis.contrast(subject)
    better = is_better(contrast, inputs) if log_ratio is None else log_ratio < 0.0
    statistic = find_statistic(analysis, contrast, inputs, better=better)
    if log_ratio is None and statistic is not None:
        log_ratio = guess_log_ratio(statistic, analysis, contrast, inputs)
    elif errors is None and statistic is not None and log_ratio is not None:
        errors = error_behind(log_ratio, statistic)
    test = contrast.p_value.test if contrast.p_value else None
    return ContrastTargets(
        subject=subject,
        reference=position[contrast.reference],
        experimental=position[contrast.experimental],
        ratio=ratio,
        lower=lower,
        upper=upper,
        z=z,
        rounding=rounding,
        log_ratio=log_ratio,
        standard_error=errors,
        log_rank=statistic if test == "log-rank" else None,
        wald=statistic if test == "wald" else None,
    )


def _ratio(inputs: dict[FigureKey, Figure], subject: str) -> Window | None:
    """Return the hazard ratios that print as the ratio and as the reduction of the risk."""
    ratio = _window(inputs, "hazard_ratio", subject)
    reduction = _window(inputs, "risk_reduction", subject)
    if reduction is None:
        return ratio
    low, high = 1.0 - 0.01 * reduction.upper, 1.0 - 0.01 * reduction.lower
    if ratio is None or max(low, ratio.lower) > min(high, ratio.upper):
        return Window(low, high) if ratio is None else ratio
    return Window(max(low, ratio.lower), min(high, ratio.upper))


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
