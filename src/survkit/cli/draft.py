"""A new trial file: what is known of a trial, written down with comments on what may follow."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files
from string import Template
from typing import Any

from survkit.errors import SurvkitError, TrialFileError
from survkit.printed import Printed

__all__ = ["Draft", "DraftArm", "check_draft", "draft_text", "read_arm", "read_ratio"]

_ARM = "id:n[:events[:median]], such as placebo:203:165:4.6"
_RATIO = "a hazard ratio with or without its interval, such as 0.35 or '0.35 (0.27-0.45)'"
_RATIO_PATTERN = re.compile(
    r"(?P<value>[\d.]+)"
    r"(?:\s*[(\[]?\s*(?P<lower>[\d.]+)(?:\s*(?:,|to|-|–)\s*|\s+)(?P<upper>[\d.]+)\s*[)\]]?)?"
)
_EMPTY_RATIO = "{ value = 0.0, ci = [0.0, 0.0] }"
_HINTS = """\
# A figure that nobody has read in its source: { value = 165, verified = false }
# A figure from elsewhere: { value = 4.6, ci = [3.1, 5.4], source = "label" }
# A figure kept out, to be predicted: role = "check"
# survival = [{ time = 12, percent = 25, ci = [18, 33] }]
# at_risk = [{ time = 6, n = 90 }]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftArm:
    """One arm, its figures as printed; empty if not printed."""

    id: str
    n: str
    events: str = ""
    median: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    What a new trial file is made of; empty words are left out of it.

    The reference arm is the first one; the hazard ratio is the second arm's over the first one's,
    followed by its two limits where they are printed.
    """

    id: str
    name: str
    condition: str
    citation: str
    doi: str
    pmid: str
    endpoint: str
    time_unit: str
    arms: tuple[DraftArm, ...]
    hazard_ratio: tuple[str, ...]


_EXAMPLE = Draft(
    id="x",
    name="X",
    condition="",
    citation="C",
    doi="",
    pmid="",
    endpoint="OS",
    time_unit="month",
    arms=(DraftArm(id="a", n="1"),),
    hazard_ratio=(),
)
"""What stands for answers that are yet to come."""


def read_arm(text: str) -> DraftArm:
    """Read an arm as the command line takes it: id, patients, events and median, with colons."""
    arm_id, *figures = (part.strip() for part in text.split(":"))
    if not arm_id or not 1 <= len(figures) <= 3 or not figures[0] or not _printable(figures):
        msg = f"--arm: the arm must be {_ARM}, got {text!r}"
        raise SurvkitError(msg)
    counts = [int(figure) for figure in figures[:2] if figure.isdecimal()]
    if len(counts) == 2 and counts[1] > counts[0]:
        msg = f"--arm: events must be no more than the {counts[0]} patients, got {text!r}"
        raise SurvkitError(msg)
    return DraftArm(id=arm_id, **dict(zip(("n", "events", "median"), figures, strict=False)))


def read_ratio(text: str) -> tuple[str, ...]:
    """Read a hazard ratio, with its limits where they are printed; nothing where text is empty."""
    if not text.strip():
        return ()
    found = _RATIO_PATTERN.fullmatch(text.strip())
    figures = tuple(filter(None, found.groups())) if found else ()
    if not figures or not _printable(figures):
        msg = f"--hazard-ratio: it must be {_RATIO}, got {text!r}"
        raise SurvkitError(msg)
    return figures


def check_draft(**parts: Any) -> None:
    """
    Hold parts of a draft against the rules of trial files, whatever the other parts will be.

    Parameters
    ----------
    **parts : object
        Fields of a `Draft`.

    Raises
    ------
    SurvkitError
        If no file can have them; one sentence per fault.
    """
    from survkit.trial import trial_from_document

    text = draft_text(replace(_EXAMPLE, **parts))
    try:
        trial_from_document(tomllib.loads(text, parse_float=Decimal))
    except TrialFileError as error:  # where an answer stands in the file, and how, is not its fault
        faults = (fault.split(": ", 2)[-1].replace(" in quotes", "") for fault in error.faults)
        raise SurvkitError(*faults) from None


def draft_text(draft: Draft) -> str:
    """Write a trial file with comments that say what may be added where."""
    template = Template(files("survkit.cli").joinpath("draft.toml").read_text("utf-8"))
    head = template.substitute(
        id=_quoted(draft.id),
        name=_quoted(draft.name),
        condition=_optional("condition", draft.condition, "what the patients had"),
        citation=_quoted(draft.citation),
        doi=_optional("doi", draft.doi, "10.1056/..."),
        pmid=_optional("pmid", draft.pmid, "12345678"),
        analysis=_quoted("-".join(re.findall(r"[a-z0-9]+", draft.endpoint.lower())) or "analysis"),
        endpoint=_quoted(draft.endpoint),
        time_unit=_quoted(draft.time_unit),
    )
    first, *rest = map(_arm, draft.arms)
    contrast = [_contrast(draft)] if len(draft.arms) == 2 else []
    return head + "\n".join([first + _HINTS, *rest, *contrast])


def _arm(arm: DraftArm) -> str:
    return (
        "[[analysis.arm]]\n"
        f"id = {_quoted(arm.id)}\n"
        f"n = {arm.n}\n"
        + (f"events = {_value(arm.events)}\n" if arm.events else "# events = 0\n")
        + (f"median = {_value(arm.median)}\n" if arm.median else "# median = 0.0\n")
    )


def _contrast(draft: Draft) -> str:
    reference, experimental = draft.arms
    value, *limits = draft.hazard_ratio or ("",)
    ratio = f"{{ value = {value}, ci = [{', '.join(limits)}] }}" if limits else value
    line = f"hazard_ratio = {ratio}" if ratio else f"# hazard_ratio = {_EMPTY_RATIO}"
    return (
        "# Ratios are experimental over reference.\n"
        "[[analysis.contrast]]\n"
        f"experimental = {_quoted(experimental.id)}\n"
        f"reference = {_quoted(reference.id)}\n"
        f"{line}\n"
        '# p_value = { value = "<0.001", role = "check" }\n'
    )


def _optional(key: str, value: str, example: str) -> str:
    """Return the line of a key, as a comment where there is no value."""
    return f"{key} = {_quoted(value)}" if value else f"# {key} = {_quoted(example)}"


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's, which wants one for DEL, too."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(figure: str) -> str:
    """Return a figure as TOML takes it: bare digits, words in quotes."""
    return figure if Printed.parse(figure).exact else _quoted(figure)


def _printable(figures: Iterable[str]) -> bool:
    """Whether every figure that is there reads as a printed one."""
    return all(_reads(figure) for figure in figures if figure)


def _reads(figure: str) -> bool:
    try:
        printed = Printed.parse(figure)
    except ValueError:
        return False
    # what TOML refuses: a leading zero, a sign
    return not printed.exact or figure == f"{Decimal(figure):f}"
