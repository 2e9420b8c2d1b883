"""Patients as witnesses: that printed figures can all be true at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.reconstruction import Match, Reconstruction, reconstruct_analysis
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from survkit.trial import Analysis

__all__ = ["Witness", "seek_witness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """
    Synthetic patients called to prove that printed figures are compatible.

    Parameters
    ----------
    analysis : Analysis
        The published analysis.
    reconstruction : Reconstruction
        Patients made from all its figures, inputs and checks alike.
    matches : tuple of Match
        Every printed figure, reprints included, with what the patients give for it. Stratified
        figures are those of patients in one stratum.
    """

    analysis: Analysis
    reconstruction: Reconstruction
    matches: tuple[Match, ...]

    @property
    def missed(self) -> tuple[Match, ...]:
        """Figures that the patients do not print."""
        return tuple(match for match in self.matches if not match.met)

    @property
    def proves(self) -> bool:
        """Whether the patients print every figure, which proves the figures compatible."""
        return not self.missed


def seek_witness(analysis: Analysis) -> Witness:
    """
    Look for patients that print every figure of an analysis.

    One such data set proves that the figures can all be true at once. That none is found proves
    nothing: the search is bounded.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.

    Returns
    -------
    Witness
        The patients, measured by survkit's own kernels.
    """
    analysis = as_analysis(analysis, "seek_witness")
    reconstruction = reconstruct_analysis(analysis.with_inputs_only())
    achieved = {match.figure.key: match.achieved for match in reconstruction.matches}
    matches = tuple(
        Match(
            figure=figure,
            achieved=achieved[figure.key],
            met=figure.printed.admits(achieved[figure.key]),
        )
        for figure in analysis.figures
    )
    return Witness(analysis=analysis, reconstruction=reconstruction, matches=matches)
