"""An analysis data set as Dataset-JSON 1.1, CDISC's successor of the SAS transport file."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from survkit.export.adtte import Adtte
from survkit.typed import as_instance

if TYPE_CHECKING:
    from survkit.export.adtte import Variable

__all__ = ["dataset_json"]

_NO_DATE = "1970-01-01T00:00:00Z"
"""The format requires a moment of creation; the same patients shall give the same bytes."""

_TYPES = {"text": "string", "integer": "integer", "float": "float"}


def dataset_json(adtte: Adtte) -> str:
    """
    Write an analysis data set as Dataset-JSON 1.1.

    Parameters
    ----------
    adtte : Adtte
        The data set.

    Returns
    -------
    str
        A JSON document with a row of values per line. Its label and its originator say that it is
        synthetic; ``datasetJSONCreationDateTime``, which must be there, is a constant.

    References
    ----------
    .. [1] CDISC, Dataset-JSON Specification, version 1.1 (2024), "Attributes".
    """
    as_instance(adtte, Adtte, "dataset_json", "a data set of tabulate_adtte")
    frame = adtte.frame
    document: dict[str, Any] = {
        "datasetJSONCreationDateTime": _NO_DATE,
        "datasetJSONVersion": "1.1.0",
        "originator": "survkit: SYNTHETIC patients made from printed figures, no real persons",
        "sourceSystem": {"name": "survkit", "version": version("survkit")},
        "studyOID": str(frame["STUDYID"].iloc[0]),
        "itemGroupOID": "IG.ADTTE",
        "isReferenceData": False,
        "records": len(frame),
        "name": "ADTTE",
        "label": adtte.label,
        "columns": [
            _column(variable, frame[variable.name].tolist()) for variable in adtte.variables
        ],
    }
    head = json.dumps(document, indent=2, ensure_ascii=False).removesuffix("\n}")
    columns = [frame[variable.name].tolist() for variable in adtte.variables]
    rows = ",\n".join(
        f"    {json.dumps(row, ensure_ascii=False)}" for row in zip(*columns, strict=True)
    )
    return f'{head},\n  "rows": [\n{rows}\n  ]\n}}\n'


def _column(variable: Variable, values: list[Any]) -> dict[str, Any]:
    """Describe a column."""
    column: dict[str, Any] = {
        "itemOID": f"IT.ADTTE.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        "dataType": _TYPES[variable.kind],
    }
    if variable.kind == "text":
        column["length"] = max(1, *(len(value) for value in values))
    if variable.key is not None:
        column["keySequence"] = variable.key
    return column
