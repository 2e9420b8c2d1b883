"""Trial files, read: TOML to `Trial`, or every fault at once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from survkit.characters import visible
from survkit.errors import TrialFileError, WrongArgumentError
from survkit.trial.checks.between_keys import faults_between_keys
from survkit.trial.checks.content import beyond_bounds, unreadable_texts
from survkit.trial.faults import in_file_order, model_faults
from survkit.trial.model import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MOST_BYTES", "read_trial", "trial_from_document"]

MOST_BYTES = 1_000_000
"""Largest trial file that is read, a hundred times the largest one known."""

_ENDLESS_KEY = re.compile(
    r"""(?<![\w."'-])(?:(?:[\w-]{1,99}|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){30}"""
)
"""A dotted key that takes tomllib a time that grows with the square of its parts."""

_PLACE = re.compile(r"(?P<what>.*) \((?P<place>at (?:line (?P<line>\d+))?.*)\)", re.DOTALL)
_THOUSANDS = re.compile(r"=\s*(\d{1,3}(?:,\d{3})+)(?![\d.,])")
_BEGINNING = 1_000
"""Bytes of a file in which every other one is NUL where it is UTF-16."""


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
    if not isinstance(path, str | Path):
        msg = f"read_trial: the path of a TOML file must be given, got a {type(path).__name__}"
        raise WrongArgumentError(msg)
    name = visible(str(path) if origin is None else origin)
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
    if endless := beyond_bounds(document):
        raise TrialFileError(tuple(fault.sentence(origin, document) for fault in endless))
    context = {"origin": origin, "digest": digest, "folder": folder}
    try:
        trial = Trial.model_validate(document, context=context)
        faults = []
    except ValidationError as error:
        faults = model_faults(error, Trial)
    unreadable = unreadable_texts(document)
    known = {fault.path for fault in unreadable}
    faults = [*unreadable, *(fault for fault in faults if fault.path not in known)]
    faults += faults_between_keys(document, frozenset(fault.path for fault in faults))
    if faults:
        ordered = in_file_order(faults, document)
        raise TrialFileError(tuple(fault.sentence(origin, document) for fault in ordered))
    return trial


def _content(path: Path, name: str) -> bytes:
    """Return the bytes of a regular file of a bounded size; a pipe or device might never end."""
    try:
        if path.is_dir():
            what = "the trial must be a TOML file, got a folder"
        elif not path.exists():
            what = "the trial must be a TOML file, got no such file"
        elif not path.is_file():
            what = "the trial must be a TOML file, got a pipe or a device"
        else:
            with path.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
            if len(content) <= MOST_BYTES:
                return content
            what = f"the trial must have at most {MOST_BYTES:,} bytes, got more"
    except OSError as error:
        what = f"the trial must be a readable file, got: {error.strerror or error}"
    except ValueError:
        what = "the trial must be a TOML file, got a name that no file can have"
    raise TrialFileError((f"{name}: {what}",))


def _document(content: bytes, name: str) -> dict[str, Any]:
    """Return the tables of a TOML file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        got = f"the byte 0x{content[error.start]:02x}"
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in content[:_BEGINNING]:
            got = "UTF-16 (an editor's Save As has UTF-8 among its encodings)"
        msg = f"{name}: line {line}: the file must be UTF-8 text, got {got}"
        raise TrialFileError((msg,)) from None
    if found := _ENDLESS_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        msg = f"{name}: line {line}: a key must have a few dots, got 30 or more"
        raise TrialFileError((msg,))
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise TrialFileError((f"{name}: {_toml_fault(str(error), text)}",)) from None


def _toml_fault(message: str, text: str) -> str:
    """Return the sentence for a file that is no TOML, its place first."""
    found = _PLACE.fullmatch(message)
    place = f"{found['place'].removeprefix('at ')}: " if found else ""
    what = found["what"] if found else message or "a number or nesting beyond all bounds"
    line = text.split("\n")[int(found["line"]) - 1] if found and found["line"] else ""
    if grouped := _THOUSANDS.search(line):
        what = f"{grouped[1]} (a number is written without commas: {grouped[1].replace(',', '')})"
    return f"{place}the file must be TOML, got: {what}"
