"""From the figures of an analysis to what they ask: every family reads its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.interval import Interval
from survkit.kernels import two_sided_quantile
from survkit.quantity import SHARES, FigureKey
from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
from survkit.reconstruction.constraints.families.areas import read_areas, read_horizons
from survkit.reconstruction.constraints.families.contrast import (
    read_contrast,
    tells_no_events,
)
from survkit.reconstruction.constraints.families.counts import read_at_risk, read_count, read_end
from survkit.reconstruction.constraints.families.quantiles import read_quantiles
from survkit.reconstruction.constraints.families.rests import (
    guide_quantiles,
    read_rests,
    read_symmetric,
    uncensored_before,
    with_rests,
)
from survkit.reconstruction.constraints.families.survival import (
    read_survival,
    with_survival_of_differences,
)
from survkit.reconstruction.constraints.families.together import (
    read_follow_up_of_all,
    read_still_followed,
)
from survkit.reconstruction.constraints.schedule import read_schedule
from survkit.trial import as_survival

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.reconstruction.constraints.families.quantiles import SymmetricInterval
    from survkit.trial import Analysis, Figure

__all__ = ["read_constraints"]

_FIVE_YEARS = {"day": 1826.0, "week": 261.0, "month": 60.0, "year": 5.0}


def read_constraints(
    analysis: Analysis,
    without: frozenset[FigureKey] = frozenset(),
    resting: frozenset[FigureKey] = frozenset(),
    still_followed: Mapping[str, float] | None = None,
) -> AnalysisConstraints:
    """
    Read what the input figures of an analysis ask for.

    Parameters
    ----------
    analysis : Analysis
        A validated analysis.
    without : frozenset of FigureKey
        Input figures that are left out.
    resting : frozenset of FigureKey
        Quantiles that are to be the middle of a curve's rest on their share.
    still_followed : mapping of str to float, optional
        Share of each arm, by its id, that is to be followed still at the median follow-up of all
        arms; one half of those that print none of their own, if left out.

    Returns
    -------
    AnalysisConstraints
        The input figures as numbers; checks leave nothing but the time they are printed for.
    """
    printed = [one for one in analysis.figures if one.role == "input" and one.key not in without]
    figures = with_survival_of_differences({one.key: one for one in map(as_survival, printed)})
    still = read_still_followed(figures, [arm.id for arm in analysis.arms], still_followed)
    position = {arm.id: index for index, arm in enumerate(analysis.arms)}
    known = analysis.follow_up
    return AnalysisConstraints(
        arms=tuple(
            _read_arm(arm.id, analysis, figures, resting, still.get(arm.id))
            for arm in analysis.arms
        ),
        contrasts=tuple(
            read_contrast(analysis, contrast, position, figures) for contrast in analysis.contrasts
        ),
        total_events=read_count(figures, "total_events", ""),
        last_printed_time=max((_time_of(figure) for figure in analysis.figures), default=0.0),
        usual_end=_FIVE_YEARS[analysis.time_unit],
        schedule=read_schedule(analysis),
        ties=analysis.ties,
        areas=read_areas(analysis, position, figures),
        endpoint=analysis.endpoint,
        prior=analysis.prior,
        potential=_potential_follow_up(analysis),
        still_followed=tuple(still.items()),
        longest=None if known is None or known.max is None else float(known.max),
    )


def _potential_follow_up(analysis: Analysis) -> Interval | None:
    """Return how long patients can have been followed, from the dates of enrolment and cut-off."""
    enrolment, cut_off = analysis.enrolment, analysis.cut_off
    if enrolment is None or cut_off is None:
        return None
    day = _FIVE_YEARS[analysis.time_unit] / _FIVE_YEARS["day"]
    last, first = enrolment.last, enrolment.first
    shortest = 0.0 if last is None else (cut_off - last).days * day
    longest = math.inf if first is None else (cut_off - first).days * day
    return Interval(max(shortest, 0.0), longest)


def _read_arm(
    arm: str,
    analysis: Analysis,
    figures: Mapping[FigureKey, Figure],
    resting: frozenset[FigureKey],
    still_followed: float | None,
) -> ArmConstraints:
    scale, n = analysis.median_scale, int(analysis.arm(arm).n.printed.value)
    symmetric: tuple[SymmetricInterval, ...] = ()
    apart = resting
    if analysis.median_interval == "symmetric":
        symmetric = tuple(read_symmetric(figures, arm))
        apart = apart | {key for key in figures if key.is_limit and key.quantity in SHARES}
    guides = tuple(guide for one in symmetric for guide in guide_quantiles(one, n, scale))
    rests = read_rests(figures, arm, resting)
    limit = figures.get(FigureKey("median", arm, side="lower"))
    return ArmConstraints(
        id=arm,
        n=n,
        events=0
        if tells_no_events(arm, analysis.contrasts, figures)
        else read_count(figures, "events", arm),
        quantiles=(
            *read_quantiles(figures, arm, scale, apart),
            *read_follow_up_of_all(figures, still_followed, scale),
        ),
        guides=guides,
        z=two_sided_quantile(95.0 if limit is None else limit.level),
        transform=scale,
        end=read_end(figures, arm),
        survival=with_rests(read_survival(figures, arm, analysis.survival_scale), rests, scale),
        at_risk=uncensored_before(read_at_risk(figures, arm), rests, n),
        horizons=read_horizons(arm, analysis, figures),
        symmetric=symmetric,
        rests=rests,
    )


def _time_of(figure: Figure) -> float:
    """Return the time that a figure belongs to, or that it states; 0 where it has none."""
    if figure.key.time is not None:
        return float(figure.key.time)
    is_time = figure.role == "input" and figure.key.definition.unit == "time"
    return figure.printed.value if is_time and figure.printed.reached else 0.0
