"""The audit: no false alarm on true figures, and what share of planted errors it catches.

True figures are those of the development sets and of simulated trials of many shapes. Errors are
planted one at a time; which of them no data set can print is decided apart from the audit, by exact
fractions, and, for small arms, by counting out everything that they can print.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from development import DATA, analysis, names
from exhaustive import possible_prints, sheet_of
from left_out import FIGURES, catch, count_caught
from planted import PLANTS, contradicts
from simulated import simulate_analysis

from survkit.consistency import Severity, Sheet, audit_sheet, lay_out
from survkit.running import map_in_order

LEVELS = (*(severity.value for severity in Severity), "nothing")
SMALL = (3, 4)
"""Patients of the arms that are counted out."""

TEXT = """# What the audit catches

`benchmarks/bench_audit.py --write docs/audit-benchmark.md` made this page.

## No false alarm

| true figures | trials | with an impossible finding | unlikely | at most a note | nothing |
| --- | ---: | ---: | ---: | ---: | ---: |
{alarms}

The simulated trials have proportional, late, early, crossing and curing effects,
{shapes}
All figures are printed: patients, events, medians and quartiles, percentages, restricted means and
follow-up with their intervals, numbers at risk, hazard ratio, reduction, p-value.

## Planted errors

One error at a time in the figures of {bases} trials ({sets} development sets, the others
simulated). The first columns are shares of the plants by the worst finding; the last two count the
plants that no data set can print, decided by exact fractions apart from the audit, and those of
them that the audit calls impossible. A digit that changes nothing that the other figures know
cannot be found.

| error | plants | impossible | unlikely | note | nothing | cannot be printed | called impossible |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{plants}

## Each figure, forecast from the others

Seven kinds of errors in the figures of the development sets (every {every}), each caught, called
impossible or unlikely, by the bounds alone (before), and with every figure forecast from the others
under a prior that other publications taught (after). Nothing planted: all {sets} sets. How many
times likelier figures must be under a slip was chosen on these sets; in the last column it was
chosen, fold by fold, on the sets of other publications alone (five folds, and no false alarm
there). The other limit is the probability itself.

| figures that are printed | error | sets | before | after | after, other odds |
| --- | --- | ---: | ---: | ---: | ---: |
{left_out}

Two arms whose medians, or events, nearly agree print about the same when these are exchanged, and a
median of the other arm is one that two like arms might have: such errors stay unseen.

## Small arms, counted out

Every order of events and censorings of arms of {small} patients, and what they print at two times
(percentages without decimals, numbers at risk, events). Each possible print, with one figure
replaced by every other value:

| figures | count | impossible | unlikely | note | nothing |
| --- | ---: | ---: | ---: | ---: | ---: |
{counted}

