"""Ensembles as files: a CSV a member, bands and intervals, and what a folder of them belongs to."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.ensembles import Member
from survkit.export.patients import SYNTHETIC, csv_text
from survkit.reconstruction.record.reconstruction import record

if TYPE_CHECKING:
    from survkit.ensembles import Draws
    from survkit.trial import Trial

__all__ = ["ensemble_document", "member_csv", "read_member", "table_csv"]

_FORMAT = "survkit-ensemble/1"
_MEMBER = re.compile(r"# member: (\d+) of seed \d+, after (\d+) draws that missed a figure")
_NO_INTERVAL = "posterior under a prior learned from other trials: no confidence interval"


def member_csv(member: Member, trial: Trial, seed: int) -> str:
    """
    Render a member as CSV; the same member gives the same bytes everywhere.

    Parameters
    ----------
    member : Member
        One data set of an ensemble.
    trial : Trial
        The trial whose analysis was reconstructed.
    seed : int
        The seed of the ensemble.

    Returns
    -------
    str
        As `csv_text`, with a line that numbers the member.
    """
    first, rest = csv_text(member.reconstruction, trial).split("\n", 1)
    line = (
        f"# member: {member.number} of seed {seed}, "
        f"after {member.redrawn} draws that missed a figure"
    )
    return "\n".join([first, line, rest])


def read_member(text: str, draws: Draws, trial: Trial) -> Member | None:
    """
    Read a member back.

    Parameters
    ----------
    text : str
        What `member_csv` wrote, or anything else.
    draws : Draws
        What the member was drawn from.
    trial : Trial
        The trial whose analysis was reconstructed.

    Returns
    -------
    Member or None
        The member; None unless its patients, measured anew, print every figure, and the text is
        theirs to the letter.
    """
    said = _MEMBER.search(text)
    if said is None:
        return None
    try:
        ipd = _patients(text, draws.example.ipd)
        number, redrawn = int(said[1]), int(said[2])
        member = Member(
            number=number,
            redrawn=redrawn,
            reconstruction=record(
                draws.analysis,
                ipd,
                method=draws.method_of(number, redrawn),
                decimals=_decimals(text),
                assumptions=(),
            ),
        )
    except (KeyError, ValueError, IndexError):
        return None
    whole = member.reconstruction.met and member_csv(member, trial, draws.seed) == text
    return member if whole else None


def ensemble_document(draws: Draws, trial: Trial) -> str:
    """
    Say what a folder of members belongs to: members of another ensemble have no place in it.

    Parameters
    ----------
    draws : Draws
        What the members are drawn from.
    trial : Trial
        The trial.

    Returns
    -------
    str
        JSON: the figures' digest, prior, seed and versions.
    """
    document = {
        "format": _FORMAT,
        "synthetic": SYNTHETIC,
        "trial": trial.id,
        "analysis": draws.analysis.id,
        "method": draws.method,
        "spec_digest": draws.example.provenance.spec_digest,
        "seed": draws.seed,
        "versions": draws.example.provenance.versions,
    }
    return json.dumps(document, indent=2) + "\n"


def table_csv(table: pd.DataFrame, draws: Draws, trial: Trial, members: int, level: float) -> str:
    """
    Render bands or intervals of an ensemble as CSV.

    Parameters
    ----------
    table : pandas.DataFrame
        What `Ensemble.bands` or `Ensemble.intervals` gives.
    draws : Draws
        What the members were drawn from.
    trial : Trial
        The trial.
    members : int
        How many members there are.
    level : float
        The share that lies between ``lower`` and ``upper``.

    Returns
    -------
    str
        Lines that begin with ``#`` and say what this is, then the table, with six digits.
    """
    header = [
        SYNTHETIC,
        f"trial: {trial.id} ({' '.join(trial.name.split())})",
        f"analysis: {draws.analysis.id}; times in {draws.analysis.time_unit}s",
        f"{members} data sets of seed {draws.seed}, each printing every input figure",
        f"made by: {draws.method}",
        f"lower to upper: {level:.4g} of them; {_NO_INTERVAL}",
        f"spec digest: sha256 {draws.example.provenance.spec_digest}",
    ]
    body = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    return "\n".join([*(f"# {line}" for line in header), body])


def _patients(text: str, example: pd.DataFrame) -> pd.DataFrame:
    """Read the patients, with the categories that every data set of the analysis has."""
    ipd = pd.read_csv(
        io.StringIO(text), comment="#", index_col="subject", float_precision="round_trip"
    )
    for column in ("arm", "stratum"):
        if column in example:
            categories = example[column].cat.categories
            ipd[column] = pd.Categorical(ipd[column].astype(str), categories=categories)
    ipd["event"] = ipd["event"].astype(np.int64)
    return ipd


def _decimals(text: str) -> int:
    time = text.rstrip("\n").rsplit("\n", 1)[1].split(",")[1]
    return len(time.partition(".")[2])
