"""What a figure says: panels with axes, curves, marks, risk tables and printed figures.

Nothing here is verified: it is what a program read, with what it could not read beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.drawings.primitives import Box, Colour

__all__ = ["Axis", "Curve", "Panel", "PrintedText", "RiskRow", "RiskTable", "Tick"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """
    A labelled place on an axis.

    Parameters
    ----------
    place : float
        Where it lies along the axis, in figure coordinates.
    value : float
        What its label says, as printed (per cent stay per cent).
    label : str
        The label itself; empty where the tick was given by hand.
    """

    place: float
    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """
    A linear axis, calibrated.

    Parameters
    ----------
    origin : float
        Where the printed value 0 lies or would lie, in figure coordinates.
    unit : float
        Units of the drawing per printed unit; never 0.
    scale : {"time", "percent", "probability"}
        What is printed along it: times, survival from 0 to 100, or from 0 to 1.
    ticks : tuple of Tick
        The labelled places it was calibrated by, ascending.
    calibrated_by : {"ticks", "grid", "labels", "hand"}
        Whether tick marks, grid lines, the middles of the labels, or the user gave the places.
    error : float
        Greatest distance of a place in `ticks` from the axis's line, in printed units.
    title : str
        Its title, empty where none was found.
    """

    origin: float
    unit: float
    scale: Literal["time", "percent", "probability"]
    ticks: tuple[Tick, ...]
    calibrated_by: Literal["ticks", "grid", "labels", "hand"]
    error: float = 0.0
    title: str = ""

    def value(self, place: Floats | float) -> Floats:
        """
        Return the value at a place: a time, or survival as a probability.

        Parameters
        ----------
        place : ndarray of float or float
            Places along the axis, in figure coordinates.

        Returns
        -------
        ndarray of float
            Times in the unit of the axis, or probabilities.
        """
        printed = (np.asarray(place, dtype=float) - self.origin) / self.unit
        return printed / 100 if self.scale == "percent" else printed

    def place(self, value: Floats | float) -> Floats:
        """
        Return where a value lies; undoes `value`.

        Parameters
        ----------
        value : ndarray of float or float
            Times in the unit of the axis, or probabilities.

        Returns
        -------
        ndarray of float
            Places along the axis, in figure coordinates.
        """
        printed = np.asarray(value, dtype=float) * (100 if self.scale == "percent" else 1)
        return self.origin + self.unit * printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """
    One step curve of a panel.

    Parameters
    ----------
    time : ndarray of float, shape (k,)
        Where the steps are, ascending, in the unit of the time axis; the first is where the curve
        begins.
    survival : ndarray of float, shape (k,)
        Probability from each time on (right-continuous). Falls, unless `falls` is false.
    end_time : float
        Where the drawn line ends.
    time_precision, survival_precision : float
        How far a coordinate may be off for the digits of the file.
    colour : tuple of int
        Colour of its line.
    dash : tuple of float
        Dashes and gaps in units of the drawing; empty for a solid line.
    width : float
        Thickness of its line, in units of the drawing.
    mark_times, mark_survival : ndarray of float, shape (m,)
        Censoring marks on the curve, ascending; one for each place, however many patients.
    arm : str
        The arm's name as legend or label has it; empty where none was found.
    named_by : {"legend", "colour", "beside", "risk table", ""}
        Whether a legend's key, the colour of a text, a text beside the curve or a row of the risk
        table gave the name.
    lower, upper : ndarray of float, shape (k,), or None
        Confidence limits drawn as lines, at the same times; None where there are none.
    open_levels : tuple of int
        Levels, by their number, that are too short for the file to hold their heights, and whose
        heights do not follow from whole patients either: they are assumed.
    falls : bool
        True for survival, False for a curve of incidence, which rises.
    """

    time: Floats
    survival: Floats
    end_time: float
    time_precision: float
    survival_precision: float
    colour: Colour
    dash: tuple[float, ...]
    width: float
    mark_times: Floats
    mark_survival: Floats
    arm: str = ""
    named_by: Literal["legend", "colour", "beside", "risk table", ""] = ""
    lower: Floats | None = None
    upper: Floats | None = None
    open_levels: tuple[int, ...] = ()
    falls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """
    One row of a table of numbers at risk.

    Parameters
    ----------
    label : str
        Its label, empty where a bar or a sample of the line stands instead.
    curve : int or None
        The curve of the panel that it belongs to; None where that cannot be told.
    at_risk : tuple of (int or None)
        Numbers, one per time of the table; None where nothing is printed.
    censored : tuple of (int or None) or None
        Numbers censored, where they are printed in brackets beside; None where they are not.
    events : tuple of (int or None) or None
        Numbers of events likewise, where the heading says so of what stands in brackets.
    """

    label: str
    curve: int | None
    at_risk: tuple[int | None, ...]
    censored: tuple[int | None, ...] | None = None
    events: tuple[int | None, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTable:
    """
    Numbers at risk under the time axis.

    Parameters
    ----------
    title : str
        Its heading, empty where none was found.
    times : tuple of float
        Times of the columns, in the unit of the time axis, ascending.
    rows : tuple of RiskRow
        Its rows, from top to bottom.
    """

    title: str
    times: tuple[float, ...]
    rows: tuple[RiskRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedText:
    """
    A figure printed in the panel, unverified.

    Parameters
    ----------
    quantity : {"hazard_ratio", "p_value", "median"}
        What it seems to be.
    value : str
        Its digits or words as printed (``"0.70"``, ``"<0.001"``, ``"not reached"``).
    ci : tuple of str or None
        Limits as printed, or None.
    arm : str
        The arm it is said of, as printed; empty where it compares arms.
    words : str
        The line or lines it was read from.
    """

    quantity: Literal["hazard_ratio", "p_value", "median"]
    value: str
    ci: tuple[str, str] | None = None
    arm: str = ""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """
    One pair of axes with what is drawn in it.

    Parameters
    ----------
    name : str
        Its letter, or "1", "2", … in the order of the page where no letters are printed.
    title : str
        Its title, empty where none was found.
    box : Box
        The plot region in figure coordinates.
    time, survival : Axis
        Its axes.
    curves : tuple of Curve
        Its curves, in the order of the legend where there is one, else of drawing.
    risk_table : RiskTable or None
        Numbers at risk, where they are printed as text.
    printed : tuple of PrintedText
        Hazard ratio, interval, p-value, medians printed in the panel, unverified.
    remarks : tuple of str
        What could not be read or had to be decided, a sentence each.
    """

    name: str
    title: str
    box: Box
    time: Axis
    survival: Axis
    curves: tuple[Curve, ...]
    risk_table: RiskTable | None
    printed: tuple[PrintedText, ...]
    remarks: tuple[str, ...]
