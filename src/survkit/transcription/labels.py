"""Labels of curves: the arm's name, and the patients and events that some print behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from survkit.transcription.words import one_line

__all__ = ["Label", "read_label"]

_PATIENTS = re.compile(r"[\s,;:]*[(\[]\s*n\s*[=:]?\s*(\d{1,6})\s*[)\]]\s*$", re.IGNORECASE)
_BARE_PATIENTS = re.compile(r"[\s,;:]+n\s*=\s*(\d{1,6})\s*$", re.IGNORECASE)
_EVENTS = re.compile(r"[\s,;:]*[(\[]\s*(\d{1,6})\s*/\s*(\d{1,6})\s*[)\]]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """
    A label, taken apart.

    Parameters
    ----------
    name : str
        The arm's name; empty where there is none.
    n : int or None
        Patients, where they are printed behind it.
    events : int or None
        Events, where they are.
    """

    name: str
    n: int | None = None
    events: int | None = None


def read_label(text: str) -> Label:
    """
    Take the numbers off the end of a label.

    Parameters
    ----------
    text : str
        A label as printed.

    Returns
    -------
    Label
        Its parts. Two numbers with a stroke between them are events and patients, where there are
        at most as many of the first.

    Examples
    --------
    >>> read_label("PCI (n=81)")
    Label(name='PCI', n=81, events=None)
    >>> read_label("Lapatinib (361/2100)")
    Label(name='Lapatinib', n=2100, events=361)
    >>> read_label("Bev 5 mg/kg")
    Label(name='Bev 5 mg/kg', n=None, events=None)
    """
    label = one_line(text, 80)
    pair = _EVENTS.search(label)
    if pair is not None and 0 < int(pair[2]) >= int(pair[1]):
        return Label(name=label[: pair.start()], n=int(pair[2]), events=int(pair[1]))
    single = _PATIENTS.search(label) or _BARE_PATIENTS.search(label)
    if single is not None and int(single[1]) > 0:
        return Label(name=label[: single.start()], n=int(single[1]))
    return Label(name=label)
