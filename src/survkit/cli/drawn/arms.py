"""Arms typed at the prompt with their curves: files and numbers in turn, to patients as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from survkit.characters import visible, without_commands, without_formulas
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.digitized import DigitizedCurve, RiskTable
    from survkit.reconstruction.curves import DecodedHistory, DecodingMethod

__all__ = [
    "CurveOptions",
    "DrawnArm",
    "csv_of_arms",
    "decode_drawn_arms",
    "gather_arms",
    "quoted",
    "remarks_on",
]

_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveOptions:
    """
    What was typed: the k-th value of each option belongs to the k-th arm.

    With incidences there is one arm, and the k-th total of events belongs to the k-th cause.
    """

    curves: Sequence[Path]
    incidences: Sequence[Path]
    risk: Sequence[Path]
    marks: Sequence[Path]
    n: Sequence[int]
    events: Sequence[int]
    arms: Sequence[str]
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnArm:
    """One arm as files and options have it."""

    name: str
    curve: DigitizedCurve
    table: RiskTable | None
    n: int | None
    events: int | None


def gather_arms(options: CurveOptions) -> list[DrawnArm]:
    """Read the files and put together what belongs to each arm; all that does not fit is told."""
    from survkit.digitized import read_curves, read_marks, read_risk_tables

    curves = [curve for path in options.curves for curve in read_curves(path)]
    tables = [table for path in options.risk for table in read_risk_tables(path)]
    marks = [read_marks(path) for path in options.marks]
    _refuse_numbers(options, len(curves), len(tables))
    names = list(options.arms) or [
        curve.name or f"arm {number}" for number, curve in enumerate(curves, start=1)
    ]
    if len(set(names)) < len(names):
        names = [f"{name} {number}" for number, name in enumerate(names, start=1)]
    return [
        DrawnArm(
            name=name,
            curve=replace(curve, marks=marks[place]) if marks else curve,
            table=_table_of(tables, name, place),
            n=options.n[place] if options.n else None,
            events=options.events[place] if options.events else None,
        )
        for place, (name, curve) in enumerate(zip(names, curves, strict=True))
    ]


def _refuse_numbers(options: CurveOptions, curves: int, tables: int) -> None:
    """Refuse options that are given for some arms and not for others, and unknown methods."""
    from survkit.reconstruction.curves import DecodingMethod

    methods = get_args(DecodingMethod)
    faults = []
    if options.method not in methods:
        faults.append(f"--method must be one of {', '.join(methods)}, got {options.method!r}")
    given = {
        "--risk": tables,
        "--marks": len(options.marks),
        "--n": len(options.n),
        "--events": len(options.events),
        "--arm": len(options.arms),
    }
    arms = "once" if curves == 1 else f"{curves} times, once per curve in the files"
    faults += [
        f"{option} must be given {arms}, or not at all, got {count}"
        for option, count in given.items()
        if count not in {0, curves}
    ]
    if faults:
        raise SurvkitError(*faults)


def _table_of(tables: Sequence[RiskTable], name: str, place: int) -> RiskTable | None:
    """Return the table that bears the arm's name, else the one in its place."""
    named = [table for table in tables if table.name.casefold() == name.casefold()]
    if len(named) == 1:
        return named[0]
    return tables[place] if tables else None


def decode_drawn_arms(
    arms: Sequence[DrawnArm], method: DecodingMethod
) -> list[tuple[DrawnArm, DecodedHistory]]:
    """Decode every arm; what an arm cannot be decoded for is told with its name."""
    from survkit.reconstruction.curves import CurveError, reconstruct_curve

    found, faults = [], []
    for arm in arms:
        try:
            decoded = reconstruct_curve(
                arm.curve, n=arm.n, risk_table=arm.table, events=arm.events, method=method
            )
        except CurveError as error:
            faults += [f"{arm.name}: {fault}" for fault in error.faults]
        else:
            found.append((arm, decoded))
    if faults:
        raise SurvkitError(*faults)
    return found


def remarks_on(arm: DrawnArm, decoded: DecodedHistory) -> Iterator[str]:
    """Say what was detected, what does not go together, and how the arm was decoded."""
    from survkit.digitized import check_curve

    read: list[DigitizedCurve | RiskTable] = [arm.curve]
    read += [] if arm.table is None else [arm.table]
    for origin in read:
        yield from (f"{arm.name}: {origin.origin}: {remark}" for remark in origin.remarks)
    for one in check_curve(arm.curve, arm.table, n=arm.n, events=arm.events):
        yield f"{arm.name}: {one.severity}: {one.sentence}"
    yield from (f"{arm.name}: {sentence}" for sentence in decoded.inconsistencies)
    noise = "" if decoded.noise is None else f", points off by about {decoded.noise:.4f}"
    patients = f"{decoded.time.size} patients, {int(decoded.event.sum())} events"
    yield f"{arm.name}: {patients}, decoder {decoded.decoder}{noise}"


def csv_of_arms(decoded: Sequence[tuple[DrawnArm, DecodedHistory]], version: str) -> str:
    """Render the patients of all arms under each other, with what they are above them."""
    lines = [
        "# SYNTHETIC patients: made from drawn curves, no real persons, no data of the trial",
        "# Other data sets have the same curves: nothing beyond these can be concluded",
        "# time: in the unit of the curves; event: 1 event, 0 censored",
        f"# made by: survkit {version}, decoders "
        f"{', '.join(dict.fromkeys(history.decoder for _, history in decoded))}",
        "subject,time,event,arm",
    ]
    subject = 0
    for arm, history in decoded:
        name = quoted(arm.name)
        for time, event in zip(history.time.tolist(), history.event.tolist(), strict=True):
            subject += 1
            lines.append(f"{subject},{time:.{_DECIMALS}f},{int(event)},{name}")
    return "\n".join([*lines, ""])


def quoted(text: str) -> str:
    """Write a cell of free text, in which nothing moves a cursor or starts a formula."""
    plain = without_formulas(without_commands(visible(" ".join(text.split()))))
    return f'"{plain.replace(chr(34), chr(34) * 2)}"' if set(plain) & set(',"#') else plain
