"""Which trials and which analysis a command line asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.errors import SurvkitError, TrialFileError, UnknownTrialError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.trial import Analysis, Trial

__all__ = [
    "choose_analysis",
    "find_asked",
    "load_one",
    "load_trials",
    "refuse_same_ids",
    "refuse_workers_beside",
]


def load_trials(names: Sequence[str], prior: str | None = None) -> tuple[Trial, ...]:
    """
    Read trials by their ids, files and folders, all shipped trials where none is named.

    The faults of all files are reported together. A prior takes the place of those of the files.
    """
    from survkit.trial import load_trial, shipped_trials, trial_files

    faults: list[str] = []
    files: dict[object, None] = {}
    for name in names or shipped_trials():
        try:
            files.update(dict.fromkeys(trial_files([name])))
        except (UnknownTrialError, TrialFileError) as error:
            faults += error.args
    trials: list[Trial] = []
    for file in files:
        try:
            trials.append(load_trial(str(file)))
        except TrialFileError as error:
            faults += error.faults
    if faults:
        raise TrialFileError(tuple(faults))
    return tuple(trials if prior is None else (trial.with_prior(prior) for trial in trials))


def load_one(name: str, prior: str | None) -> Trial:
    """Read one trial; a prior takes the place of that of the file."""
    from survkit.trial import load_trial

    trial = load_trial(name)
    return trial if prior is None else trial.with_prior(prior)


def refuse_same_ids(trials: Sequence[Trial]) -> None:
    """Refuse trials whose plots or pages would overwrite each other."""
    seen: dict[str, str] = {}
    for trial in trials:
        if trial.id in seen:
            msg = f"{trial.origin}: id must differ from that in {seen[trial.id]}, got {trial.id!r}"
            raise SurvkitError(msg)
        seen[trial.id] = trial.origin


def refuse_workers_beside(cluster: str | None, workers: int | None) -> None:
    """Refuse a number of processes here beside a cluster, which has its own."""
    if cluster is not None and workers is not None:
        msg = f"--cluster must come without --workers, got {workers}: a cluster has its own"
        raise SurvkitError(msg)


def choose_analysis(trial: Trial, asked: str | None) -> Analysis:
    """Choose the one analysis that a command works on; it must be named where there are several."""
    if asked is not None:
        return trial.analysis(asked)
    if len(trial.analyses) > 1:
        *most, last = (analysis.id for analysis in trial.analyses)
        ids = f"{', '.join(most)} or {last}"
        msg = f"{trial.id}: one of its analyses must be named with --analysis: {ids}"
        raise SurvkitError(msg)
    return trial.analyses[0]


def find_asked(trials: Sequence[Trial], asked: str | None) -> tuple[str, ...]:
    """Find the analysis that is asked for alone, which takes one trial; none where all are."""
    if asked is None:
        return ()
    if len(trials) != 1:
        msg = f"--analysis must come with one trial, got {len(trials)}"
        raise SurvkitError(msg)
    return (trials[0].analysis(asked).id,)
