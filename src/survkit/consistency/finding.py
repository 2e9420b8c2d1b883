"""What a check finds: how bad it is, what is printed, what would have to hold instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.trial import Figure

__all__ = ["Finding", "Severity"]


class Severity(StrEnum):
    """How much a finding says against the printed figures, from worst to least."""

    IMPOSSIBLE = "impossible"
    """No unrounded values exist that print like this, under the assumptions of the check."""
    UNLIKELY = "unlikely"
    """Possible, but only if something holds that the paper does not say, or far from the usual."""
    NOTE = "note"
    """Worth knowing before the figures are used together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    What one check finds about a few printed figures.

    Parameters
    ----------
    check : str
        Name of the check, as in docs/audit.md.
    severity : Severity
        How much it says against the figures.
    subject : str
        The arm id, ``"experimental vs reference"``, or empty for the whole analysis.
    figures : tuple of Figure
        The figures involved.
    printed : str
        What is printed.
    required : str
        What would have to hold.
    implied : str
        What the figures imply instead; empty where there is nothing to say.
    numbers : mapping of str to float
        The numbers behind the words.
    analysis : str
        Id of the analysis.
    """

    check: str
    severity: Severity
    subject: str
    figures: tuple[Figure, ...]
    printed: str
    required: str
    implied: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    analysis: str = ""

    @property
    def sentence(self) -> str:
        """The finding in running text."""
        parts = [f"printed: {self.printed}", f"required: {self.required}"]
        if self.implied:
            parts.append(f"implied: {self.implied}")
        return "; ".join(parts)
