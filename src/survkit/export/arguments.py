"""What exports are handed: the patients of a trial, or a data set made of them."""

from __future__ import annotations

import pandas as pd

from survkit.errors import WrongArgumentError
from survkit.reconstruction import Reconstruction
from survkit.trial import Trial
from survkit.typed import as_instance

__all__ = ["check_columns", "check_patients"]


def check_patients(reconstruction: object, trial: object, function: str) -> None:
    """Refuse what is no record of patients, or no trial, in a sentence."""
    what = "a reconstruction such as reproduction.analyses[0].reconstruction"
    as_instance(reconstruction, Reconstruction, function, what)
    as_instance(trial, Trial, function, "the trial of the patients")


def check_columns(frame: object, columns: tuple[str, ...], function: str) -> None:
    """Refuse what is no table, or one without some columns, in a sentence."""
    if not isinstance(frame, pd.DataFrame):
        as_instance(frame, pd.DataFrame, function, "a pandas.DataFrame of patients")
    elif missing := [name for name in columns if name not in frame]:
        msg = f"{function}: the table must have the columns {', '.join(columns)}, got none called "
        raise WrongArgumentError(msg + ", ".join(missing))
