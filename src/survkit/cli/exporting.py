"""The command export: one analysis, one format, one file."""

from __future__ import annotations

from pathlib import Path

from survkit.cli.files import check_target, write_file
from survkit.cli.selection import choose_analysis
from survkit.cli.terminal import write_bytes
from survkit.errors import SurvkitError

__all__ = ["write_export"]

_BY_ENDING = {
    ".csv": "csv",
    ".json": "adtte-json",
    ".parquet": "parquet",
    ".r": "r",
    ".xpt": "adtte-xpt",
}


def write_export(
    trial: str, *, analysis: str | None, name: str | None, output: Path | None
) -> None:
    """
    Reconstruct an analysis and write its patients.

    Parameters
    ----------
    trial : str
        Id of a shipped trial, or a TOML file.
    analysis : str or None
        Id of the analysis; may be left out where there is only one.
    name : str or None
        Name of the format; by the ending of the file if left out, CSV where there is no file.
    output : pathlib.Path or None
        Where to; standard output if left out.

    Raises
    ------
    SurvkitError
        If the format is not known or needs a package that is not installed.
    """
    from survkit.trial import load_trial

    loaded = load_trial(trial)
    chosen = choose_analysis(loaded, analysis)
    found = _format(name, output)
    if output is not None:
        check_target(output)

    from survkit.export import export_patients
    from survkit.reconstruction import Family

    content = export_patients(Family(loaded.analyses).reconstruct(chosen), loaded, found)
    if output is None:
        write_bytes(content)
    else:
        write_file(output, content)


def _format(name: str | None, output: Path | None) -> str:
    """Choose the format before any work is done."""
    from survkit.export import FORMATS

    if name is None and output is None:
        return "csv"
    if name is not None and name in FORMATS:
        return name
    if name is None and output is not None and output.suffix.lower() in _BY_ENDING:
        return _BY_ENDING[output.suffix.lower()]
    known = ", ".join(FORMATS)
    if name is not None:
        fault = f"--format must be one of {known}, got {name!r}"
    else:
        fault = f"{output}: its ending tells no format; name one with --format: {known}"
    raise SurvkitError(fault)