What is not called impossible there needs events at exactly a printed time, or the few values that a
handful of patients can print; the bounds know neither.
"""
_ORDINALS = {1: "one", 2: "other one", 3: "third", 4: "fourth", 5: "fifth"}
SHAPES = """\
8 to 1,800 patients an arm, censoring by entry, by dropout or none, clocks from continuous to whole
months, strata, either treatment of ties, levels of 90, 95 and 99 %, all scales, one- and two-sided
tests."""


@dataclass
class Tally:
    """Plants of one kind, by the worst finding, and those that cannot be printed."""

    found: Counter[str] = field(default_factory=Counter)
    impossible: int = 0
    called: int = 0


def main() -> int:
    """Print the tables; 1 on a false alarm or an impossible plant that passes."""
    options = _options()
    sets = [lay_out(analysis(options.data, name, "p-value")) for name in names(options.data)]
    alarms = {"development sets": Counter(_worst(sheet) for sheet in sets)}
    simulated = map_in_order(_worst_of_simulated, range(options.trials), workers=options.workers)
    alarms["simulated trials"] = Counter(simulated)
    _print("true figures", [_row(name, counts) for name, counts in alarms.items()])
    left_out = _left_out_rows(options) if sets else []
    _print("each figure, forecast from the others", left_out)
    plants = _plants(sets, options.bases, options.workers)
    _print("planted errors", [_plant_row(name, tally) for name, tally in plants.items()])
    counted = _count_out()
    _print("small arms", [_row(name, counts) for name, counts in counted.items()])
    if options.write:
        _write(options, alarms, plants, counted, sets, left_out)
    false = sum(counts["impossible"] for counts in (*alarms.values(), counted["possible"]))
    passed = sum(tally.impossible - tally.called for tally in plants.values())
    print(f"false alarms: {false}; impossible plants that pass: {passed}")
    return 1 if false or passed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--trials", type=int, default=5_000, help="simulated trials")
    parser.add_argument("--bases", type=int, default=200, help="simulated trials with plants")
    parser.add_argument(
        "--every", type=int, default=4, help="sets with plants that are held against forecasts"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="also write the tables, as Markdown")
    return parser.parse_args()


def _worst(sheet: Sheet) -> str:
    findings = audit_sheet(sheet)
    return findings[0].severity.value if findings else "nothing"


def _worst_of_simulated(number: int) -> str:
    return _worst(lay_out(simulate_analysis(number)[1]))


def _simulated_sheet(number: int) -> Sheet:
    return lay_out(simulate_analysis(number)[1])


def _plants(sets: list[Sheet], bases: int, workers: int) -> dict[str, Tally]:
    """Plant every kind of error in every base."""
    numbers = range(10_000, 10_000 + bases)
    sheets = [*sets, *map_in_order(_simulated_sheet, numbers, workers=workers)]
    found = {}
    for position, name in enumerate(PLANTS):
        tally = Tally()
        numbered = list(enumerate(sheets, 1_000 * position))
        for outcome in map_in_order(partial(_planted, name), numbered, workers=workers):
            if outcome is None:
                continue
            worst, impossible = outcome
            tally.found[worst] += 1
            tally.impossible += impossible
            tally.called += impossible and worst == "impossible"
        found[name] = tally
    return found


def _planted(name: str, numbered: tuple[int, Sheet]) -> tuple[str, bool] | None:
    """Plant one error in one sheet; return the worst finding, and whether it can be printed."""
    seed, sheet = numbered
    spoilt = PLANTS[name](sheet, np.random.default_rng(seed))
    return None if spoilt is None else (_worst(spoilt), contradicts(spoilt))


def _count_out() -> dict[str, Counter[str]]:
    """Audit everything that small arms can print, and all that differs from it in one figure."""
    counted: dict[str, Counter[str]] = {"possible": Counter(), "impossible": Counter()}
    for n in SMALL:
        possible = possible_prints(n)
        percents = sorted({figures[0] for figures in possible})
        values = (percents, range(n + 1), percents, range(n + 1), range(n + 1))
        spoilt = {
            (*figures[:place], value, *figures[place + 1 :])
            for figures in possible
            for place, choices in enumerate(values)
            for value in choices
        } - possible
        counted["possible"].update(_worst(sheet_of(n, figures)) for figures in possible)
        counted["impossible"].update(_worst(sheet_of(n, figures)) for figures in spoilt)
    return counted


def _row(name: str, counts: Counter[str]) -> list[str]:
    return [name, str(counts.total()), *(str(counts[level]) for level in LEVELS)]


def _plant_row(name: str, tally: Tally) -> list[str]:
    total = tally.found.total()
    shares = [f"{tally.found[level] / total:.0%}" if total else "" for level in LEVELS]
    return [name, str(total), *shares, str(tally.impossible), str(tally.called)]


def _left_out_rows(options: argparse.Namespace) -> list[list[str]]:
    counted = count_caught(catch(options.data, every=options.every))
    return [
        [
            FIGURES[figures],
            kind,
            str(caught.sheets),
            *(f"{one / caught.sheets:.0%}" for one in (caught.before, caught.after, caught.apart)),
        ]
        for (figures, kind), caught in counted.items()
    ]


def _print(title: str, rows: list[list[str]]) -> None:
    print(title, flush=True)
    for row in rows:
        print("  " + " | ".join(row), flush=True)


def _write(
    options: argparse.Namespace,
    alarms: dict[str, Counter[str]],
    plants: dict[str, Tally],
    counted: dict[str, Counter[str]],
    sets: list[Sheet],
    left_out: list[list[str]],
) -> None:
    def lines(rows: list[list[str]]) -> str:
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    text = TEXT.format(
        alarms=lines([_row(name, counts) for name, counts in alarms.items()]),
        shapes=SHAPES,
        bases=len(sets) + options.bases,
        sets=len(sets),
        every=_ORDINALS.get(options.every, f"{options.every}th"),
        left_out=lines(left_out),
        plants=lines([_plant_row(name, tally) for name, tally in plants.items()]),
        small=" and ".join(str(n) for n in SMALL),
        counted=lines([_row(name, counts) for name, counts in counted.items()]),
    )
    options.write.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
