"""The registry of priors: what fills the gaps between printed figures, by name."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from survkit.errors import SurvkitError, unknown_name
from survkit.reconstruction.population.follow_up import smooth_follow_up
from survkit.reconstruction.population.learned_follow_up import learned_follow_up
from survkit.reconstruction.population.learned_prior import learned_prior
from survkit.reconstruction.population.mode import expect_mode, find_mode
from survkit.reconstruction.population.prior import USUAL_CELLS, PopulationPrior
from survkit.reconstruction.population.rhythms import WEEK, Clock
from survkit.reconstruction.population.shapes import is_progression, shipped_shapes
from survkit.reconstruction.population.smooth_prior import smooth_prior

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.prior import PriorFactory
    from survkit.reconstruction.population.rhythms import Rhythm
    from survkit.reconstruction.population.shapes import Shapes

__all__ = [
    "DEFAULT_PRIOR",
    "PRIORS",
    "SMOOTH",
    "find_prior",
    "prior_of_shapes",
]

DEFAULT_PRIOR = "learned"
"""The prior where neither file nor caller names one."""
_HOPELESS = math.log(1000.0)
"""Log of how much less likely a rhythm is than the likeliest one where it is sought no further."""
_TRUST = 0.5
"""Power of the evidence: visits of real trials keep a rhythm only about; chosen by folds."""
_FEW_STEPS = 2
"""Steps to the mode on a rhythm's clock from where it is expected."""


def prior_of_shapes(shapes: Shapes) -> PopulationPrior:
    """Make a prior of shapes that trials taught."""
    hazards = learned_prior(shapes)
    return PopulationPrior(
        name="learned",
        label=f"learned prior {shapes.digest}",
        hazards=hazards,
        clock=partial(_clock_by_figures, shapes.rhythms, hazards),
        follow_up=learned_follow_up(shapes),
        cells=USUAL_CELLS,
        late=(0.95, 0.98),
        all_leave=True,
        widens=True,
        replaceable=True,
    )


def _clock_by_figures(
    rhythms: tuple[Rhythm, ...],
    hazards: PriorFactory,
    constraints: AnalysisConstraints,
    edges: Floats,
    scale: float,
) -> Clock | None:
    """
    Find the clock of an analysis by how well each rhythm goes together with its figures.

    Medians and their limits are times of visits where there are any, and percentages at a time
    shortly before a visit, or after it, differ. Beforehand each rhythm is as likely as the next;
    it is weighed by the evidence of the figures, at the mode of hazards on its clock, though not
    in full. Time passes evenly where the endpoint is not progression, or the visits are printed.
    """
    if not rhythms or constraints.schedule or not is_progression(constraints.endpoint):
        return None
    prior, weeks = hazards(constraints, edges, scale), constraints.months / WEEK
    clocks = [Clock(rhythms=(rhythm,), weights=(1.0,), weeks=weeks) for rhythm in rhythms]
    known = find_mode(constraints, edges, prior)
    expected = [expect_mode(known, prior.on_clock(clock, edges)) for clock in clocks]
    least = max(one.log_evidence for one in expected) - _HOPELESS
    likely = [place for place, one in enumerate(expected) if one.log_evidence >= least]
    evidence = []
    for place in likely:
        clocked, near = prior.on_clock(clocks[place], edges), expected[place].dual
        mode = find_mode(constraints, edges, clocked, near=near, most_steps=_FEW_STEPS)
        evidence.append(expect_mode(mode, clocked).log_evidence)
    weights = np.exp(_TRUST * (np.array(evidence) - max(evidence)))
    return Clock(
        rhythms=tuple(rhythms[place] for place in likely),
        weights=tuple((weights / weights.sum()).tolist()),
        weeks=weeks,
    )


SMOOTH = PopulationPrior(
    name="smooth",
    label="smooth prior",
    hazards=smooth_prior,
    clock=lambda *_: None,
    follow_up=smooth_follow_up,
    cells=USUAL_CELLS,
    late=(0.95,),
    all_leave=False,
    widens=False,
    replaceable=False,
)
"""The smoothest hazards in a nearly constant ratio; what survkit did before it had learned."""

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
