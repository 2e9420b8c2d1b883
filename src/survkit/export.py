"""Synthetic patients as files for other programs; every file says that it is synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.reconstruction import Reconstruction
    from survkit.trial import Trial

__all__ = ["csv_text"]


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
        (analysis' unit, all with the same decimals), ``event`` (1 event, 0 censored) and ``arm``.
        Lines end with a line feed.

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
    ipd, places = reconstruction.ipd, reconstruction.decimals
    columns = zip(ipd.index, ipd["time"], ipd["event"], ipd["arm"], strict=True)
    rows = [f"{subject},{time:.{places}f},{event},{arm}" for subject, time, event, arm in columns]
    header = [f"# {' '.join(line.split())}" for line in _header(reconstruction, trial)]
    return "\n".join([*header, "subject,time,event,arm", *rows, ""])


def _header(reconstruction: Reconstruction, trial: Trial) -> list[str]:
    """Say what the file is and where it comes from; no date, so that runs can be compared."""
    analysis, provenance = reconstruction.analysis, reconstruction.provenance
    return [
        "SYNTHETIC patients: made from printed figures, no real persons, no data of the trial",
        "Other data sets print the same figures: nothing beyond these figures can be concluded",
        f"trial: {trial.id} ({trial.name})",
        f"analysis: {analysis.id} ({analysis.endpoint})",
        f"time: {analysis.time_unit}s; event: 1 event, 0 censored",
        f"spec digest: sha256 {provenance.spec_digest}",
        f"patients digest: sha256 {provenance.ipd_digest}",
        f"made by: survkit {provenance.versions['survkit']}, method {provenance.method}",
    ]
