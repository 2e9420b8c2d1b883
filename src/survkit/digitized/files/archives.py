"""Archives: members are read into memory, nothing is ever written to a disk."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from survkit.digitized.faults import Faults, excerpt
from survkit.digitized.files.source import MAX_BYTES, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["tar_members", "zip_members"]

_MOST_MEMBERS = 1_000


def tar_members(source: Source) -> dict[str, bytes]:
    """
    Read the JSON files of a tar archive.

    Parameters
    ----------
    source : Source
        The bytes of the archive.

    Returns
    -------
    dict of str to bytes
        By path inside the archive; other members are not read.

    Raises
    ------
    DigitizedFileError
        If the archive is damaged, a path leads out of it, or a member is too large.
    """
    faults, members = Faults(source.file), {}
    try:
        with tarfile.open(fileobj=io.BytesIO(source.data), mode="r:") as archive:
            listing = _first(archive)
            _refuse_paths([member.name for member in listing], faults)
            for member in listing:
                if member.name.endswith(".json") and member.isreg():
                    _refuse_size(member.name, member.size, faults)
                    stream = archive.extractfile(member)
                    members[member.name] = stream.read(MAX_BYTES) if stream else b""
    except (tarfile.TarError, OSError, ValueError, EOFError, OverflowError) as error:
        faults.refuse(f"the archive must be a complete tar file, got: {excerpt(str(error))}")
    return members


def _first(archive: tarfile.TarFile) -> list[tarfile.TarInfo]:
    """Return the first members of an archive."""
    listing = []
    for member in archive:
        listing.append(member)
        if len(listing) == _MOST_MEMBERS:
            break
    return listing


def zip_members(source: Source) -> dict[str, bytes]:
    """
    Read the JSON files of a zip archive.

    Parameters
    ----------
    source : Source
        The bytes of the archive.

    Returns
    -------
    dict of str to bytes
        By path inside the archive; other members are not read.

    Raises
    ------
    DigitizedFileError
        If the archive is damaged, encrypted, a workbook, leads out of itself, or holds too much.
    """
    faults, members = Faults(source.file), {}
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            listing = archive.infolist()[:_MOST_MEMBERS]
            names = [member.filename for member in listing]
            if "[Content_Types].xml" in names:
                faults.refuse("the file must be text, but is a workbook: save it as CSV first")
            _refuse_paths(names, faults)
            for member in listing:
                if member.filename.endswith(".json"):
                    _refuse_size(member.filename, member.file_size, faults)
                    with archive.open(member) as stream:
                        members[member.filename] = stream.read(MAX_BYTES)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError) as error:
        # RuntimeError: encrypted; its child NotImplementedError: an odd compression
        faults.refuse(f"the archive must be a complete zip file, got: {excerpt(str(error))}")
    return members


def _refuse_paths(names: Sequence[str], faults: Faults) -> None:
    """Refuse an archive with a path that leads out of it."""
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name[:2] or "\0" in name:
            faults.add(f"members must stay inside the archive, got {excerpt(name)}")
    faults.settle()


def _refuse_size(name: str, size: int, faults: Faults) -> None:
    """Refuse a member that says that it is too large."""
    if size > MAX_BYTES:
        faults.refuse(
            f"a member must have at most {MAX_BYTES:,} bytes, got {size:,}", where=excerpt(name)
        )
