"""Patients as CSV: the plain table, with what it is in comment lines above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.characters import visible, without_commands, without_formulas
from survkit.export.arguments import check_patients

if TYPE_CHECKING:
    from survkit.reconstruction import Reconstruction
    from survkit.trial import Trial

__all__ = ["SYNTHETIC", "csv_text", "describe_patients"]

SYNTHETIC = "SYNTHETIC patients: made from printed figures, no real persons, no data of the trial"
"""What every file of patients says of itself."""


def csv_text(reconstruction: Reconstruction, trial: Trial) -> str:
    """
    Render patients as CSV: the same patients give the same bytes everywhere.

    Parameters
    ----------
    reconstruction : Reconstruction
        The patients.
    trial : Trial
        The trial whose analysis was reconstructed.

    Returns
    -------
    str
        Lines that begin with ``#`` and say what this is, then the columns ``subject``, ``time``
        (analysis' unit, all with the same decimals), ``event`` (1 event, 0 censored), ``arm`` and,
        where the patients have strata, ``stratum``. Lines end with a line feed.

    Examples
    --------
    >>> import survkit
    >>> from survkit.reconstruction import reconstruct_analysis
    >>> trial = survkit.load_trial("radiant-3")
    >>> text = csv_text(reconstruct_analysis(trial.analyses[0]), trial)
    >>> text.splitlines()[0]
    '# SYNTHETIC patients: made from printed figures, no real persons, no data of the trial'
    >>> import io, pandas
    >>> list(pandas.read_csv(io.StringIO(text), comment="#").columns)
    ['subject', 'time', 'event', 'arm']
    """
    check_patients(reconstruction, trial, "csv_text")
    ipd, places = reconstruction.ipd, reconstruction.decimals
    columns = [name for name in ("time", "event", "arm", "stratum") if name in ipd]
    rows = [
        ",".join([str(subject), f"{time:.{places}f}", *map(_quoted, others)])
        for subject, time, *others in ipd[columns].itertuples()
    ]
    header = [f"# {_comment(line)}" for line in describe_patients(reconstruction, trial)]
    return "\n".join([*header, ",".join(["subject", *columns]), *rows, ""])


def describe_patients(reconstruction: Reconstruction, trial: Trial) -> list[str]:
    """Say what a file of patients is and where it comes from."""
    check_patients(reconstruction, trial, "describe_patients")
    analysis, provenance = reconstruction.analysis, reconstruction.provenance
    return [
        SYNTHETIC,
        "Other data sets print the same figures: nothing beyond these figures can be concluded",
        f"trial: {trial.id} ({trial.name})",
        f"analysis: {analysis.id} ({analysis.endpoint})",
        f"time: {analysis.time_unit}s; event: 1 event, 0 censored",
        f"spec digest: sha256 {provenance.spec_digest}",
        f"patients digest: sha256 {provenance.ipd_digest}",
        f"made by: survkit {provenance.versions['survkit']}, method {provenance.method}",
        *(f"not met: {sentence}" for sentence in reconstruction.missed_sentences),
    ]


def _comment(line: str) -> str:
    """Keep a comment on its line, and a spreadsheet from computing what follows a comma in it."""
    return without_formulas(without_commands(visible(" ".join(line.split()))))


def _quoted(value: object) -> str:
    """Write a cell; the names of strata are free text."""
    if isinstance(value, int):
        return str(value)
    text = without_formulas(without_commands(visible(str(value))))
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & set(',"#') else text
