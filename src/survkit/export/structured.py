"""Outcomes as scikit-survival takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from survkit.export.arguments import check_columns

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["structured_outcome"]


def structured_outcome(ipd: pd.DataFrame) -> NDArray[Any]:
    """
    Turn patients into the structured array that scikit-survival calls ``y``.

    Parameters
    ----------
    ipd : pandas.DataFrame
        Columns ``time`` and ``event`` (1 event, 0 censored).

    Returns
    -------
    ndarray, shape (n,)
        Fields ``event`` (bool, True for an event) and ``time`` (float, the analysis' unit), in the
        order that scikit-survival requires; the same as ``sksurv.util.Surv.from_arrays`` makes.

    Examples
    --------
    >>> import pandas
    >>> structured_outcome(pandas.DataFrame({"time": [1.5, 2.0], "event": [1, 0]}))
    array([( True, 1.5), (False, 2. )], dtype=[('event', '?'), ('time', '<f8')])
    """
    check_columns(ipd, ("time", "event"), "structured_outcome")
    outcome = np.empty(len(ipd), dtype=[("event", np.bool_), ("time", np.float64)])
    outcome["event"] = ipd["event"].to_numpy() == 1
    outcome["time"] = ipd["time"].to_numpy()
    return outcome
