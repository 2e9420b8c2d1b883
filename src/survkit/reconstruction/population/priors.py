"""The registry of priors: what fills the gaps between printed figures, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.errors import SurvkitError, unknown_name
from survkit.reconstruction.population.follow_up import smooth_follow_up
from survkit.reconstruction.population.learned_follow_up import learned_follow_up
from survkit.reconstruction.population.learned_prior import learned_prior
from survkit.reconstruction.population.mode import clock_by_figures
from survkit.reconstruction.population.prior import USUAL_CELLS, PopulationPrior
from survkit.reconstruction.population.shapes import shipped_shapes
from survkit.reconstruction.population.smooth_prior import smooth_prior

if TYPE_CHECKING:
    from collections.abc import Callable

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


def prior_of_shapes(shapes: Shapes) -> PopulationPrior:
    """Make a prior of shapes that trials taught."""
    hazards = learned_prior(shapes)
    return PopulationPrior(
        name="learned",
        label=f"learned prior {shapes.digest}",
        hazards=hazards,
        clock=clock_by_figures(shapes.rhythms, hazards),
        follow_up=learned_follow_up(shapes),
        cells=USUAL_CELLS,
        late=(0.95, 0.98),
        all_leave=True,
        widens=True,
        replaceable=True,
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
