"""Synthetic patients as files for other programs; every file says that it is synthetic."""

from __future__ import annotations

from survkit.export.adtte import Adtte, adtte_csv, tabulate_adtte
from survkit.export.adtte_rules import adtte_faults
from survkit.export.dataset_json import dataset_json
from survkit.export.formats import FORMATS, Format, export_patients
from survkit.export.parquet import parquet_bytes
from survkit.export.patients import SYNTHETIC, csv_text
from survkit.export.r_script import r_script
from survkit.export.structured import structured_outcome
from survkit.export.transport import transport_bytes

__all__ = [
    "FORMATS",
    "SYNTHETIC",
    "Adtte",
    "Format",
    "adtte_csv",
    "adtte_faults",
    "csv_text",
    "dataset_json",
    "export_patients",
    "parquet_bytes",
    "r_script",
    "structured_outcome",
    "tabulate_adtte",
    "transport_bytes",
]
