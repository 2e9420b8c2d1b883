"""A trial file as text, of what was read: every figure not verified, what is missing a comment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from survkit.transcription.curve_files import precision_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.transcription.draft import (
        DraftAnalysis,
        DraftArm,
        DraftContrast,
        DraftFigure,
        Heading,
    )

__all__ = ["trial_text"]

_UNVERIFIED = "verified = false"
_HEAD = """\
# Read from a figure by a program; nobody has verified it. Look at the overlay beside this file,
# correct what is wrong, and take `verified = false` out of what you have read in the figure.
spec_version = 1
"""


def trial_text(heading: Heading, analyses: Sequence[DraftAnalysis]) -> str:
    """
    Write a trial file.

    Parameters
    ----------
    heading : Heading
        Id and citation.
    analyses : sequence of DraftAnalysis
        The panels, at least one.

    Returns
    -------
    str
        TOML. A key that must be there and was not read stands as a comment.
    """
    head = (
        f"{_HEAD}id = {_quoted(heading.id)}\n"
        f"name = {_quoted(heading.id.upper())}\n\n"
        f"[sources.figure]\ncitation = {_quoted(heading.citation)}\n"
    )
    return head + "".join(_analysis(analysis) for analysis in analyses)


def _analysis(analysis: DraftAnalysis) -> str:
    lines = [
        "",
        "[[analysis]]",
        f"id = {_quoted(analysis.id)}",
        _required("endpoint", analysis.endpoint, "OS"),
        _required("time_unit", analysis.time_unit, "month"),
        'source = "figure"',
        *(f"# printed in the figure: {words}" for words in analysis.words),
    ]
    for arm in analysis.arms:
        lines += _arm(arm)
    if analysis.contrast is not None:
        lines += _contrast(analysis.contrast)
    return "\n".join(lines) + "\n"


def _required(key: str, value: str, example: str) -> str:
    shown = _quoted(value or example)
    return f"{key} = {shown}" if value else f"# not read, to be filled in: {key} = {shown}"


def _arm(arm: DraftArm) -> list[str]:
    lines = ["", "[[analysis.arm]]", f"id = {_quoted(arm.id)}"]
    if arm.name:
        lines.append(f"name = {_quoted(arm.name)}")
    patients = "# not read, to be filled in: n = 0"
    lines.append(patients if arm.n is None else f"n = {{ value = {arm.n}, {_UNVERIFIED} }}")
    if arm.events is not None:
        lines.append(f"events = {{ value = {arm.events}, {_UNVERIFIED} }}")
    if arm.median is not None:
        lines.append(f"median = {_figure(arm.median)}")
    if arm.at_risk:
        rows = [f"    {{ time = {time}, n = {n}, {_UNVERIFIED} }}," for time, n in arm.at_risk]
        lines += ["at_risk = [", *rows, "]"]
    return lines + _curve(arm)


def _curve(arm: DraftArm) -> list[str]:
    curve = arm.curve
    lines = ["", "[[analysis.arm.curve]]", f"file = {_quoted(arm.curve_file)}"]
    if curve.marks:
        lines.append(f"marks_file = {_quoted(arm.marks_file)}")
    lines.append(f"taken = {_quoted(curve.taken)}")
    if curve.precision is not None:
        lines.append(f"precision = {precision_text(curve.precision)}")
    return [*lines, 'scale = "probability"', 'shows = "survival"', _UNVERIFIED]


def _contrast(contrast: DraftContrast) -> list[str]:
    lines = [
        "",
        f"# Which arm is the reference: {contrast.why}.",
        "[[analysis.contrast]]",
        f"experimental = {_quoted(contrast.experimental)}",
        f"reference = {_quoted(contrast.reference)}",
    ]
    if contrast.hazard_ratio is not None:
        lines.append(f"hazard_ratio = {_figure(contrast.hazard_ratio)}")
    if contrast.p_value is not None:
        further = ["sided = 1"] if contrast.sided == 1 else []
        further += ["stratified = true"] if contrast.stratified else []
        lines.append(f"p_value = {_figure(contrast.p_value, *further)}")
    return lines


def _figure(figure: DraftFigure, *further: str) -> str:
    parts = [f"value = {_value(figure.value)}"]
    if figure.ci is not None:
        lower, upper = map(_value, figure.ci)
        plain = f"[{lower}, {upper}]"
        level = f"{{ lower = {lower}, upper = {upper}, level = {figure.level} }}"
        parts.append(f"ci = {plain if figure.level == '95' else level}")
    return f"{{ {', '.join((*parts, *further, _UNVERIFIED))} }}"


def _value(digits: str) -> str:
    """Return a figure as TOML takes it: bare digits, words and thresholds in quotes."""
    return digits if digits[0].isdigit() else _quoted(digits)


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's, which wants one for DEL, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
