"""Patients as a time-to-event analysis data set of CDISC's ADaM; docs/adtte.md gives its rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from survkit.characters import visible, without_commands, without_formulas
from survkit.export.arguments import check_patients
from survkit.typed import as_instance

if TYPE_CHECKING:
    from survkit.reconstruction import Reconstruction
    from survkit.trial import Analysis, Trial

__all__ = ["Adtte", "Variable", "adtte_csv", "tabulate_adtte"]

Kind = Literal["text", "integer", "float"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of an analysis data set."""

    name: str  # at most eight capitals, digits and underscores
    label: str  # at most 40 characters
    kind: Kind  # what its values are; ADaM knows the last two as Num
    key: int | None = None  # its place among the keys that identify a record


@dataclass(frozen=True, slots=True, kw_only=True)
class Adtte:
    """An analysis data set with its metadata."""

    label: str  # label of the data set, at most 40 characters; says that it is synthetic
    variables: tuple[Variable, ...]  # one per column, in their order
    frame: pd.DataFrame  # one row per patient
    decimals: int  # decimal places of ``AVAL``


LABEL = "SYNTHETIC patients, no real persons"

_VARIABLES = (
    Variable(name="STUDYID", label="Study Identifier", kind="text", key=1),
    Variable(name="USUBJID", label="Unique Subject Identifier", kind="text", key=2),
    Variable(name="TRTP", label="Planned Treatment", kind="text"),
    Variable(name="TRTPN", label="Planned Treatment (N)", kind="integer"),
    Variable(name="PARAMCD", label="Parameter Code", kind="text", key=3),
    Variable(name="PARAM", label="Parameter", kind="text"),
    Variable(name="AVAL", label="Analysis Value", kind="float"),
    Variable(name="CNSR", label="Censor", kind="integer"),
    Variable(name="EVNTDESC", label="Event or Censoring Description", kind="text"),
    Variable(name="CNSDTDSC", label="Censor Date Description", kind="text"),
    Variable(name="STRATUM", label="Synthetic Stratum", kind="text"),
    Variable(name="SYNTHFL", label="Synthetic Record Flag", kind="text"),
    Variable(name="NOTMETN", label="Printed Figures Not Met (N)", kind="integer"),
)


def tabulate_adtte(reconstruction: Reconstruction, trial: Trial) -> Adtte:
    """
    Arrange patients as an ADaM data set for time-to-event analyses.

    Parameters
    ----------
    reconstruction : Reconstruction
        The patients.
    trial : Trial
        The trial whose analysis was reconstructed.

    Returns
    -------
    Adtte
        Columns ``STUDYID``, ``USUBJID``, ``TRTP``, ``TRTPN`` (1 for the reference arm),
        ``PARAMCD``, ``PARAM``, ``AVAL`` (the analysis' time unit), ``CNSR`` (0 event, 1 censored:
        the inverse of ``event``), ``EVNTDESC``, ``CNSDTDSC``, ``STRATUM`` where there are strata,
        and ``SYNTHFL``. No dates: there are none. ``STUDYID``, ``USUBJID`` and ``SYNTHFL`` say in
        every row that it is synthetic; where patients miss
        printed figures, ``NOTMETN`` says how many; subjects of two analyses are never the same.
    """
    check_patients(reconstruction, trial, "tabulate_adtte")
    analysis, ipd = reconstruction.analysis, reconstruction.ipd
    arms = list(ipd["arm"].cat.categories)
    names = {arm.id: arm.name or arm.id for arm in analysis.arms}
    event = ipd["event"].to_numpy() == 1
    digits = len(str(len(ipd)))
    columns: dict[str, object] = {
        "STUDYID": f"SYNTHETIC-{trial.id}",
        "USUBJID": [f"SYN-{trial.id}-{analysis.id}-{subject:0{digits}d}" for subject in ipd.index],
        "TRTP": [names[arm] for arm in ipd["arm"]],
        "TRTPN": [arms.index(arm) + 1 for arm in ipd["arm"]],
        "PARAMCD": _code(analysis.endpoint),
        "PARAM": _parameter(analysis),
        "AVAL": ipd["time"].round(reconstruction.decimals).to_numpy(),
        "CNSR": (~event).astype(int),
        "EVNTDESC": [
            f"{analysis.endpoint} event" if happened else "Censored" for happened in event
        ],
        "CNSDTDSC": ["" if happened else "Synthetic censoring time, no date" for happened in event],
        "STRATUM": ipd["stratum"].astype(str).to_numpy() if "stratum" in ipd else None,
        "SYNTHFL": "Y",
        "NOTMETN": reconstruction.missed or None,
    }
    kept = tuple(variable for variable in _VARIABLES if columns[variable.name] is not None)
    frame = pd.DataFrame(
        {variable.name: columns[variable.name] for variable in kept}, index=pd.RangeIndex(len(ipd))
    )
    return Adtte(label=LABEL, variables=kept, frame=frame, decimals=reconstruction.decimals)


def adtte_csv(adtte: Adtte) -> str:
    """
    Render an analysis data set as CSV, without comment lines, which SAS would take for data.

    Parameters
    ----------
    adtte : Adtte
        The data set.

    Returns
    -------
    str
        A row of names, then a row per patient; lines end with a line feed.
    """
    as_instance(adtte, Adtte, "adtte_csv", "a data set of tabulate_adtte")
    texts = [variable.name for variable in adtte.variables if variable.kind == "text"]
    frame = adtte.frame.assign(
        AVAL=adtte.frame["AVAL"].map(f"{{:.{adtte.decimals}f}}".format),
        **{name: adtte.frame[name].map(_cell) for name in texts},
    )
    return str(frame.to_csv(index=False, lineterminator="\n"))


def _cell(text: str) -> str:
    """Keep a spreadsheet from computing a text."""
    return without_formulas(without_commands(visible(text)))


def _code(endpoint: str) -> str:
    """Shorten an endpoint to eight capitals and digits, a letter first."""
    code = re.sub("[^A-Z0-9]", "", endpoint.upper())
    return (code if code[:1].isalpha() else f"P{code}")[:8]


def _parameter(analysis: Analysis) -> str:
    """Name the parameter with what tells analyses of one endpoint apart, and its unit."""
    details = (analysis.assessment, analysis.population, analysis.subgroup)
    named = ", ".join([analysis.endpoint, *(detail for detail in details if detail)])
    unit = f" ({analysis.time_unit}s)"
    return f"{named[: 200 - len(unit)]}{unit}"
