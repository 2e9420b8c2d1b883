"""What a trial file is made of before it is text: analyses, arms and contrasts as read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.digitized import DigitizedCurve

__all__ = [
    "DraftAnalysis",
    "DraftArm",
    "DraftContrast",
    "DraftFigure",
    "Heading",
    "Transcript",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """
    What the file says besides what was read, and what was given by hand.

    Parameters
    ----------
    id : str
        Id of the trial.
    citation : str
        Where the figure stands.
    folder : str
        Folder of the curve files, relative to the trial file.
    endpoint : str
        Endpoint of all panels; empty where their titles are to tell it.
    time_unit : str
        Unit of the time axis; empty where its title is to tell it.
    patients : tuple of int
        Patients of each curve, in the order of panels and curves; empty where the numbers at risk
        are to tell them.
    """

    id: str
    citation: str
    folder: str
    endpoint: str = ""
    time_unit: str = ""
    patients: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """
    A trial file with its curve files, as text.

    Parameters
    ----------
    trial : str
        The trial file, TOML.
    files : mapping of str to str
        Curve files and files of marks, CSV, by their path relative to the trial file.
    remarks : tuple of str
        What could not be read, or had to be decided, a sentence each.
    missing : tuple of str
        What has to be filled in before the file can be read, a sentence each.
    """

    trial: str
    files: Mapping[str, str]
    remarks: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFigure:
    """A figure as the file will print it: digits or words, limits in the same way, their level."""

    value: str
    ci: tuple[str, str] | None = None
    level: str = "95"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftArm:
    """One arm: its id, name, curve and totals, numbers at risk by time as printed, its median."""

    id: str
    name: str
    n: int | None
    events: int | None
    at_risk: tuple[tuple[str, int], ...]
    median: DraftFigure | None
    curve: DigitizedCurve
    curve_file: str
    marks_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContrast:
    """Two arms compared, by their ids, and what is printed of them; `why` tells the direction."""

    experimental: str
    reference: str
    why: str
    hazard_ratio: DraftFigure | None
    p_value: DraftFigure | None
    sided: int = 2
    stratified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAnalysis:
    """One panel: its endpoint and unit, empty where not read, and the words printed in it."""

    id: str
    endpoint: str
    time_unit: str
    arms: tuple[DraftArm, ...]
    contrast: DraftContrast | None
    words: tuple[str, ...]
