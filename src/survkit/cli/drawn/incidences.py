"""One arm typed at the prompt with the incidences of two competing causes, to patients as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.cli.drawn.arms import quoted
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.cli.drawn.arms import CurveOptions
    from survkit.digitized import DigitizedCurve, RiskTable
    from survkit.reconstruction.curves.competing import DecodedIncidences

__all__ = [
    "CompetingArm",
    "csv_of_causes",
    "decode_causes",
    "gather_causes",
    "remarks_on_causes",
]

_DECIMALS = 6
_CAUSES = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetingArm:
    """One arm as files and options have it: 1 - F of either cause, and what is known of both."""

    name: str
    curves: tuple[DigitizedCurve, DigitizedCurve]
    table: RiskTable | None
    n: int | None
    events: tuple[int | None, int | None]


def gather_causes(options: CurveOptions) -> CompetingArm:
    """Read the files and put the arm together; all that does not fit is told."""
    from survkit.digitized import read_curves, read_marks, read_risk_tables

    curves = [one for path in options.incidences for one in read_curves(path, incidence=True)]
    tables = [table for path in options.risk for table in read_risk_tables(path)]
    marks = [read_marks(path) for path in options.marks]
    _refuse_numbers(options, len(curves), len(tables))
    if marks:
        curves = [replace(curve, marks=marks[0]) for curve in curves]
    return CompetingArm(
        name=options.arms[0] if options.arms else "arm 1",
        curves=(curves[0], curves[1]),
        table=tables[0] if tables else None,
        n=options.n[0] if options.n else None,
        events=(options.events[0], options.events[1]) if options.events else (None, None),
    )


def _refuse_numbers(options: CurveOptions, curves: int, tables: int) -> None:
    """Refuse other numbers of files and figures than one arm with two causes has."""
    faults = []
    if curves != len(_CAUSES):
        faults.append(
            "--incidence must name two curves of one arm, a cause each, in one file or two, "
            f"got {curves}"
        )
    once = {"--risk": tables, "--marks": len(options.marks), "--n": len(options.n)}
    once["--arm"] = len(options.arms)
    faults += [
        f"{option} must be given once with --incidence, for the arm, or not at all, got {count}"
        for option, count in once.items()
        if count > 1
    ]
    if len(options.events) not in {0, len(_CAUSES)}:
        faults.append(
            "--events must be given twice with --incidence, a total for each cause, or not at "
            f"all, got {len(options.events)}"
        )
    if faults:
        raise SurvkitError(*faults)


def decode_causes(arm: CompetingArm) -> DecodedIncidences:
    """Decode the arm; what it cannot be decoded for is told with its name."""
    from survkit.reconstruction.curves import CurveError
    from survkit.reconstruction.curves.competing import reconstruct_incidences

    try:
        return reconstruct_incidences(arm.curves, n=arm.n, risk_table=arm.table, events=arm.events)
    except CurveError as error:
        raise SurvkitError(*(f"{arm.name}: {fault}" for fault in error.faults)) from error


def remarks_on_causes(arm: CompetingArm, decoded: DecodedIncidences) -> Iterator[str]:
    """Say what was detected, what is missed, and how near the refitted incidences come."""
    read: list[DigitizedCurve | RiskTable] = [*arm.curves]
    read += [] if arm.table is None else [arm.table]
    for origin in read:
        yield from (f"{arm.name}: {origin.origin}: {remark}" for remark in origin.remarks)
    yield from (f"{arm.name}: {sentence}" for sentence in decoded.inconsistencies)
    yield from _missed(arm, decoded)
    for cause, curve in zip(_CAUSES, arm.curves, strict=True):
        drawn = 1.0 - np.array(curve.survival)
        apart = np.abs(decoded.incidence(cause, curve.times) - drawn)
        yield (
            f"{arm.name}: cause {cause}, {curve.name}: events: {np.sum(decoded.cause == cause)}; "
            f"the Aalen-Johansen estimate is {apart.mean():.4f} from its points in the mean, "
            f"{apart.max():.4f} at most"
        )
    yield f"{arm.name}: {decoded.cause.size} patients, decoder {decoded.overall.decoder}"


def _missed(arm: CompetingArm, decoded: DecodedIncidences) -> Iterator[str]:
    """Name every number at risk and every total that these patients do not have."""
    if arm.table is not None:
        rows = zip(arm.table.times, arm.table.lower, arm.table.upper, strict=True)
        for time, lower, upper in rows:
            at_risk = int(np.sum(decoded.overall.time >= time))
            if not lower <= at_risk <= upper:
                printed = f"{lower}" if lower == upper else f"{lower} to {upper}"
                yield f"{arm.name}: missed: {at_risk} at risk at {time:g}, not {printed}"
    for cause, total in zip(_CAUSES, arm.events, strict=True):
        events = int(np.sum(decoded.cause == cause))
        if total is not None and events != total:
            yield f"{arm.name}: missed: events of cause {cause}: {events}, not {total}"


def csv_of_causes(arm: CompetingArm, decoded: DecodedIncidences, version: str) -> str:
    """Render the patients, with what they are above them."""
    first, second = (quoted(curve.name) for curve in arm.curves)
    lines = [
        "# SYNTHETIC patients: made from drawn incidences, no real persons, no data of the trial",
        "# Other data sets have the same incidences: nothing beyond these can be concluded",
        f"# time: in the unit of the curves; event: 1 {first}, 2 {second}, 0 censored",
        f"# made by: survkit {version}, decoder {decoded.overall.decoder}",
        "subject,time,event,arm",
    ]
    name = quoted(arm.name)
    patients = zip(decoded.overall.time.tolist(), decoded.cause.tolist(), strict=True)
    for subject, (time, cause) in enumerate(patients, start=1):
        lines.append(f"{subject},{time:.{_DECIMALS}f},{cause},{name}")
    return "\n".join([*lines, ""])
