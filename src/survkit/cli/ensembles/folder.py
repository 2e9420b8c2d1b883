"""The folder of an ensemble: a file a finished member, so that a run goes on where it stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.cli.files import make_folder, write_file
from survkit.errors import OutputError
from survkit.export.ensembles import ensemble_document, member_csv, read_member

if TYPE_CHECKING:
    from pathlib import Path

    from survkit.ensembles import Draws, Member
    from survkit.trial import Trial

__all__ = ["EnsembleFolder"]

_DOCUMENT, _MEMBERS = "ensemble.json", "members"


@dataclass(frozen=True, slots=True)
class EnsembleFolder:
    """Where the members of one ensemble are kept."""

    folder: Path  # where
    draws: Draws  # what the members are drawn from
    trial: Trial  # the trial

    def open(self) -> None:
        """Make the folder, or see that the members in it are those of the same ensemble."""
        document = ensemble_document(self.draws, self.trial).encode()
        path = self.folder / _DOCUMENT
        make_folder(self.folder)
        if path.is_file():
            if _content(path) != document:
                what = "members of these figures, prior, seed and versions, got those of others"
                msg = f"{self.folder}: a folder that is gone on with must have {what}"
                raise OutputError(msg)
        elif any(self.folder.iterdir()):
            what = "a new folder, an empty one or an earlier ensemble, got one with other files"
            msg = f"{self.folder}: the output must be {what}"
            raise OutputError(msg)
        make_folder(self.folder / _MEMBERS)
        write_file(path, document)

    def read(self, members: int) -> dict[int, Member]:
        """Read the members that are there and whole, by number; others will be drawn anew."""
        found = {}
        for number in range(1, members + 1):
            path = self._path(number)
            if path.is_file():
                text = _content(path).decode("utf-8", errors="replace")
                member = read_member(text, self.draws, self.trial)
                if member is not None and member.number == number:
                    found[number] = member
        return found

    def write(self, member: Member) -> None:
        """Write one member, complete or not at all."""
        content = member_csv(member, self.trial, self.draws.seed)
        write_file(self._path(member.number), content.encode())

    def finish(self, name: str, content: bytes) -> None:
        """Write what all members together show."""
        write_file(self.folder / name, content)

    def _path(self, number: int) -> Path:
        return self.folder / _MEMBERS / f"member-{number:05d}.csv"


def _content(path: Path) -> bytes:
    """Return what an earlier run has written."""
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path}: a folder that is gone on with must be readable, got: {error.strerror}"
        raise OutputError(msg) from None
