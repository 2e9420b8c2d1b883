"""
An analysis data set as SAS transport file, version 5 (XPORT), in the layout that SAS published.

Written here and not by a library: those at hand stamp the time of writing into the file, so that
the same patients would give other bytes each time, and bring compiled code for what is a page of
layout. Tests read it back with pandas' reader, and with R's package foreign where R is installed.

References
----------
.. [1] SAS Institute, TS-140, "Record Layout of a SAS Version 5 or 6 Data Set in SAS Transport
   (XPORT) Format".
"""

from __future__ import annotations

import math
import struct
import unicodedata
from typing import TYPE_CHECKING

from survkit.export.adtte import Adtte
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.export.adtte import Variable

__all__ = ["ibm_double", "transport_bytes"]

_RECORD = 80
_NO_DATE = b"01JAN60:00:00:00"
"""Day zero of SAS, where the layout wants the moment of writing."""
_MADE_BY = (b"6.06".ljust(8), b"survkit".ljust(8))
_LONGEST = 200


def transport_bytes(adtte: Adtte) -> bytes:
    """
    Write an analysis data set as SAS transport file, version 5.

    Parameters
    ----------
    adtte : Adtte
        The data set.

    Returns
    -------
    bytes
        Records of 80 bytes. Numbers are IBM doubles, which hold every value exactly; text is ASCII,
        accents are taken off and other letters become question marks. The label of the data set
        says that it is synthetic, and so does each row in ``STUDYID``, ``USUBJID`` and ``SYNTHFL``.
    """
    as_instance(adtte, Adtte, "transport_bytes", "a data set of tabulate_adtte")
    columns = [
        _cells(variable, adtte.frame[variable.name].tolist()) for variable in adtte.variables
    ]
    widths = [len(column[0]) for column in columns]
    rows = b"".join(b"".join(row) for row in zip(*columns, strict=True))
    parts = [
        *_library_header(),
        *_member_header(adtte.label),
        _header(b"NAMESTR", b"000000%04d" % len(columns) + b"0" * 20),
        _filled(b"".join(_descriptors(adtte.variables, widths))),
        _header(b"OBS"),
        _filled(rows),
    ]
    return b"".join(parts)


def ibm_double(value: float) -> bytes:
    """
    Write a number as IBM System/360 double.

    Parameters
    ----------
    value : float
        A finite number below 16**63; the 56 bits of fraction hold every IEEE double exactly.

    Returns
    -------
    bytes
        Eight bytes: a sign bit, seven bits of exponent to base 16 in excess 64, 56 bits of fraction
        from 1/16 to 1.
    """
    if value == 0.0:
        return bytes(8)
    fraction, exponent = math.frexp(abs(value))
    base_16 = -(-exponent // 4)
    bits = int(math.ldexp(fraction, exponent - 4 * base_16 + 56))
    return struct.pack(">Q", (value < 0.0) << 63 | (base_16 + 64) << 56 | bits)


def _library_header() -> Iterator[bytes]:
    """Yield the records that open a file."""
    version, system = _MADE_BY
    yield _header(b"LIBRARY")
    yield b"SAS     SAS     SASLIB  " + version + system + b" " * 24 + _NO_DATE
    yield _NO_DATE.ljust(_RECORD)


def _member_header(label: str) -> Iterator[bytes]:
    """Yield the records that open a data set."""
    version, system = _MADE_BY
    yield _header(b"MEMBER", b"0" * 17 + b"160" + b"0000000140")
    yield _header(b"DSCRPTR")
    yield b"SAS     ADTTE   SASDATA " + version + system + b" " * 24 + _NO_DATE
    yield _NO_DATE + b" " * 16 + _ascii(label, 40) + b" " * 8


def _header(name: bytes, numbers: bytes = b"0" * 30) -> bytes:
    return b"HEADER RECORD*******" + name.ljust(8) + b"HEADER RECORD!!!!!!!" + numbers + b"  "


def _descriptors(variables: Sequence[Variable], widths: Sequence[int]) -> Iterator[bytes]:
    """Yield the description of each variable (NAMESTR), 140 bytes."""
    position = 0
    for number, (variable, width) in enumerate(zip(variables, widths, strict=True), start=1):
        kind = 2 if variable.kind == "text" else 1
        yield struct.pack(
            ">hhhh8s40s8shhh2s8shhl52s",
            *(kind, 0, width, number),
            *(_ascii(variable.name, 8), _ascii(variable.label, 40), b" " * 8),
            *(0, 0, 0, bytes(2), b" " * 8, 0, 0, position, bytes(52)),
        )
        position += width


def _cells(variable: Variable, values: Sequence[object]) -> list[bytes]:
    """Write a column, all its cells with the same width."""
    if variable.kind != "text":
        return [ibm_double(float(str(value))) for value in values]
    texts = [_ascii(str(value)) for value in values]
    width = max(1, *(len(text) for text in texts))
    return [text.ljust(width) for text in texts]


def _ascii(text: str, width: int = 0) -> bytes:
    """Take accents off, cut to what the layout holds and fill up with blanks."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.encode("ascii", "replace")[: width or _LONGEST].ljust(width)


def _filled(content: bytes) -> bytes:
    """Fill up to whole records with blanks."""
    return content.ljust(-(-len(content) // _RECORD) * _RECORD)
