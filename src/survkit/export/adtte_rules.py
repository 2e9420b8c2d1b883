"""The structure of an ADaM data set for time-to-event analyses, rule by rule; docs/adtte.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.export.arguments import check_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["RULES", "adtte_faults"]

_TEXT = ("STUDYID", "USUBJID", "TRTP", "PARAMCD", "PARAM", "EVNTDESC", "CNSDTDSC")
_NUMBERS = ("TRTPN", "AVAL", "CNSR")
_REQUIRED = ("STUDYID", "USUBJID", "PARAMCD", "PARAM", "AVAL", "CNSR")
_POPULATED = ("STUDYID", "USUBJID", "TRTP", "PARAMCD", "PARAM", "AVAL", "CNSR")
_DATES = re.compile(r"(STARTDT|ADT|TRTSDT|TRTEDT)[MF]?|\w*DTC")


def adtte_faults(frame: pd.DataFrame) -> tuple[str, ...]:
    """
    Check the structure of a time-to-event data set.

    Parameters
    ----------
    frame : pandas.DataFrame
        A data set as read from a file; empty text may be missing.

    Returns
    -------
    tuple of str
        A sentence per broken rule, which begins with the rule's name; empty where all hold.

    References
    ----------
    .. [1] CDISC, ADaM Implementation Guide 1.3 (2021), sections 3.1 and 3.3.
    .. [2] CDISC, The ADaM Basic Data Structure for Time-to-Event Analyses 1.0 (2012).
    """
    check_columns(frame, (), "adtte_faults")
    missing = [name for name in (*_REQUIRED, "TRTP") if name not in frame]
    if missing:
        return tuple(f"required: variable {name} must be there" for name in missing)
    return tuple(f"{name}: {fault}" for name, rule in RULES.items() for fault in rule(frame))


def _names(frame: pd.DataFrame) -> Iterator[str]:
    """Names of variables are those that SAS transport files can hold."""
    for name in frame:
        if not re.fullmatch("[A-Z][A-Z0-9_]{0,7}", str(name)):
            yield f"{name} must be at most eight capitals, digits and underscores, a letter first"


def _types(frame: pd.DataFrame) -> Iterator[str]:
    """Variables are Char or Num as the implementation guide says."""
    for name in filter(frame.__contains__, _NUMBERS):
        if not pd.api.types.is_numeric_dtype(frame[name]):
            yield f"{name} must be numeric, got {frame[name].dtype}"
    for name in filter(frame.__contains__, _TEXT):
        values = frame[name].dropna()
        if not values.map(lambda value: isinstance(value, str)).all():
            yield f"{name} must be text"
        elif values.map(len).max() > 200:
            yield f"{name} must have at most 200 characters"


def _populated(frame: pd.DataFrame) -> Iterator[str]:
    """Every record has the required variables."""
    for name in _POPULATED:
        if frame[name].isna().any() or (frame[name].astype(str) == "").any():
            yield f"{name} must be filled in every record"


def _parameter_code(frame: pd.DataFrame) -> Iterator[str]:
    """PARAMCD holds what can be the name of a variable."""
    for code in frame["PARAMCD"].dropna().unique():
        if not re.fullmatch("[A-Z][A-Z0-9_]{0,7}", str(code)):
            yield f"PARAMCD must be at most eight capitals, digits and underscores, got {code!r}"


def _one_to_one(frame: pd.DataFrame) -> Iterator[str]:
    """PARAM and PARAMCD, and TRTP and TRTPN, stand for each other."""
    for text, code in (("PARAM", "PARAMCD"), ("TRTP", "TRTPN")):
        if code in frame:
            pairs = frame[[text, code]].drop_duplicates()
            if pairs[text].duplicated().any() or pairs[code].duplicated().any():
                yield f"each {text} must have one {code}, and the other way round"


def _keys(frame: pd.DataFrame) -> Iterator[str]:
    """One record per subject and parameter."""
    if frame.duplicated(["STUDYID", "USUBJID", "PARAMCD"]).any():
        yield "STUDYID, USUBJID and PARAMCD must tell every record from the others"


def _censoring(frame: pd.DataFrame) -> Iterator[str]:
    """CNSR is 0 for an event and a positive integer for a censored time."""
    values = pd.to_numeric(frame["CNSR"], errors="coerce").to_numpy(float)
    if not ((values >= 0) & (values == np.floor(values))).all():
        yield "CNSR must be 0 for an event or a positive integer for a censored time"


def _values(frame: pd.DataFrame) -> Iterator[str]:
    """AVAL is a time from the origin."""
    values = pd.to_numeric(frame["AVAL"], errors="coerce").to_numpy(float)
    if not (np.isfinite(values) & (values >= 0)).all():
        yield "AVAL must be a finite time, not below zero"


def _descriptions(frame: pd.DataFrame) -> Iterator[str]:
    """EVNTDESC tells events from censored times; CNSDTDSC belongs to censored times only."""
    event = frame["CNSR"].astype(float) == 0
    if "EVNTDESC" in frame and set(frame.loc[event, "EVNTDESC"]) & set(
        frame.loc[~event, "EVNTDESC"]
    ):
        yield "EVNTDESC must not describe an event and a censored time by the same words"
    if "CNSDTDSC" in frame and (frame.loc[event, "CNSDTDSC"].fillna("") != "").any():
        yield "CNSDTDSC must be empty for an event"


def _dates(frame: pd.DataFrame) -> Iterator[str]:
    """Synthetic patients have no dates; this rule is survkit's, the guide permits them."""
    for name in frame:
        if _DATES.fullmatch(str(name)):
            yield f"{name} must not be there: synthetic patients have no dates"


def _marker(frame: pd.DataFrame) -> Iterator[str]:
    """Every record says that it is synthetic; this rule is survkit's, too."""
    marked = frame["STUDYID"].astype(str).str.startswith("SYNTHETIC-")
    if "SYNTHFL" not in frame or not (marked & (frame["SYNTHFL"] == "Y")).all():
        yield "SYNTHFL must be Y and STUDYID begin with SYNTHETIC- in every record"


RULES: dict[str, Callable[[pd.DataFrame], Iterator[str]]] = {
    "names": _names,
    "types": _types,
    "populated": _populated,
    "parameter code": _parameter_code,
    "one to one": _one_to_one,
    "keys": _keys,
    "censoring": _censoring,
    "values": _values,
    "descriptions": _descriptions,
    "dates": _dates,
    "marker": _marker,
}
"""The rules by name, in the order of docs/adtte.md; "required" comes before them."""
