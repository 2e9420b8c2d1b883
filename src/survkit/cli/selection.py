"""Which trials and which analysis a command line asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from survkit.errors import SurvkitError, TrialFileError, UnknownTrialError

if TYPE_CHECKING:
    from survkit.trial import Analysis, Trial

__all__ = ["choose_analysis", "find_asked", "load_trials"]


def load_trials(names: Sequence[str]) -> tuple[Trial, ...]:
    """
    Read trials, and report the faults of all their files together.

    Parameters
    ----------
    names : sequence of str
        Ids of shipped trials, TOML files and folders; empty for all shipped trials.

    Returns
    -------
    tuple of Trial
        The trials, in the order asked for.

    Raises
    ------
    TrialFileError
        If anything cannot be found or read; one sentence per fault.
    """
    from survkit.trial import load_trial, shipped_trials, trial_files

    faults: list[str] = []
    files: dict[object, None] = {}
    for name in names or shipped_trials():
        try:
            files.update(dict.fromkeys(trial_files([name])))
        except (UnknownTrialError, TrialFileError) as error:
            faults.append(str(error))
    trials: list[Trial] = []
    for file in files:
        try:
            trials.append(load_trial(str(file)))
        except TrialFileError as error:
            faults += error.faults
    if faults:
        raise TrialFileError(tuple(faults))
    return tuple(trials)


def choose_analysis(trial: Trial, asked: str | None) -> Analysis:
    """
    Choose the one analysis that a command works on.

    Parameters
    ----------
    trial : Trial
        The trial.
    asked : str or None
        Id of an analysis; may be left out where there is only one.

    Returns
    -------
    Analysis
        The analysis.

    Raises
    ------
    SurvkitError
        If there is no such analysis, or if none was named and there are several.
    """
    if asked is not None:
        return trial.analysis(asked)
    if len(trial.analyses) > 1:
        ids = _listed(analysis.id for analysis in trial.analyses)
        msg = f"{trial.id}: one of its analyses must be named with --analysis: {ids}"
        raise SurvkitError(msg)
    return trial.analyses[0]


def find_asked(trials: Sequence[Trial], asked: str | None) -> tuple[str, ...]:
    """
    Find the analysis that is asked for alone.

    Parameters
    ----------
    trials : sequence of Trial
        What the command line names; must be one trial where an analysis is asked for.
    asked : str or None
        Id of an analysis.

    Returns
    -------
    tuple of str
        The id; empty where none is asked for, which means all.

    Raises
    ------
    SurvkitError
        If there are several trials, or no such analysis.
    """
    if asked is None:
        return ()
    if len(trials) != 1:
        msg = f"--analysis must come with one trial, got {len(trials)}"
        raise SurvkitError(msg)
    return (trials[0].analysis(asked).id,)


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
