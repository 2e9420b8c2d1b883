"""Analyses of one trial together: the patients of a sub-group are patients of its parent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from survkit.kernels.violation import CONTRAST
from survkit.reconstruction.bounds import within_arithmetic
from survkit.reconstruction.constraints.sample import arm_times
from survkit.reconstruction.cost import tell_cost
from survkit.reconstruction.patients import draft_analysis, reconstruct_analysis
from survkit.reconstruction.population.draws import draw_prior
from survkit.reconstruction.population.priors import find_prior
from survkit.reconstruction.record.assumptions import DRAWN
from survkit.reconstruction.subgroups.assignment import SATURATIONS, divide
from survkit.reconstruction.subgroups.factors import (
    Factor,
    ask_groups,
    by_arm,
    ends_of_follow_up,
    record_group,
)
from survkit.reconstruction.subgroups.parentage import are_all, find_obstacle
from survkit.reconstruction.subgroups.settle import settle
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.reconstruction.record.reconstruction import Reconstruction
    from survkit.reconstruction.subgroups.exchange import Division
    from survkit.trial import Analysis, Trial

__all__ = ["Family", "reconstruct"]

_DRAWS = 4
"""Draws of the prior that are tried where groups miss a little of what they print."""
_NEARLY = 4.0
"""What they miss at most for that: four figures by half a rounding window, say."""


class _Settled(NamedTuple):
    """Patients of a parent, and how they are divided by each of some factors."""

    whole: Reconstruction
    factors: Sequence[Factor]
    divisions: Sequence[Division]

    @property
    def loss(self) -> float:
        """The largest loss of a factor."""
        return max(one.loss for one in self.divisions)


class Family:
    """
    The analyses of a trial, reconstructed so that sub-groups add up.

    A sub-group is made of patients of its parent, who keep their numbers, times and events. Those
    by the same factor share no patient, and are chosen together.

    Parameters
    ----------
    analyses : iterable of Analysis
        The analyses of one trial.
    prior : PopulationPrior, optional
        What fills the gaps between figures of all of them, in place of what each names.
    """

    def __init__(
        self, analyses: Iterable[Analysis], *, prior: PopulationPrior | None = None
    ) -> None:
        self._prior = prior
        self._analyses = {analysis.id: analysis for analysis in analyses}
        self._done: dict[str, Reconstruction] = {}
        self._alone: dict[str, Reconstruction] = {}
        self._models: dict[str, Reconstruction] = {}

    @classmethod
    def of(cls, analysis: Analysis) -> Family:
        """
        Return the family of an analysis: those of its trial, or itself where it stands alone.

        The family of the trial that was asked last is kept, with what it has found.
        """
        trial = analysis.trial
        if trial is None:
            return cls([analysis])
        if not _asked_last or _asked_last[0][0] is not trial:
            _asked_last[:] = [(trial, cls(trial.analyses))]
        return _asked_last[0][1]

    @property
    def done(self) -> frozenset[str]:
        """Ids of the analyses that have been reconstructed."""
        return frozenset(self._done)

    def reconstruct(self, analysis: Analysis) -> Reconstruction:
        """
        Reconstruct one of the analyses, with its parent and what shares its factor.

        Parameters
        ----------
        analysis : Analysis
            One of the family.

        Returns
        -------
        Reconstruction
            Patients, matches, assumptions and provenance; `within` names the parent.
        """
        with within_arithmetic(analysis):
            return self._reconstruct(analysis)

    def together(self, analysis: Analysis) -> dict[str, Reconstruction] | None:
        """
        Reconstruct an analysis with all its sub-groups in one attempt, where others may follow.

        Parameters
        ----------
        analysis : Analysis
            One of the family that has sub-groups.

        Returns
        -------
        dict of str to Reconstruction or None
            The analysis and its sub-groups by id, sub-groups within the analysis; None as soon as
            figures of one of them are missed: nothing else is tried.
        """
        with within_arithmetic(analysis):
            plain = reconstruct_analysis(analysis, prior=self._prior)
            parts = self._parts(analysis)
            settled = (
                self._settled(analysis, parts, ends_of_follow_up(plain), 1) if plain.met else None
            )
            if settled is None or settled.loss > CONTRAST.met:
                return None
            return self._all_labelled(settled)

    def _reconstruct(self, analysis: Analysis) -> Reconstruction:
        """Reconstruct an analysis, and remember it."""
        if analysis.id not in self._done:
            parent = self._analyses.get(analysis.of or "")
            if parent is None:
                self._done |= self._whole(analysis)
            else:
                self.reconstruct(parent)
        if analysis.id not in self._done:
            self._done |= self._divided(self._analyses[str(analysis.of)], self._beside(analysis))
        return self._done[analysis.id]

    def _beside(self, analysis: Analysis) -> list[Analysis]:
        """Return the sub-groups by the same factor of the same parent, itself among them."""
        if analysis.by is None:
            return [analysis]
        others = self._analyses.values()
        return [one for one in others if (one.of, one.by) == (analysis.of, analysis.by)]

    def _whole(self, analysis: Analysis) -> dict[str, Reconstruction]:
        """Reconstruct an analysis and its sub-groups, which tell where its curve is."""
        plain = reconstruct_analysis(analysis, prior=self._prior)
        parts = self._parts(analysis)
        while parts:
            found = self._all_labelled(self._closest(analysis, parts, ends_of_follow_up(plain)))
            whole = [part for part in parts if all(found[group.id].within for group in part)]
            if whole == parts:
                return found
            # patients were moved in vain for groups that stand alone after all: once more without
            parts = whole
        return {analysis.id: plain}

    def _closest(
        self, analysis: Analysis, parts: list[list[Analysis]], ends: dict[str, float]
    ) -> _Settled:
        """
        Divide patients of the likeliest hazards; where groups of them miss a little, of drawn ones.

        Whether patients can be divided may hang on the last digits of a population.
        """
        likeliest = self._settled(analysis, parts, ends, len(SATURATIONS))
        if self._prior is not None or not CONTRAST.met < likeliest.loss <= _NEARLY:
            return likeliest
        prior = find_prior(analysis.prior)
        if not prior.replaceable:
            return likeliest
        for number in range(_DRAWS):
            drawn = draw_prior(prior, np.random.SeedSequence(number))
            found = self._settled(analysis, parts, ends, 1, drawn)
            if found.whole.met and found.loss <= CONTRAST.met:
                said = (*found.whole.assumptions, DRAWN)
                return found._replace(whole=replace(found.whole, assumptions=said))
        return likeliest

    def _settled(
        self,
        analysis: Analysis,
        parts: list[list[Analysis]],
        ends: dict[str, float],
        starts: int,
        prior: PopulationPrior | None = None,
    ) -> _Settled:
        """Make patients of an analysis who can be divided by some factors, and divide them."""
        prior = self._prior if prior is None else prior
        factors = [self._refined(part) for part in parts]
        alone = [[self._model(group, ends) for group in factor.finest] for factor in factors]
        divided_further = [part for part, factor in zip(parts, factors, strict=True) if factor.made]
        coarse = [[self._model(group, ends) for group in part] for part in divided_further]
        draft = draft_analysis(analysis, alone + coarse, prior=prior)
        groups = [ask_groups(analysis, *pair) for pair in zip(factors, alone, strict=True)]
        draft, divisions = settle(draft, groups, starts=starts)
        return _Settled(draft.reconstruction, factors, divisions)

    def _all_labelled(self, settled: _Settled) -> dict[str, Reconstruction]:
        """Write down an analysis and the groups of all its factors."""
        found = {settled.whole.analysis.id: settled.whole}
        for factor, division in zip(settled.factors, settled.divisions, strict=True):
            found |= self._labelled(settled.whole, factor, division)
        return found

    def _refined(self, groups: Sequence[Analysis]) -> Factor:
        """Divide groups further where groups of them, by a factor, are all of their patients."""
        finest: list[Analysis] = []
        made = []
        for group in groups:
            whole = [part for part in self._parts(group) if are_all(group, part)]
            inner = whole[0] if whole else [group]
            if whole:
                made.append((group, frozenset(range(len(finest), len(finest) + len(inner)))))
            finest += inner
        return Factor(finest, made)

    def _labelled(
        self, whole: Reconstruction, factor: Factor, division: Division
    ) -> dict[str, Reconstruction]:
        """Write down the groups of a factor, those that are made of others before these."""
        ends = ends_of_follow_up(whole)
        within = {group.id: whole for group in factor.finest}
        found = {}
        groups = [*factor.made, *((group, frozenset({n})) for n, group in enumerate(factor.finest))]
        for group, labels in groups:
            parent = within.get(group.id, whole)
            inside = np.isin(np.concatenate(division.labels), list(labels))
            ipd = pd.concat(by_arm(whole, [arm.id for arm in whole.analysis.arms]))[inside]
            found[group.id] = self._preferred(record_group(parent, group, ipd), ends)
            if len(labels) > 1:
                within |= {factor.finest[label].id: found[group.id] for label in labels}
        return found

    def _model(self, analysis: Analysis, ends: dict[str, float]) -> Reconstruction:
        """Reconstruct a sub-group without its parent, but followed as long: as members may be."""
        if analysis.id not in self._models:
            self._models[analysis.id] = reconstruct_analysis(
                analysis, followed=ends, prior=self._prior
            )
        return self._models[analysis.id]

    def _by_itself(self, analysis: Analysis, ends: dict[str, float]) -> Reconstruction:
        """Reconstruct a sub-group without its parent, but followed as long where that will do."""
        if analysis.id not in self._alone:
            found = self._model(analysis, ends)
            if _missed(found):
                plain = reconstruct_analysis(analysis, prior=self._prior)
                found = min(found, plain, key=_missed)
            if not found.met:
                mended = _mended(analysis, ends, self._prior)
                found = min(found, mended, key=lambda one: one.missed)
            self._alone[analysis.id] = found
        return self._alone[analysis.id]

    def _parts(self, analysis: Analysis) -> list[list[Analysis]]:
        """Return the sub-groups that divide an analysis, factor by factor."""
        children = [child for child in self._analyses.values() if child.of == analysis.id]
        parts = {group[0].id: group for group in map(self._beside, children)}
        return [group for group in parts.values() if find_obstacle(analysis, group) is None]

    def _divided(self, parent: Analysis, groups: list[Analysis]) -> dict[str, Reconstruction]:
        """Reconstruct sub-groups out of their parent, or on their group where that cannot be."""
        obstacle = find_obstacle(parent, groups)
        if obstacle is not None:
            return {
                group.id: self._apart(group, f"{parent.id}, as {obstacle}", {}) for group in groups
            }
        whole = self.reconstruct(parent)
        ends = ends_of_follow_up(whole)
        factor = Factor(groups, [])
        alone = [self._model(group, ends) for group in groups]
        arms = [arm.id for arm in parent.arms]
        division = divide(
            list(map(arm_times, by_arm(whole, arms))), ask_groups(parent, factor, alone)
        )
        return self._labelled(whole, factor, division)

    def _preferred(self, within: Reconstruction, ends: dict[str, float]) -> Reconstruction:
        """Prefer patients who print every figure to patients of the parent who do not."""
        if _missed(within) == 0:
            return within
        if _missed(self._by_itself(within.analysis, ends)) >= _missed(within):
            return within
        reason = f"{within.within}: no way was found to print all figures with patients of it"
        return self._apart(within.analysis, reason, ends)

    def _apart(self, analysis: Analysis, reason: str, ends: dict[str, float]) -> Reconstruction:
        """Return a sub-group by itself, which says so."""
        alone = self._by_itself(analysis, ends)
        sentence = f"these patients are none of those of {reason}"
        return replace(alone, assumptions=(*alone.assumptions, sentence))


_asked_last: list[tuple[Trial, Family]] = []
"""The trial that was asked last, and its family: at most one, as patients take memory."""


def reconstruct(analysis: Analysis, *, prior: str | None = None) -> pd.DataFrame:
    """
    Make synthetic patients that print what an analysis prints.

    Parameters
    ----------
    analysis : Analysis
        A published analysis, or typed figures; its inputs shape the patients, its checks do not.

        The patients of a sub-group are those of its parent, as in every other output: an analysis
        knows the trial that it was read with.
    prior : {"learned", "smooth"}, optional
        What fills the gaps between figures, in place of what the analysis names: hazards as real
        trials have them, or the smoothest. Parent and sub-groups are made with it, too.

    Returns
    -------
    pandas.DataFrame
        One row per patient: index ``subject``, columns ``time`` (float, the analysis' unit),
        ``event`` (1 event, 0 censored), ``arm`` (categorical, reference arms first) and, where the
        sizes of strata are printed, ``stratum`` (categorical).
        Synthetic: these are no real patients, and other data sets print the same.

    Examples
    --------
    >>> import survkit
    >>> patients = survkit.reconstruct(survkit.load_trial("radiant-3").analyses[0])
    >>> patients.groupby("arm", observed=True)["event"].agg(["size", "sum"])
                size  sum
    arm
    placebo      203  165
    everolimus   207  109
    """
    analysis = as_analysis(analysis, "reconstruct")
    asked = analysis if prior is None else analysis.with_prior(prior)
    family = Family.of(asked)
    tell_cost(asked, known=family.done)
    return family.reconstruct(asked).ipd.copy()


def _mended(
    analysis: Analysis, ends: dict[str, float], prior: PopulationPrior | None
) -> Reconstruction:
    """Reconstruct a sub-group as a trial of its own, where small arms are searched, too."""
    free = analysis.model_copy(update={"of": None})
    found = reconstruct_analysis(free, followed=ends, prior=prior)
    return replace(found, analysis=analysis)


def _missed(found: Reconstruction) -> int:
    """Count the figures beyond their rounding and their stated tolerance."""
    missed = 0
    for match in found.matches:
        tolerance = match.figure.tolerance
        distance = abs(match.achieved - match.figure.printed.value)
        missed += not (match.met or (tolerance and distance <= float(tolerance.absolute)))
    return missed
