"""Whether groups can be made of the patients of a parent, by what is printed of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.trial import Analysis

__all__ = ["are_all", "find_obstacle"]


def find_obstacle(parent: Analysis, groups: Sequence[Analysis]) -> str | None:
    """Say why sub-groups cannot be made of their parent's patients; None where they can."""
    sizes = {arm.id: arm.n.printed.value for arm in parent.arms}
    for group in groups:
        if {arm.id for arm in group.arms} != set(sizes):
            return "the arms are not the same"
        if (group.endpoint, group.time_unit) != (parent.endpoint, parent.time_unit):
            return "endpoint or time unit are not the same"
    for arm, size in sizes.items():
        members = sum(group.arm(arm).n.printed.value for group in groups)
        if members > size:
            return f"{members:g} patients of arm {arm} are more than its {size:g}"
    return None


def are_all(whole: Analysis, groups: Sequence[Analysis]) -> bool:
    """Tell whether groups have all patients of each arm."""
    return all(
        sum(group.arm(arm.id).n.printed.value for group in groups) == arm.n.printed.value
        for arm in whole.arms
    )
