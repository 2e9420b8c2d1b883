"""The shipped trials by id, and trial files wherever they lie."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from survkit.errors import TrialFileError, UnknownTrialError, WrongArgumentError
from survkit.trial.reading import read_trial

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survkit.trial.model import Trial

__all__ = ["load_trial", "shipped_trials", "trial_files"]

_LONGEST = 60
"""Letters of a name that are compared with those of the shipped trials."""
_INSTALLED = Path(__file__).parents[1] / "reconstructions"
_CHECKOUT = Path(__file__).parents[3] / "reconstructions"


def shipped_trials() -> tuple[str, ...]:
    """
    List the trials that come with survkit.

    Returns
    -------
    tuple of str
        Their ids, sorted.
    """
    return tuple(sorted(path.stem for path in _shipped_folder().glob("*.toml")))


def load_trial(name_or_path: str | Path) -> Trial:
    """
    Load a trial that comes with survkit, or one from a file.

    Parameters
    ----------
    name_or_path : str or pathlib.Path
        Id of a shipped trial, or the path of a TOML file.

    Returns
    -------
    Trial
        The trial.

    Raises
    ------
    UnknownTrialError
        If there is neither such a trial nor such a file.
    TrialFileError
        If the file cannot be used; one sentence per fault.

    Examples
    --------
    >>> load_trial("radiant-3").analyses[0].arm("placebo").n.printed.value
    203.0
    """
    path = _found(name_or_path)
    shipped = path.parent == _shipped_folder()
    return read_trial(path, origin=path.name if shipped else None)


def trial_files(names_or_paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """
    Find the files of trials, with the folders among them expanded.

    Parameters
    ----------
    names_or_paths : iterable of str or pathlib.Path
        Ids of shipped trials, TOML files, and folders that contain them.

    Returns
    -------
    tuple of pathlib.Path
        The files in the order asked for, each once; those of a folder sorted by name.

    Raises
    ------
    UnknownTrialError
        If something is neither a shipped trial nor a file or folder.
    TrialFileError
        If a folder has no TOML file in it.
    """
    found: dict[Path, None] = {}
    for name in names_or_paths:
        path = _found(name)
        found.update(dict.fromkeys(_in_folder(path) if path.is_dir() else (path,)))
    return tuple(found)


def _shipped_folder() -> Path:
    """Return the folder of the shipped trials: in the package, or in a source checkout."""
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def _found(name_or_path: str | Path) -> Path:
    """Return the path that a name stands for; whether it can be read is asked later."""
    if not isinstance(name_or_path, str | Path):
        got = type(name_or_path).__name__
        msg = f"a trial must be the id of a shipped trial or the path of a file, got a {got}"
        raise WrongArgumentError(msg)
    name = str(name_or_path)
    if name in shipped_trials():
        return _shipped_folder() / f"{name}.toml"
    path = Path(name_or_path)
    if path.suffix == ".toml" or (name and _exists(path)):  # no name is not the current folder
        return path
    shipped = shipped_trials()
    near = difflib.get_close_matches(name[:_LONGEST], shipped, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"shipped: {', '.join(shipped)}"
    said = name or "no name"
    msg = f"{said}: a trial must be the id of a shipped trial, a TOML file or a folder; {hint}"
    raise UnknownTrialError(msg)


def _exists(path: Path) -> bool:
    """Tell whether there is such a file or folder; a name too long for the system is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _in_folder(folder: Path) -> tuple[Path, ...]:
    """Return the trial files of a folder, sorted by name."""
    files = tuple(sorted(folder.glob("*.toml")))
    if not files:
        msg = f"{folder}: the folder must contain a trial file (*.toml), got none"
        raise TrialFileError((msg,))
    return files
