"""Values inside a JSON document: asked for by key and kind, refused in a sentence."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from survkit.digitized.faults import Faults, excerpt

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["list_in", "load_json", "number_of", "numbers_in", "object_in", "text_in"]

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_LONGEST_NUMBER = 400


def load_json(data: bytes, faults: Faults, where: str = "") -> dict[str, Any]:
    """
    Parse a JSON document that is an object.

    Parameters
    ----------
    data : bytes
        The document.
    faults : Faults
        Where faults are noted.
    where : str
        The member of an archive that it is; empty for a file.

    Returns
    -------
    dict of str to object
        The document.

    Raises
    ------
    DigitizedFileError
        If it is none.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_int=_whole)
    except json.JSONDecodeError as error:
        faults.refuse(
            f"the document must be valid JSON, got: {error.msg}",
            where=f"{where + ', ' if where else ''}line {error.lineno}",
        )
    except (UnicodeDecodeError, RecursionError) as error:
        faults.refuse(
            f"the document must be valid JSON in UTF-8, got: {type(error).__name__}", where=where
        )
    if not isinstance(document, dict):
        faults.refuse(f"the document must be an object, got {type(document).__name__}", where=where)
    return document


def _whole(digits: str) -> float:
    """Return whole numbers as floats, however many digits they have."""
    return float(digits[:_LONGEST_NUMBER])


def object_in(document: object, key: str, faults: Faults) -> dict[str, Any]:
    """Return the object under a key; that there is none is a fault that ends the reading."""
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, dict):
        faults.refuse(f"the key {key!r} must hold an object, got {excerpt(str(found))}")
    return found


def list_in(document: object, key: str, faults: Faults) -> list[Any]:
    """Return the list under a key; that there is none is a fault that ends the reading."""
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, list):
        faults.refuse(f"the key {key!r} must hold a list, got {excerpt(str(found))}")
    return found


def text_in(document: Mapping[str, Any], key: str) -> str:
    """Return the text under a key, on one line; an empty one if there is none."""
    found = document.get(key)
    return " ".join(found.split()) if isinstance(found, str) else ""


def number_of(value: object) -> float | None:
    """Return a finite number that is written as one or as a text; None for anything else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def numbers_in(value: object, *keys: str) -> tuple[float, ...] | None:
    """Return the numbers under some keys of an object; None if one of them is missing."""
    if not isinstance(value, dict):
        return None
    found = [number_of(value.get(key)) for key in keys]
    numbers = tuple(number for number in found if number is not None)
    return numbers if len(numbers) == len(keys) else None
