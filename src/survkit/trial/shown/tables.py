"""Trials and analyses as a line, as a table of a page and as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survkit.display import card, table
from survkit.trial.figures import FIGURE_COLUMNS, figure_cells

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ShownAnalysis", "ShownTrial"]


class ShownAnalysis:
    """What an analysis shows of its printed figures."""

    def __repr__(self: Any) -> str:
        return f"<Analysis {self.id}: {len(self.arms)} arms, {len(self.figures)} printed figures>"

    def _repr_html_(self: Any) -> str:
        """Show the printed figures in a notebook."""
        rows = [
            ("" if cell is None else cell for cell in figure_cells(figure))
            for figure in self.figures
        ]
        title = f"{self.id}: {self.endpoint}, in {self.time_unit}s"
        return card(title, table(FIGURE_COLUMNS, map(tuple, rows), numbers="time printed"))

    def to_frame(self: Any) -> pd.DataFrame:
        """
        List the printed figures.

        Returns
        -------
        pandas.DataFrame
            One row per figure, with the columns ``analysis``, ``subject`` (arm or contrast, empty
            for all arms), ``quantity``, ``time`` (the analysis' unit), ``printed`` (text, with its
            digits), ``role``, ``verified`` and ``source``.
        """
        import pandas as pd

        rows = [(self.id, *figure_cells(figure)) for figure in self.figures]
        return pd.DataFrame(rows, columns=["analysis", *FIGURE_COLUMNS])


class ShownTrial:
    """What a trial shows of its analyses."""

    def __repr__(self: Any) -> str:
        return f"<Trial {self.id}: {', '.join(analysis.id for analysis in self.analyses)}>"

    def _repr_html_(self: Any) -> str:
        """Show the analyses in a notebook."""
        rows = [
            (one.id, one.endpoint, one.subgroup or "", len(one.arms), len(one.figures))
            for one in self.analyses
        ]
        titles = ("analysis", "endpoint", "sub-group", "arms", "figures")
        name = self.name if self.condition is None else f"{self.name}: {self.condition}"
        return card(name, table(titles, rows, numbers="arms figures"))

    def to_frame(self: Any) -> pd.DataFrame:
        """
        List the printed figures of all analyses.

        Returns
        -------
        pandas.DataFrame
            The rows and columns of `Analysis.to_frame`, one analysis after the other.
        """
        import pandas as pd

        rows = [
            (analysis.id, *figure_cells(figure))
            for analysis in self.analyses
            for figure in analysis.figures
        ]
        return pd.DataFrame(rows, columns=["analysis", *FIGURE_COLUMNS])
