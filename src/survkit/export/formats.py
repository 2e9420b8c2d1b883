"""The formats by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.errors import SurvkitError
from survkit.export.adtte import adtte_csv, tabulate_adtte
from survkit.export.arguments import check_patients
from survkit.export.dataset_json import dataset_json
from survkit.export.parquet import parquet_bytes
from survkit.export.patients import csv_text
from survkit.export.r_script import r_script
from survkit.export.transport import transport_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.reconstruction import Reconstruction
    from survkit.trial import Trial

__all__ = ["FORMATS", "Format", "export_patients"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of patients."""

    ending: str  # usual ending of its files
    # takes a reconstruction and its trial, returns the file's bytes
    render: Callable[[Reconstruction, Trial], bytes]


FORMATS: dict[str, Format] = {
    "csv": Format(".csv", lambda made, trial: csv_text(made, trial).encode()),
    "parquet": Format(".parquet", parquet_bytes),
    "adtte-csv": Format(
        ".csv", lambda made, trial: adtte_csv(tabulate_adtte(made, trial)).encode()
    ),
    "adtte-json": Format(
        ".json", lambda made, trial: dataset_json(tabulate_adtte(made, trial)).encode()
    ),
    "adtte-xpt": Format(".xpt", lambda made, trial: transport_bytes(tabulate_adtte(made, trial))),
    "r": Format(".R", lambda made, trial: r_script(made, trial).encode()),
}
"""Every format by the name that the command line knows it by."""


def export_patients(reconstruction: Reconstruction, trial: Trial, name: str) -> bytes:
    """
    Write patients in a format.

    Parameters
    ----------
    reconstruction : Reconstruction
        The patients.
    trial : Trial
        The trial whose analysis was reconstructed.
    name : str
        A key of `FORMATS`.

    Returns
    -------
    bytes
        The file; the same patients give the same bytes.

    Raises
    ------
    SurvkitError
        If there is no such format, or if it needs a package that is not installed.
    """
    check_patients(reconstruction, trial, "export_patients")
    if str(name) not in FORMATS:
        fault = f"the format must be one of {', '.join(FORMATS)}, got {name!r}"
        raise SurvkitError(fault)
    return FORMATS[name].render(reconstruction, trial)
