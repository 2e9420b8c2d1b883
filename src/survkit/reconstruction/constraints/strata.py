"""Strata: which patients stand in which, where the sizes of a stratified model are printed.

Every level of a factor is spread evenly over the order of leaving, so that strata differ in nothing
but their label; an arm's own figures do not see it. Where that cannot print a stratified ratio and
its interval, levels have a prognosis: patients of one leave early, of the next later, more or less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Codes
    from survkit.trial import Analysis, Factor

__all__ = ["Strata", "apportion", "assign_strata", "spread_evenly"]

_DIFFER = "strata are taken to differ in hazard: the stratified figures need it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """The strata of an analysis."""

    names: tuple[str, ...]  # name of each stratum: the ids of its levels, factor by factor
    # for each arm the stratum of its patients, in the order of leaving, as position in `names`
    codes: tuple[Codes, ...]
    assumptions: tuple[str, ...]  # what was not printed and had to be assumed, a sentence each


def assign_strata(analysis: Analysis, prognosis: float = 0.0) -> Strata | None:
    """
    Give every patient a stratum.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    prognosis : float
        How much levels differ in when their patients leave: 0 for not at all, 1 for one after the
        other in the file's order, -1 in the opposite one.

    Returns
    -------
    Strata or None
        The strata, None where no sizes are printed.
    """
    if not analysis.stratification:
        return None
    names: tuple[str, ...] = ("",)
    codes = [np.zeros(int(arm.n.printed.value), dtype=np.int64) for arm in analysis.arms]
    for factor in analysis.stratification:
        levels = [level.id for level in factor.levels]
        for arm, counts in enumerate(_sizes(factor, analysis)):
            # in the order of the strata so far, so that the factors are independent
            order = np.argsort(codes[arm], kind="stable")
            level = np.empty_like(order)
            level[order] = spread_evenly(counts)
            if prognosis:
                level = _spread_by_prognosis(counts, prognosis)
            codes[arm] = codes[arm] * len(levels) + level
        names = tuple(f"{name}/{level}".strip("/") for name in names for level in levels)
    said = [*_assumptions(analysis), *([_DIFFER] if prognosis else [])]
    return Strata(names=names, codes=tuple(codes), assumptions=tuple(said))


def _sizes(factor: Factor, analysis: Analysis) -> list[list[int]]:
    """Sizes of a factor's levels in each arm; they add up to the arm's patients."""
    patients = [int(arm.n.printed.value) for arm in analysis.arms]
    totals = [
        level.n.value
        if level.n is not None
        else sum(n.value for n in (level.per_arm or {}).values())
        for level in factor.levels
    ]
    sizes: list[list[int]] = []
    left = apportion(sum(patients), totals)
    for arm, n in zip(analysis.arms, patients, strict=True):
        printed = [level.per_arm[arm.id].value for level in factor.levels if level.per_arm]
        last = len(sizes) == len(patients) - 1 and min(left) >= 0
        shares = left if last else apportion(n, printed if len(printed) == len(totals) else totals)
        sizes.append(shares)
        left = [most - taken for most, taken in zip(left, shares, strict=True)]
    return sizes


def apportion(total: int, weights: list[float]) -> list[int]:
    """
    Divide a number of patients in whole parts, by the largest remainders.

    Parameters
    ----------
    total : int
        Patients.
    weights : list of float
        What the parts are proportional to; equal parts where all are 0.

    Returns
    -------
    list of int
        The parts; they add up to `total`.

    Examples
    --------
    >>> apportion(10, [1, 1, 1])
    [4, 3, 3]
    """
    shares = weights if any(weights) else [1] * len(weights)
    exact = [total * share / sum(shares) for share in shares]
    parts = [int(round(part, 9)) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda k: (round(parts[k] - exact[k], 9), k))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def spread_evenly(counts: list[int]) -> Codes:
    """
    Put labels in a row so that each is spread over it as evenly as the others let it.

    Parameters
    ----------
    counts : list of int
        How often each label occurs.

    Returns
    -------
    ndarray of int, shape (sum(counts),)
        The labels, as positions in `counts`.

    Examples
    --------
    >>> spread_evenly([2, 4]).tolist()
    [1, 0, 1, 1, 0, 1]
    """
    total = sum(counts)
    label = np.repeat(np.arange(len(counts)), counts)
    place = np.concatenate([(np.arange(count) + 0.5) / max(count, 1) for count in counts])
    order = np.lexsort((label, (place * total).round(9)))
    return label[order]


def _spread_by_prognosis(counts: list[int], prognosis: float) -> Codes:
    """Spread labels over a row so that the first ones stand more in front, or behind."""
    total = max(sum(counts), 1)
    label = np.repeat(np.arange(len(counts)), counts)
    within = np.concatenate([(np.arange(count) + 0.5) / max(count, 1) for count in counts])
    apart = (np.arange(label.size) + 0.5) / total
    if prognosis < 0.0:
        before = total - np.cumsum(counts)
        apart = (before[label] / total) + within * np.array(counts)[label] / total
    place = (1.0 - abs(prognosis)) * within + abs(prognosis) * apart
    return label[np.lexsort((label, (place * total).round(9)))]


def _assumptions(analysis: Analysis) -> list[str]:
    sentences = []
    patients = sum(int(arm.n.printed.value) for arm in analysis.arms)
    for factor in analysis.stratification:
        totals = [level.n.value for level in factor.levels if level.n is not None]
        if totals:
            sentences.append(
                f"sizes of the strata by {factor.factor} are printed over all arms: every arm is "
                "taken to have the same shares"
            )
        if totals and sum(totals) != patients:
            sentences.append(
                f"{patients - sum(totals):g} patients without a stratum by {factor.factor} are "
                "shared out among the others"
            )
    if len(analysis.stratification) > 1:
        words = " and ".join(factor.factor for factor in analysis.stratification)
        sentences.append(f"{words} are taken to be independent of each other")
    return sentences
