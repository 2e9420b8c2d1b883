"""The stored answers of R's package survival."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

__all__ = ["FOLDER", "RERUN", "answers", "stored"]

FOLDER = Path(__file__).parent / "r-survival"
RERUN = "rerun tests/reference/r-survival/regenerate.py"

_WORDS = ("data", "group", "transform", "ties", "quartile", "analysis", "subject", "quantity")


@cache
def stored(name: str) -> pd.DataFrame:
    """
    Read one table of answers.

    Parameters
    ----------
    name : str
        Name of the file without its ending.

    Returns
    -------
    pandas.DataFrame
        The table, its numbers to the last bit; empty words as empty strings.
    """
    words = dict.fromkeys(_WORDS, str)
    frame = pd.read_csv(FOLDER / f"{name}.csv", float_precision="round_trip", dtype=words)
    return frame.fillna({"subject": ""})


def answers(name: str, **where: str) -> pd.DataFrame:
    """
    Select the answers that belong to one case.

    Parameters
    ----------
    name : str
        Name of the table.
    **where : str
        Words that columns must hold.

    Returns
    -------
    pandas.DataFrame
        At least one row.
    """
    frame = stored(name)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) > 0, f"R has no answer for {where} in {name}: {RERUN}"
    return frame
