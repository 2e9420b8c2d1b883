"""The files that digitizers and spreadsheets write, read as they stand."""

from __future__ import annotations

from survkit.digitized.files.coordinates import curves_in_text
from survkit.digitized.files.counts import tables_in_text
from survkit.digitized.files.engauge import curves_in_xml
from survkit.digitized.files.raw import RawCurve, RawTable
from survkit.digitized.files.source import Source, kind_of, open_source
from survkit.digitized.files.starry import curves_in_zip
from survkit.digitized.files.stated import Layout, TableLayout, TextOptions
from survkit.digitized.files.webplotdigitizer import curves_in_json, curves_in_tar

__all__ = [
    "Layout",
    "RawCurve",
    "RawTable",
    "Source",
    "TableLayout",
    "TextOptions",
    "curves_in_json",
    "curves_in_tar",
    "curves_in_text",
    "curves_in_xml",
    "curves_in_zip",
    "kind_of",
    "open_source",
    "tables_in_text",
]
