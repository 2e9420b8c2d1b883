"""A new trial file: what is known of a trial, written down with comments on what may follow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from survkit.errors import SurvkitError
from survkit.printed import Printed

__all__ = ["Draft", "DraftArm", "draft_text", "read_arm", "read_ratio"]

_ARM = "id:n[:events[:median]], such as placebo:203:165:4.6"
_RATIO = "a hazard ratio with or without its interval, such as 0.35 or '0.35 (0.27-0.45)'"
_RATIO_PATTERN = re.compile(
    r"(?P<value>[\d.]+)"
    r"(?:\s*[(\[]?\s*(?P<lower>[\d.]+)(?:\s*(?:,|to|-|–)\s*|\s+)(?P<upper>[\d.]+)\s*[)\]]?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftArm:
    """
    One arm, its figures as printed.

    Parameters
    ----------
    id : str
        Id of the arm.
    n : str
        Patients.
    events : str
        Patients with the event; empty if not printed.
    median : str
        Median time to event, in the analysis' unit; empty if not printed.
    """

    id: str
    n: str
    events: str = ""
    median: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    What a new trial file is made of; empty words are left out of it.

    Parameters
    ----------
    id : str
        Id of the trial.
    name : str
        Its name.
    condition : str
        What the patients had.
    citation : str
        The publication that prints the figures.
    doi, pmid : str
        Identifiers of the publication.
    endpoint : str
        Endpoint as abbreviated in print.
    time_unit : str
        Unit of all times.
    arms : tuple of DraftArm
        The arms, the reference arm first.
    hazard_ratio : tuple of str
        The second arm's hazard over the first one's, and its two limits where they are printed;
        empty if there is none.
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


def read_arm(text: str) -> DraftArm:
    """
    Read an arm as the command line takes it.

    Parameters
    ----------
    text : str
        Id, patients, events and median with colons between them; what is not printed is left out
        or empty.

    Returns
    -------
    DraftArm
        The arm.

    Raises
    ------
    SurvkitError
        If the text is none.
    """
    arm_id, *figures = (part.strip() for part in text.split(":"))
    if not arm_id or not 1 <= len(figures) <= 3 or not figures[0] or not _printable(figures):
        msg = f"--arm: the arm must be {_ARM}, got {text!r}"
        raise SurvkitError(msg)
    return DraftArm(id=arm_id, **dict(zip(("n", "events", "median"), figures, strict=False)))


def read_ratio(text: str) -> tuple[str, ...]:
    """
    Read a hazard ratio as the command line takes it.

    Parameters
    ----------
    text : str
        The ratio, and its limits in brackets where they are printed; empty for none.

    Returns
    -------
    tuple of str
        The ratio and its limits, the ratio alone, or nothing.

    Raises
    ------
    SurvkitError
        If the text is none of these.
    """
    if not text.strip():
        return ()
    found = _RATIO_PATTERN.fullmatch(text.strip())
    figures = tuple(filter(None, found.groups())) if found else ()
    if not figures or not _printable(figures):
        msg = f"--hazard-ratio: it must be {_RATIO}, got {text!r}"
        raise SurvkitError(msg)
    return figures


def draft_text(draft: Draft) -> str:
    """
    Write a trial file with comments that say what may be added where.

    Parameters
    ----------
    draft : Draft
        What is known of the trial.

    Returns
    -------
    str
        TOML, in the format of ``reconstructions/``.
    """
    parts = [_trial(draft), _source(draft), _analysis(draft)]
    parts += [_arm(arm, first=number == 0) for number, arm in enumerate(draft.arms)]
    if len(draft.arms) == 2:
        parts.append(_contrast(draft))
    return "\n".join(parts)


def _trial(draft: Draft) -> str:
    return _lines(
        "#:schema ./schema.json",
        "# Digits as printed: 0.30 is not 0.3, because they are the tolerance. Words in quotes:",
        '# "not reached", "<0.001". What was calculated from other figures is not entered.',
        "spec_version = 1",
        f"id = {_quoted(draft.id)}",
        f"name = {_quoted(draft.name)}",
        _optional("condition", draft.condition, "what the patients had"),
        '# registration = "NCT00000000"',
    )


def _source(draft: Draft) -> str:
    return _lines(
        "# The publications, each by an id that the figures name.",
        "[sources.paper]",
        f"citation = {_quoted(draft.citation)}",
        _optional("doi", draft.doi, "10.1056/..."),
        _optional("pmid", draft.pmid, "12345678"),
        '# note = "Read: the abstract."',
    )


def _analysis(draft: Draft) -> str:
    return _lines(
        "# One endpoint, one assessment, one data cut-off, one population. What differs in one of",
        "# these is another [[analysis]], further down.",
        "[[analysis]]",
        f"id = {_quoted(_identifier(draft.endpoint))}",
        f"endpoint = {_quoted(draft.endpoint)}",
        '# assessment = "central review"',
        f"time_unit = {_quoted(draft.time_unit)}",
        'source = "paper"                # of every figure below that names none',
        '# population = "ITT"',
        "# cut_off = 2020-01-31",
        '# stratified_by = ["performance status"]',
        "# Where the refit is not the printed model (strata, covariates, crossover): every file of",
        "# the library says it.",
        '# differences = "The printed model is stratified; the refit is not."',
    )


def _arm(arm: DraftArm, *, first: bool) -> str:
    hints = [
        "# A figure that nobody has read in its source: { value = 165, verified = false }",
        '# A figure from elsewhere: { value = 4.6, ci = [3.1, 5.4], source = "label" }',
        '# A figure kept out, to be predicted: role = "check"',
        "# survival = [{ time = 12, percent = 25, ci = [18, 33] }]",
        "# at_risk = [{ time = 6, n = 90 }]",
    ]
    return _lines(
        "[[analysis.arm]]",
        f"id = {_quoted(arm.id)}",
        f"n = {arm.n}",
        f"events = {_value(arm.events)}" if arm.events else "# events = 0",
        f"median = {_value(arm.median)}" if arm.median else "# median = 0.0",
        *(hints if first else ()),
    )


def _contrast(draft: Draft) -> str:
    reference, experimental = draft.arms
    value, *limits = draft.hazard_ratio or ("",)
    ratio = f"{{ value = {value}, ci = [{', '.join(limits)}] }}" if limits else value
    return _lines(
        "# Ratios are experimental over reference.",
        "[[analysis.contrast]]",
        f"experimental = {_quoted(experimental.id)}",
        f"reference = {_quoted(reference.id)}",
        f"hazard_ratio = {ratio}" if ratio else "# hazard_ratio = { value = 0.0, ci = [0.0, 0.0] }",
        '# p_value = { value = "<0.001", role = "check" }',
    )


def _lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def _optional(key: str, value: str, example: str) -> str:
    """Return the line of a key, as a comment where there is no value."""
    return f"{key} = {_quoted(value)}" if value else f"# {key} = {_quoted(example)}"


def _quoted(text: str) -> str:
    """Return a TOML string; JSON's escapes are TOML's."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _value(figure: str) -> str:
    """Return a figure as TOML takes it: bare digits, words in quotes."""
    return figure if _is_number(figure) else _quoted(figure)


def _is_number(figure: str) -> bool:
    return Printed.parse(figure).exact


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


def _identifier(text: str) -> str:
    """Make an id of an endpoint's name."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "analysis"
