"""Known patients, printed like a template: analyses of which it is sure that all can be met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survkit.comparison import Verdict
from survkit.printed import Printed
from survkit.quantity import QUANTITIES, FigureKey
from survkit.reconstruction.record.measurement import measure_figures
from survkit.reproduction import reproduce_analysis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.quantity import Scope
    from survkit.trial import Analysis
    from tests.reconstruction.printing import Patients

__all__ = ["missed_figures", "print_like"]

_NUMBERS = ("value", "percent", "n")


def print_like(template: Analysis, patients: Sequence[Patients]) -> Analysis:
    """Print patients, arm by arm, with the figures and the decimals of a template."""
    figures = template.figures
    values = measure_figures(
        template, [arm.time for arm in patients], [arm.event for arm in patients], figures
    )
    shown = {
        figure.key: _rendered(figure.printed, value)
        for figure, value in zip(figures, values, strict=True)
    }
    contrasts = tuple(_reprinted(one, "contrast", one.subject, shown) for one in template.contrasts)
    arms = tuple(_reprinted(one, "arm", one.id, shown) for one in template.arms)
    whole = _reprinted(template, "analysis", "", shown)
    return _changed(whole, arms=arms, contrasts=contrasts)


def missed_figures(analysis: Analysis) -> list[str]:
    """Reconstruct and refit; tell which figures the patients do not print."""
    found = reproduce_analysis(analysis).comparisons
    return [
        f"{one.figure.key} {one.figure.printed}: {one.rendered}"
        for one in found
        if one.verdict is not Verdict.REPRODUCED
    ]


def _rendered(like: Printed, value: float) -> Printed:
    """Print a value as a template does; a threshold stays one where the value is below it."""
    if not like.exact and like.reached and not like.admits(value):
        msg = f"these patients give {value}, which does not print as {like}"
        raise AssertionError(msg)
    return Printed.parse(like.render(value))


def _reprinted(owner: Any, scope: Scope, subject: str, shown: Mapping[FigureKey, Printed]) -> Any:
    fields = {}
    for quantity in QUANTITIES.values():
        stated = getattr(owner, quantity.key) if quantity.scope == scope else None
        if stated is None:
            continue
        entries = stated if isinstance(stated, tuple) else (stated,)
        made = tuple(
            _entry(one, FigureKey(quantity.key, subject, one.at), shown) for one in entries
        )
        fields[quantity.key] = made if isinstance(stated, tuple) else made[0]
    return _changed(owner, **fields)


def _entry(entry: Any, key: FigureKey, shown: Mapping[FigureKey, Printed]) -> Any:
    name = next(name for name in _NUMBERS if name in type(entry).model_fields)
    changed: dict[str, Any] = {name: shown[key]}
    if getattr(entry, "ci", None) is not None:
        lower, upper = (shown[limit] for limit in key.limits)
        changed["ci"] = _changed(entry.ci, lower=lower, upper=upper)
    return _changed(entry, **changed)


def _changed(table: Any, **fields: Any) -> Any:
    kept = {name: getattr(table, name) for name in type(table).model_fields}
    return type(table).model_construct(None, **kept | fields)
