"""Where the bytes come from, how many they may be, and what kind of file they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from survkit.digitized.faults import Faults, excerpt
from survkit.errors import WrongArgumentError

__all__ = ["MAX_BYTES", "MAX_POINTS", "Kind", "Source", "decode", "kind_of", "open_source"]

MAX_BYTES = 20_000_000
"""Largest file, and largest member of an archive, that is read."""
MAX_POINTS = 1_000_000
"""Most points, and most lines, that are read from one file."""

Kind = Literal["text", "json", "xml", "tar", "zip"]

_TYPED = re.compile(r"[\s\d.,;|+()<~-]+")
"""Numbers typed at a prompt: a content, not a path."""

_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "compressed (a .tar.gz or an R data file)",
    b"BZh": "compressed",
    b"\xfd7zXZ": "compressed",
    b"RDX": "an R data file",
    b"RDA": "an R data file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    A file's bytes and its names.

    Parameters
    ----------
    file : str
        What the file is called in sentences.
    stem : str
        Name for a curve that the file does not name.
    data : bytes
        Everything in the file.
    """

    file: str
    stem: str
    data: bytes


def open_source(source: Path | str | bytes, name: str | None) -> Source:
    """
    Read a path, or take a content as it is.

    Parameters
    ----------
    source : Path or str or bytes
        A path; or a content: bytes, a text with a line break, or a line of numbers.
    name : str or None
        What to call a content in sentences, and a curve that has no name.

    Returns
    -------
    Source
        At most `MAX_BYTES`.

    Raises
    ------
    DigitizedFileError
        If the file cannot be read or is too large.
    """
    if not isinstance(source, Path | str | bytes):
        what = "the source must be a path, or the content of a file as text or bytes"
        msg = f"{what}, got a {type(source).__name__}"
        raise WrongArgumentError(msg)
    if isinstance(source, str) and not _is_content(source):
        source = Path(source)
    if isinstance(source, Path):
        return Source(file=source.name, stem=name or source.stem, data=_read(source))
    data = source.encode("utf-8", "replace") if isinstance(source, str) else bytes(source)
    file = name or "content"
    if len(data) > MAX_BYTES:
        Faults(file).refuse(f"the content must have at most {MAX_BYTES:,} bytes, got {len(data):,}")
    return Source(file=file, stem=name or "", data=data)


def _is_content(text: str) -> bool:
    """Tell whether a text is a file's content, not its path."""
    return "\n" in text or "\r" in text or (_TYPED.fullmatch(text) is not None and text != ".")


def _read(path: Path) -> bytes:
    """Read a regular file of a bounded size."""
    faults = Faults(str(path))
    try:
        if not path.is_file():
            state = "is no file" if path.exists() else "does not exist"
            faults.refuse(f"the path must lead to a file, but it {state}")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        faults.refuse(f"the file must be readable, got: {reason or error}")
    if len(data) > MAX_BYTES:
        faults.refuse(f"the file must have at most {MAX_BYTES:,} bytes, got more")
    return data


def kind_of(source: Source) -> Kind:
    """
    Tell what kind of file the bytes make, by what they begin with.

    Parameters
    ----------
    source : Source
        The bytes.

    Returns
    -------
    {"text", "json", "xml", "tar", "zip"}
        The kind; file names are not trusted.

    Raises
    ------
    DigitizedFileError
        If the file is none that holds coordinates.
    """
    data, faults = source.data, Faults(source.file)
    if not data.strip():
        faults.refuse("the file must hold coordinates or counts, got nothing")
    for magic, what in _FOREIGN.items():
        if data.startswith(magic):
            faults.refuse(f"the file must hold coordinates or counts as text, but it is {what}")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data[257:262] == b"ustar":
        return "tar"
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "json" if start in (b"{", b"[") else "xml" if start == b"<" else "text"


def decode(source: Source) -> tuple[str, tuple[str, ...]]:
    r"""
    Decode the bytes of a text file.

    Parameters
    ----------
    source : Source
        The bytes.

    Returns
    -------
    tuple of str and tuple of str
        The text, its lines ending in ``\n``, and remarks about the encoding.

    Raises
    ------
    DigitizedFileError
        If the bytes are no text.
    """
    data, remarks = source.data, []
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        remarks.append("the file is not UTF-8: read as Latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    odd = next((letter for letter in text if letter < " " and letter not in "\n\t\f"), None)
    if odd is not None:
        Faults(source.file).refuse(f"the file must be text, but holds the character {excerpt(odd)}")
    return text, tuple(remarks)
