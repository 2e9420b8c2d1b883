"""What a check has so far: trials reproduced, with R's opinion where it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survkit.wording import plural

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction
    from survkit.second_opinion import Opinion, RSurvival

__all__ = ["Checked", "ask_second_opinion", "name_versions", "opinion_sentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """
    A trial, reproduced.

    Parameters
    ----------
    reproduction : Reproduction
        Patients, refits and verdicts.
    opinions : mapping of str to tuple of Opinion
        By analysis id, R's value for each figure; empty where R was not asked.
    """

    reproduction: Reproduction
    opinions: Mapping[str, tuple[Opinion, ...]] = field(default_factory=dict)

    @property
    def contradicted(self) -> bool:
        """Whether R gives another value somewhere, without a convention that explains it."""
        return any(opinion.contradicts for own in self.opinions.values() for opinion in own)


def ask_second_opinion(program: RSurvival, reproduction: Reproduction) -> Checked:
    """
    Let R refit a trial's patients.

    Parameters
    ----------
    program : RSurvival
        R.
    reproduction : Reproduction
        The trial.

    Returns
    -------
    Checked
        The same, with R's opinion of every figure.
    """
    from survkit.second_opinion import compare_opinions

    results = {result.analysis.id: result for result in reproduction.analyses}
    values = program.refit(
        {name: (own.reconstruction.ipd, own.analysis) for name, own in results.items()}
    )
    opinions = {
        name: compare_opinions(
            own.analysis, own.reconstruction.ipd, own.refit.estimates, values[name]
        )
        for name, own in results.items()
    }
    return Checked(reproduction=reproduction, opinions=opinions)


def name_versions(program: RSurvival) -> str:
    """
    Name R and its package.

    Parameters
    ----------
    program : RSurvival
        R.

    Returns
    -------
    str
        Such as ``"R 4.2.2 with survival 3.5.3"``.
    """
    return f"R {program.versions['R']} with survival {program.versions['survival']}"


def opinion_sentence(program: RSurvival, opinions: Sequence[Opinion]) -> str:
    """
    Sum up R's opinion.

    Parameters
    ----------
    program : RSurvival
        R.
    opinions : sequence of Opinion
        R's opinion of figures.

    Returns
    -------
    str
        How many values are lifelines', to 1e-6 relative, how many differ by a convention, and how
        many contradict it.
    """
    agreeing = sum(opinion.agrees for opinion in opinions)
    explained = sum(opinion.convention is not None for opinion in opinions)
    contradicting = sum(opinion.contradicts for opinion in opinions)
    parts = [
        f"{name_versions(program)} agrees with lifelines to 1e-6 relative on {agreeing} of "
        f"{plural(len(opinions), 'figure')}"
    ]
    if explained:
        verb = "differs" if explained == 1 else "differ"
        parts.append(f"{explained} {verb} by a named convention")
    if contradicting:
        parts.append(f"{contradicting} without an explanation")
    return f"{'; '.join(parts)}."
