"""A Kaplan-Meier scene turned over: those with the event, 1 - S, in place of those without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.printed import Relation
    from survkit.scene.kaplan_meier import ArmCurve, KaplanMeierScene
    from survkit.scene.targets import Target

__all__ = ["show_incidence"]

_TURNED: dict[Relation, Relation] = {"=": "=", "<": ">", ">": "<"}
"""How a threshold of survival reads as one of incidence."""


def show_incidence(scene: KaplanMeierScene) -> KaplanMeierScene:
    """Turn curves, limits and printed figures over; limits change places."""
    label = scene.share.label
    without = "Without event: "
    turned = (
        label.replace(without, "With event: ", 1) if label.startswith(without) else f"1 − {label}"
    )
    return replace(
        scene,
        words=scene.words.replace("Kaplan-Meier curves", "Curves of 1 − Kaplan-Meier", 1),
        share=replace(scene.share, label=turned),
        curves=tuple(map(_turn_curve, scene.curves)),
        targets=tuple(map(_turn_target, scene.targets)),
    )


def _turn_curve(curve: ArmCurve) -> ArmCurve:
    """Turn the curve of an arm over, with what lies on it."""
    drawn = (replace(one, points=_turn_points(one.points)) for one in curve.drawn)
    return replace(
        curve,
        survival=_turn(curve.survival),
        lower=_turn(curve.upper),
        upper=_turn(curve.lower),
        censored=_turn_points(curve.censored),
        drawn=tuple(drawn),
    )


def _turn_target(target: Target) -> Target:
    """Turn a printed figure over; the limits of a quantile are times, and stay."""
    if target.kind == "quantile":
        return replace(target, survival=1.0 - target.survival, turned=True)
    lower, upper = (
        None if limit is None else 1.0 - limit for limit in (target.upper, target.lower)
    )
    return replace(
        target,
        survival=1.0 - target.survival,
        lower=lower,
        upper=upper,
        relation=_TURNED.get(target.relation, target.relation),
        turned=True,
    )


def _turn(shares: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(1.0 - share for share in shares)


def _turn_points(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((time, 1.0 - share) for time, share in points)
