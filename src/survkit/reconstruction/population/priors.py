"""The registry of priors: what fills the gaps between printed figures, by name."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from survkit.errors import SurvkitError, unknown_name
from survkit.reconstruction.population.endpoints import is_progression
from survkit.reconstruction.population.follow_up import smooth_follow_up
from survkit.reconstruction.population.learned_follow_up import learned_follow_up
from survkit.reconstruction.population.learned_prior import learned_prior
from survkit.reconstruction.population.mode import expect_mode, find_mode
from survkit.reconstruction.population.prior import (
    USUAL_CELLS,
    Clocked,
    PopulationPrior,
    go_by_time,
)
from survkit.reconstruction.population.rhythms import WEEK, Clock
from survkit.reconstruction.population.shapes import shipped_shapes
from survkit.reconstruction.population.smooth_prior import smooth_prior

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.prior import Prior
    from survkit.reconstruction.population.rhythms import Rhythm
    from survkit.reconstruction.population.shapes import Shapes

__all__ = [
    "DEFAULT_PRIOR",
    "PRIORS",
    "SMOOTH",
    "find_prior",
    "prior_of_shapes",
    "smooth_instead_of",
]

DEFAULT_PRIOR = "learned"
"""The prior where neither file nor caller names one."""
_TRUST = 0.5
"""Power of the evidence: visits of real trials keep a rhythm only about; chosen by folds."""
_FEW_STEPS = 2
"""Steps towards the mode about which rhythms are weighed, after those with noisier figures."""


def prior_of_shapes(shapes: Shapes) -> PopulationPrior:
    """Make a prior of shapes that trials taught."""
    return PopulationPrior(
        name="learned",
        label=f"learned prior {shapes.digest}",
        hazards=learned_prior(shapes),
        clock=partial(_clock_by_figures, shapes.rhythms),
        follow_up=learned_follow_up(shapes),
        cells=USUAL_CELLS,
        late=(0.95, 0.98),
        all_leave=True,
        widens=True,
        replaceable=True,
    )


def _clock_by_figures(
    rhythms: tuple[Rhythm, ...], constraints: AnalysisConstraints, edges: Floats, hazards: Prior
) -> Clocked:
    """
    Put hazards on a clock that is weighed by how well rhythms go together with the figures.

    Medians and their limits are times of visits where there are any, and percentages at a time
    shortly before a visit, or after it, differ. Beforehand each rhythm is as likely as the next;
    it is weighed by the evidence of the figures, though not in full, which is taken about the mode
    of the clock that all of them have on the average. Time passes evenly where the endpoint is not
    progression, or the visits are printed.
    """
    if not rhythms or constraints.schedule or not is_progression(constraints.endpoint):
        return go_by_time(constraints, edges, hazards)
    usual = Clock.of_any(rhythms, constraints.months / WEEK)
    paces, covariance = usual.paces(edges), hazards.covariance
    pace = paces.mean(axis=0)
    mode = find_mode(constraints, edges, hazards.at_pace(pace), most_steps=_FEW_STEPS)
    evidence = np.array([expect_mode(mode, covariance, one / pace).log_evidence for one in paces])
    clock = usual.weighted(np.exp(_TRUST * (evidence - evidence.max())))
    found = np.array(clock.weights) @ paces
    near = expect_mode(mode, covariance, found / pace).dual
    return Clocked(hazards=hazards.at_pace(found), clock=clock, near=near)


SMOOTH = PopulationPrior(
    name="smooth",
    label="smooth prior",
    hazards=smooth_prior,
    clock=go_by_time,
    follow_up=smooth_follow_up,
    cells=USUAL_CELLS,
    late=(0.95,),
    all_leave=False,
    widens=False,
    replaceable=False,
)
"""The smoothest hazards in a nearly constant ratio; what survkit did before it had learned."""


def smooth_instead_of(prior: PopulationPrior) -> PopulationPrior:
    """Take the smoothest hazards over a follow-up that stays as long as the given prior has it."""
    label = f"{SMOOTH.label} over the follow-up of the {prior.label}"
    return replace(SMOOTH, label=label, follow_up=prior.follow_up)


PRIORS: dict[str, Callable[[], PopulationPrior]] = {
    "learned": lambda: prior_of_shapes(shipped_shapes()),
    "smooth": lambda: SMOOTH,
}
"""Every prior by its name; the learned one reads its file when it is asked for."""


def find_prior(name: str | None) -> PopulationPrior:
    """
    Look a prior up.

    Parameters
    ----------
    name : str or None
        Its name; None for the usual one.

    Returns
    -------
    PopulationPrior
        The prior.

    Raises
    ------
    SurvkitError
        If there is none of that name.

    Examples
    --------
    >>> find_prior("smooth").name
    'smooth'
    """
    wanted = DEFAULT_PRIOR if name is None else name
    if wanted not in PRIORS:
        raise SurvkitError(unknown_name("prior", wanted, PRIORS))
    return PRIORS[wanted]()
