"""Patients as Parquet; what they are stands in the file's metadata."""

from __future__ import annotations

import importlib.util
import io
from typing import TYPE_CHECKING

from survkit.errors import SurvkitError
from survkit.export.arguments import check_patients
from survkit.export.patients import SYNTHETIC, describe_patients

if TYPE_CHECKING:
    from survkit.reconstruction import Reconstruction
    from survkit.trial import Trial

__all__ = ["parquet_bytes"]


def parquet_bytes(reconstruction: Reconstruction, trial: Trial) -> bytes:
    """
    Write patients as Parquet.

    Parameters
    ----------
    reconstruction : Reconstruction
        The patients.
    trial : Trial
        The trial whose analysis was reconstructed.

    Returns
    -------
    bytes
        Columns ``subject`` (index), ``time``, ``event``, ``arm`` and, where there are strata,
        ``stratum``. The file's metadata says that it is synthetic; `pandas.read_parquet` gives it
        back as ``attrs["synthetic"]``, pyarrow as the schema's metadata ``PANDAS_ATTRS``.

    Raises
    ------
    SurvkitError
        If pyarrow is not installed.
    """
    check_patients(reconstruction, trial, "parquet_bytes")
    if importlib.util.find_spec("pyarrow") is None:
        fault = (
            "the format parquet needs pyarrow: install the extra, "
            "python -m pip install 'survkit[parquet]'"
        )
        raise SurvkitError(fault)
    frame = reconstruction.ipd.copy()
    frame.attrs = {
        "synthetic": SYNTHETIC,
        "description": describe_patients(reconstruction, trial)[1:],
    }
    stream = io.BytesIO()
    frame.to_parquet(stream, engine="pyarrow", compression="zstd")
    return stream.getvalue()
