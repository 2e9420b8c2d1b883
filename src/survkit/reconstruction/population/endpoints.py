"""Kinds of endpoints, by what is printed of them: progression, recurrence, or death."""

from __future__ import annotations

__all__ = ["is_progression", "is_recurrence"]

_PROGRESSION = (
    "PFS",
    "TTP",
    "TTF",
    "EFS",
    "DOR",
    "PROGRESSION",
    "FAILURE",
    "EVENT-FREE",
    "EVENT FREE",
)
_RECURRENCE = ("DFS", "RFS", "LRR", "DISEASE-FREE", "RELAPSE", "RECURRENCE", "DISEASE FREE")


def is_progression(endpoint: str) -> bool:
    """
    Tell whether an endpoint is progression, which is seen at visits, or death if that is earlier.

    Parameters
    ----------
    endpoint : str
        Endpoint as abbreviated in print.

    Returns
    -------
    bool
        Whether it is; recurrence is another kind.

    Examples
    --------
    >>> is_progression("PFS"), is_progression("OS"), is_progression("DFS")
    (True, False, False)
    """
    named = any(word in endpoint.upper() for word in _PROGRESSION)
    return named and not is_recurrence(endpoint)


def is_recurrence(endpoint: str) -> bool:
    """
    Tell whether an endpoint is recurrence after treatment that left no disease.

    Parameters
    ----------
    endpoint : str
        Endpoint as abbreviated in print.

    Returns
    -------
    bool
        Whether it is.

    Examples
    --------
    >>> is_recurrence("DFS"), is_recurrence("PFS")
    (True, False)
    """
    return any(word in endpoint.upper() for word in _RECURRENCE)
