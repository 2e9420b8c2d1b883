"""Trial files, read: TOML to `Trial`, or every fault at once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from survkit.errors import TrialFileError
from survkit.trial.checks import faults_between_keys
from survkit.trial.faults import in_file_order, model_faults
from survkit.trial.model import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_trial", "trial_from_document"]

_PLACE = re.compile(r"(?P<what>.*) \((?P<place>at .*)\)", re.DOTALL)


def read_trial(path: str | Path, *, origin: str | None = None) -> Trial:
    """
    Read a trial file.

    Parameters
    ----------
    path : str or pathlib.Path
        The TOML file.
    origin : str, optional
        Name of the file in messages; `path` as given if left out.

    Returns
    -------
    Trial
        What the file says, with the printed digits kept.

    Raises
    ------
    TrialFileError
        If the file cannot be used; one sentence per fault, all faults at once.
    """
    name = str(path) if origin is None else origin
    content = _content(Path(path), name)
    document = _document(content, name)
    digest = hashlib.sha256(content).hexdigest()
    return trial_from_document(document, origin=name, digest=digest, folder=Path(path).parent)


def trial_from_document(
    document: Mapping[str, Any],
    *,
    origin: str = "trial",
    digest: str = "",
    folder: Path | None = None,
) -> Trial:
    """
    Make a trial of a document that is already in memory.

    Parameters
    ----------
    document : mapping
        What `tomllib` gives for a trial file with ``parse_float=Decimal``: dict, list, str, int,
        Decimal, bool and date. Python floats are refused, their printed digits are gone.
    origin : str
        Name of the document in messages.
    digest : str
        SHA-256 of the bytes it came from, if there are any.
    folder : pathlib.Path, optional
        Folder of the files that it names, such as those of curves; without one it can name none.

    Returns
    -------
    Trial
        The trial.

    Raises
    ------
    TrialFileError
        If the document is at fault; one sentence per fault, all faults at once.
    """
    context = {"origin": origin, "digest": digest, "folder": folder}
    try:
        trial = Trial.model_validate(document, context=context)
        faults = []
    except ValidationError as error:
        faults = model_faults(error, Trial)
    faults += faults_between_keys(document, frozenset(fault.path for fault in faults))
    if faults:
        ordered = in_file_order(faults, document)
        raise TrialFileError(tuple(fault.sentence(origin, document) for fault in ordered))
    return trial


def _content(path: Path, name: str) -> bytes:
    """Return the bytes of a file."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        what = "the trial must be a TOML file, got a folder"
    except FileNotFoundError:
        what = "the trial must be a TOML file, got no such file"
    except OSError as error:
        what = f"the trial must be a readable file, got: {error.strerror or error}"
    raise TrialFileError((f"{name}: {what}",))


def _document(content: bytes, name: str) -> dict[str, Any]:
    """Return the tables of a TOML file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"0x{content[error.start]:02x}"
        msg = f"{name}: line {line}: the file must be UTF-8 text, got the byte {byte}"
        raise TrialFileError((msg,)) from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise TrialFileError((f"{name}: {_toml_fault(str(error))}",)) from None


def _toml_fault(message: str) -> str:
    """Return the sentence for a file that is no TOML, its place first."""
    found = _PLACE.fullmatch(message)
    place = f"{found['place'].removeprefix('at ')}: " if found else ""
    what = found["what"] if found else message or "a number or nesting beyond all bounds"
    return f"{place}the file must be TOML, got: {what}"
