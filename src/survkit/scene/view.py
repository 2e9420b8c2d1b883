"""What is asked of a Kaplan-Meier plot beyond the usual, and the scene that it makes."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from survkit.errors import WrongArgumentError
from survkit.scene.axis import Axis, choose_percentages
from survkit.scene.incidence import show_incidence
from survkit.scene.kaplan_meier import KaplanMeierScene
from survkit.scene.tables import count_left, list_tests
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from survkit.reproduction import AnalysisReproduction
    from survkit.scene.arms import SceneArm
    from survkit.scene.kaplan_meier import ArmCurve
    from survkit.scene.tables import RiskRow
    from survkit.scene.targets import Target

__all__ = ["View", "adapt"]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_NARROWEST = 1.0
"""Percentage points that an axis of percentages has at least."""

_Placed = TypeVar("_Placed", "ArmCurve", "Target", "RiskRow")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """
    What a Kaplan-Meier plot shows beyond the usual.

    Ends that are no part of 0 to 100, and colours of another form, are a `WrongArgumentError`.

    Parameters
    ----------
    counts : bool
        Whether the numbers censored and the numbers of events stand below those at risk, as
        proposed by Morris et al. (2019): counted before each tick, so that the three add up to
        the arm's patients.
    p_value : bool
        Whether the two-sided, unstratified log-rank test of the synthetic patients stands in the
        table, one line per contrast, beside the p-value as printed.
    incidence : bool
        Whether the curves rise: those with the event, 1 - S, in place of those without.
    percent : tuple of float
        Ends of the vertical axis, in percent, within 0 and 100. Printed figures outside are left
        out.
    colours : mapping of str to str
        Colours of arms, by id, as ``"#0072b2"``; other arms keep theirs.
    order : tuple of str
        Ids of arms, in the order of the table and of the numbers at risk; the other arms follow.

    References
    ----------
    .. [1] Morris, T. P. et al., "Proposals on Kaplan-Meier plots in medical research and a survey
       of stakeholder views: KMunicate", BMJ Open 9 (2019), e030215.
    """

    counts: bool = False
    p_value: bool = False
    incidence: bool = False
    percent: tuple[float, float] = (0.0, 100.0)
    colours: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        low, high = self.percent
        if low < 0.0 or high > 100.0 or not low + _NARROWEST <= high:
            msg = (
                "percent must be two rising percentages within 0 and 100, 1 apart or more, "
                f"got {low:g} and {high:g}"
            )
            raise WrongArgumentError(msg)
        for arm, colour in self.colours.items():
            if not _COLOUR.fullmatch(colour):
                msg = f"the colour of {arm!r} must be of the form #0072b2, got {colour!r}"
                raise WrongArgumentError(msg)

    def check_arms(self, arms: Iterable[str]) -> None:
        """
        Refuse arms that are not there.

        Parameters
        ----------
        arms : iterable of str
            The ids that there are.

        Raises
        ------
        WrongArgumentError
            If a colour or a place in the order is given to an arm that is not among them.
        """
        known = list(dict.fromkeys(arms))
        for asked in (*self.colours, *self.order):
            if asked not in known:
                near = difflib.get_close_matches(asked[:60], known, n=1)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                msg = f"the arm must be one of {', '.join(known)}, got {asked!r}{hint}"
                raise WrongArgumentError(msg)


def adapt(scene: KaplanMeierScene, result: AnalysisReproduction, view: View) -> KaplanMeierScene:
    """Make a scene show what is asked for."""
    as_instance(scene, KaplanMeierScene, "adapt", "a picture, as compose_kaplan_meier makes it")
    if view.p_value:
        scene = replace(scene, headlines=(*scene.headlines, *list_tests(result)))
    if view.counts:
        scene = replace(scene, left=tuple(count_left(result, scene.time.ticks)))
    if view.incidence:
        scene = show_incidence(scene)
    return _arrange(_zoom(scene, view), view)


def _zoom(scene: KaplanMeierScene, view: View) -> KaplanMeierScene:
    """Take a part of the vertical axis, with the medians and printed figures that lie on it."""
    low, high = (percent / 100.0 for percent in view.percent)
    if (low, high) == (0.0, 1.0):
        return scene
    share: Axis = replace(scene.share, low=low, high=high, ticks=choose_percentages(low, high))
    seen = tuple(target for target in scene.targets if low <= target.survival <= high)
    halved = low <= 0.5 <= high
    marks = {(target.kind, target.role) for target in seen}
    legend = tuple(
        entry
        for entry in scene.legend
        if (entry.mark, entry.role) in marks
        or (entry.mark not in {"quantile", "survival"} and (halved or entry.mark != "median"))
    )
    curves = scene.curves
    if not halved:
        curves = tuple(replace(curve, median=math.inf) for curve in curves)
    return replace(scene, share=share, targets=seen, curves=curves, legend=legend)


def _arrange(scene: KaplanMeierScene, view: View) -> KaplanMeierScene:
    """Give arms their colours and their order; what belongs to no arm stays behind them."""
    ranks = {arm: rank for rank, arm in enumerate(view.order)}

    def paint(arm: SceneArm) -> SceneArm:
        return replace(arm, colour=view.colours.get(arm.id))

    def rank(arm: SceneArm | None) -> int:
        return len(ranks) + 1 if arm is None else ranks.get(arm.id, len(ranks))

    def settle(placed: Iterable[_Placed]) -> tuple[_Placed, ...]:
        painted = (replace(one, arm=paint(one.arm)) for one in placed)
        return tuple(sorted(painted, key=lambda one: rank(one.arm)))

    lines = (replace(line, arm=line.arm and paint(line.arm)) for line in scene.headlines)
    return replace(
        scene,
        curves=settle(scene.curves),
        targets=settle(scene.targets),
        headlines=tuple(sorted(lines, key=lambda line: rank(line.arm))),
        at_risk=settle(scene.at_risk),
        left=tuple(replace(each, rows=settle(each.rows)) for each in scene.left),
    )
