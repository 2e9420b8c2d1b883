"""
Kill work before each of its steps that change a folder, and look at what is left.

By hand, for a command: ``python -m tests.cli.killing FOLDER ARGUMENT...``, where all that the
command writes goes into the folder, which is made; the number of moments is printed.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["kill_at_each_moment"]

_CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "open", "shutil.rmtree"}
_WRITING = set("wxa+")
_OLD = b"what was there before"


def kill_at_each_moment(folder: Path, work: Callable[[], object]) -> int:
    """
    Do work again and again, killed a step later each time, until it goes through.

    A file at its name has to be as it was or as it is to be, at every moment; the last run, which
    finds what all the killed ones have left behind, has to leave what a run in peace leaves.

    Parameters
    ----------
    folder : Path
        The folder that is changed; what is in it to begin with is left alone.
    work : callable
        What is done, in a process of its own each time.

    Returns
    -------
    int
        The moments at which it was killed.
    """
    given = _finished(folder)
    assert _run(folder, work, 0) == 0
    new = {name: content for name, content in _finished(folder).items() if name not in given}
    assert new
    moments = 0
    while True:
        # an overview with its marker is replaced as a whole, anything else file by file
        for name in new:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_OLD)
        code = _run(folder, work, moments + 1)
        for name, content in _finished(folder).items():
            assert name in given or content in {new[name], _OLD}, (moments, name)
        if code == 0:
            break
        assert code == -signal.SIGKILL, (moments, code)
        moments += 1
    assert _finished(folder) == given | new
    return moments


def _finished(folder: Path) -> dict[str, bytes]:
    """Read the files at their names; what is unfinished bears another."""
    parts = {path: path.relative_to(folder).parts for path in sorted(folder.rglob("*"))}
    return {
        "/".join(names): path.read_bytes()
        for path, names in parts.items()
        if path.is_file() and not any(name.endswith(".part") for name in names)
    }


def _run(folder: Path, work: Callable[[], object], moment: int) -> int:
    """Do the work in a process that dies before a step; return its exit code."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            sys.addaudithook(_Killer(folder, moment))
            work()
            code = 0
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 70
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class _Killer:
    """Counts the steps that change a folder, and dies before one of them."""

    def __init__(self, folder: Path, moment: int) -> None:
        self._folder = str(folder.resolve())
        self._moment = moment
        self._steps = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in _CHANGES or not str(arguments[0]).startswith(self._folder):
            return
        if event == "open" and not _WRITING & set(str(arguments[1] or "")):
            return
        self._steps += 1
        if self._steps == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    from survkit.cli import main

    warnings.simplefilter("ignore")
    target = Path(sys.argv[1])
    target.mkdir()
    sys.stderr.write(f"{kill_at_each_moment(target, lambda: main(sys.argv[2:]))} moments\n")
