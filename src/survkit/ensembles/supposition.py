"""One more figure, as if it had been printed: what pushes patients to where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survkit.trial.stated import EstimateDuration, HazardRatio, RestrictedSpan, Survival

if TYPE_CHECKING:
    from decimal import Decimal

    from survkit.quantity import FigureKey
    from survkit.trial import Analysis, Arm

__all__ = ["suppose"]


def suppose(analysis: Analysis, key: FigureKey, value: Decimal) -> Analysis:
    """
    Add a figure to an analysis, as an input that nobody printed; its source is "supposed".

    It is survival or a restricted mean at a time, a median, or a hazard ratio, in its quantity's
    unit.
    """
    stated = {"value": value, "source": "supposed", "verified": False}
    if key.quantity == "hazard_ratio":
        ratio = HazardRatio.model_validate(stated)
        contrasts = tuple(
            one.model_copy(update={"hazard_ratio": ratio}) if one.subject == key.subject else one
            for one in analysis.contrasts
        )
        return _changed(analysis, contrasts=contrasts)
    changed = _of_arm(analysis.arm(key.subject), key, stated)
    arms = tuple(
        one.model_copy(update=changed) if one.id == key.subject else one for one in analysis.arms
    )
    return _changed(analysis, arms=arms)


def _of_arm(arm: Arm, key: FigureKey, stated: dict[str, Any]) -> dict[str, Any]:
    """Return the field of an arm that holds the figure, beside what is printed for other times."""
    if key.quantity == "median":
        return {"median": EstimateDuration.model_validate(stated)}
    if key.quantity == "rmst":
        mean = RestrictedSpan.model_validate({**stated, "time": key.time})
        return {"rmst": (*(one for one in arm.rmst if one.time != key.time), mean)}
    percent = stated.pop("value")
    point = Survival.model_validate({**stated, "time": key.time, "percent": percent})
    return {"survival": (*(one for one in arm.survival if one.time != key.time), point)}


def _changed(analysis: Analysis, **fields: object) -> Analysis:
    """Return an analysis with other fields, which lists its figures anew."""
    kept = {name: getattr(analysis, name) for name in type(analysis).model_fields}
    return type(analysis).model_construct(None, **(kept | fields))
