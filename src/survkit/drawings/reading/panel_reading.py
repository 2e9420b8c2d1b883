"""One panel from its frame: everything that is drawn in and around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.axes.numbers import count_of
from survkit.drawings.panels import Axis, Curve, Panel, RiskRow, RiskTable, Tick
from survkit.drawings.reading.captions import axis_titles, letter_of, panel_letter, panel_title
from survkit.drawings.reading.curves import Line, find_lines
from survkit.drawings.reading.legends import (
    Key,
    Name,
    find_keys,
    find_letter_keys,
    name_curves,
)
from survkit.drawings.reading.lines import Phrase, phrases_of
from survkit.drawings.reading.lost_levels import AtRisk, share_out_falls
from survkit.drawings.reading.marks import Placed, place_marks
from survkit.drawings.reading.printed_figures import read_figures
from survkit.drawings.reading.risk_tables import Row, Table, find_table
from survkit.drawings.reading.row_owners import own_rows
from survkit.drawings.reading.staircases import near
from survkit.drawings.reading.symbols import find_symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.axes.frames import Frame
    from survkit.drawings.axes.scales import Scale
    from survkit.drawings.axes.territories import Territory
    from survkit.drawings.primitives import Colour, Drawing, Stroke, Word

__all__ = ["Page", "read_panel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    A page, prepared.

    Parameters
    ----------
    drawing : Drawing
        Its primitives as the file has them.
    strokes : tuple of Stroke
        Its strokes without those that are letters.
    letters : tuple of Word
        Its letters and words as the file has them, outlines read.
    words : tuple of Word
        Whole words.
    """

    drawing: Drawing
    strokes: tuple[Stroke, ...]
    letters: tuple[Word, ...]
    words: tuple[Word, ...]


def read_panel(
    page: Page, frame: Frame, territory: Territory, number: int, colours: Sequence[Colour] = ()
) -> Panel | None:
    """
    Read one panel; None where no curve is drawn in it.

    `territory` is the part of the page that belongs to the panel; only curves of `colours` are
    read, where any are given.
    """
    words = [word for word in page.words if territory.holds(*word.box.centre)]
    used = {id(word) for scale in (frame.across, frame.up) for word in scale.words}
    phrases = phrases_of([word for word in words if id(word) not in used])
    titles = axis_titles(phrases, frame)
    time = _axis(frame.across, "time", titles[0])
    survival = _axis(frame.up, survival_scale(frame.up, titles[1]), titles[1])
    precision = page.drawing.precision
    lines = find_lines(page.strokes, frame, precision, float(survival.place(1.0)))
    if colours:
        lines = [
            line for line in lines if any(near(line.stairs.style.colour, c, 48) for c in colours)
        ]
    if not lines:
        return None
    reader = _PanelReader(page=page, frame=frame, time=time, survival=survival, lines=lines)
    return reader.panel(words, phrases, number)


def survival_scale(scale: Scale, title: str) -> str:
    """Tell per cent from probabilities: by the labels' signs and sizes, then by the title."""
    if any("%" in word.text for word in scale.words):
        return "percent"
    if max(scale.values) > 1.5:
        return "percent"
    return "percent" if "%" in title and max(scale.values) > 1.05 else "probability"


def _axis(scale: Scale, kind: str, title: str) -> Axis:
    ticks = zip(scale.places, scale.values, scale.words, strict=True)
    return Axis(
        origin=scale.origin,
        unit=scale.unit,
        scale=kind,  # type: ignore[arg-type]
        ticks=tuple(
            Tick(place=place, value=value, label=word.text) for place, value, word in ticks
        ),
        calibrated_by=scale.calibrated_by,  # type: ignore[arg-type]
        error=abs(scale.error / scale.unit),
        title=title,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _PanelReader:
    """What is known of a panel once its axes and curves are."""

    page: Page
    frame: Frame
    time: Axis
    survival: Axis
    lines: list[Line]

    def panel(self, words: list[Word], phrases: list[Phrase], number: int) -> Panel:
        lowest = self.frame.across.box.bottom
        stairs = [line.stairs for line in self.lines]
        size = self.frame.across.words[0].size
        keys = find_keys(self.page.strokes, stairs, size)
        keys += find_letter_keys(words, size)
        letter = panel_letter(phrases, self.frame)
        namers = self._naming(phrases, lowest, {self.time.title, self.survival.title})
        names = name_curves(stairs, namers, keys, self.frame.box)
        taken = {name.text for name in names}
        others = [phrase for phrase in phrases if phrase.text not in taken]
        title = panel_title(others, self.frame, letter)
        table = self._table(words, lowest)
        curves = self._curves(names)
        order = _legend_order(names)
        owners = self._owners(table, curves, names, keys)
        curves, names = _named_by_table(curves, names, table, owners)
        curves = self._with_whole_patients(curves, table, owners)
        lines = _text_lines(phrases, lowest)
        return Panel(
            name=letter_of(letter) if letter else str(number),
            title=title,
            box=self.frame.box,
            time=self.time,
            survival=self.survival,
            curves=tuple(curves[place] for place in order),
            risk_table=_risk_table(table, owners, order),
            printed=read_figures(lines),
            remarks=tuple(self._remarks(curves, table, owners)),
        )

    def _table(self, words: list[Word], lowest: float) -> Table | None:
        """Return the numbers at risk below the axis, inside above it as SAS has them, or above."""
        box = self.frame.box
        below = [word for word in words if word.box.top < lowest]
        above = [word for word in words if word.box.bottom > box.top]
        table = find_table(below, self.page.letters, self.time, box, lowest)
        if table is None:
            table = find_table(self._inside(words), self.page.letters, self.time, box, box.top)
        if table is None:
            table = find_table(above, self.page.letters, self.time, box, self.page.drawing.height)
            return table if table is not None and table.title else None
        return table

    def _inside(self, words: list[Word]) -> list[Word]:
        """Return the words in the lowest third of the plot region and to the left of it."""
        box = self.frame.box
        used = {id(word) for word in self.frame.up.words}
        return [
            word
            for word in words
            if box.bottom < word.box.centre[1] < box.bottom + 0.35 * box.height
            and word.box.centre[0] < box.right + word.size
            and id(word) not in used
        ]

    def _naming(self, phrases: list[Phrase], lowest: float, titles: set[str]) -> list[Phrase]:
        """Return the texts that may name curves: in, above and beside the panel, no titles."""
        box = self.frame.box
        return [
            phrase
            for phrase in phrases
            if phrase.text not in titles
            and (phrase.box.bottom > box.bottom or not _is_table(phrase, phrases, lowest))
        ]

    def _curves(self, names: list[Name]) -> list[Curve]:
        page = self.page
        used = {
            id(page.strokes[index])
            for line in self.lines
            for stair in (line.stairs, line.lower, line.upper)
            if stair is not None
            for index in stair.strokes
        }
        free = [stroke for stroke in page.drawing.strokes if id(stroke) not in used]
        symbols = find_symbols(free, page.drawing.words, page.drawing.marks, self.frame.box)
        stairs = [line.stairs for line in self.lines]
        marks = place_marks(symbols, stairs, page.strokes, page.drawing.precision)
        return [
            self._curve(line, placed, name)
            for line, placed, name in zip(self.lines, marks, names, strict=True)
        ]

    def _curve(self, line: Line, marks: list[Placed], name: Name) -> Curve:
        stairs, precision = line.stairs, self.page.drawing.precision
        x = np.concatenate([[stairs.x[0]], stairs.x[1:]])
        limits = [
            None if limit is None else self.survival.value(limit.height_at(x))
            for limit in (line.lower, line.upper)
        ]
        return Curve(
            time=self.time.value(x),
            survival=self.survival.value(stairs.y),
            end_time=float(self.time.value(stairs.end)),
            time_precision=precision / abs(self.time.unit),
            survival_precision=precision
            / float(abs(self.survival.place(1) - self.survival.place(0))),
            colour=stairs.style.colour,
            dash=stairs.style.dash,
            width=stairs.style.width,
            mark_times=self.time.value(np.array([mark.x for mark in marks], dtype=float)),
            mark_survival=self.survival.value(np.array([mark.y for mark in marks], dtype=float)),
            arm=name.text,
            named_by=name.source,  # type: ignore[arg-type]
            lower=limits[0],
            upper=limits[1],
            falls=bool(stairs.y[-1] < stairs.y[0]),
        )

    def _with_whole_patients(
        self, curves: list[Curve], table: Table | None, owners: list[int | None]
    ) -> list[Curve]:
        """Share out falls whose levels between are not in the file."""
        shared = []
        for number, (curve, line) in enumerate(zip(curves, self.lines, strict=True)):
            lost = line.stairs.doubtful if curve.falls else ()
            rows = _counts_of(table, owners, number)
            survival, still_open = share_out_falls(curve.time, curve.survival, lost, rows)
            shared.append(replace(curve, survival=survival, open_levels=still_open))
        return shared

    def _owners(
        self, table: Table | None, curves: list[Curve], names: list[Name], keys: list[Key]
    ) -> list[int | None]:
        if table is None:
            return []
        steps = [(curve.time, curve.survival) for curve in curves]
        stairs = [line.stairs for line in self.lines]
        return own_rows(table.rows, table.times, stairs, names, keys, steps)

    def _remarks(
        self, curves: list[Curve], table: Table | None, owners: list[int | None]
    ) -> list[str]:
        remarks = [
            f"the {name} axis has no tick marks; it was calibrated by the middles of its labels, "
            "to about a tenth of a letter"
            for name, axis in (("time", self.time), ("survival", self.survival))
            if axis.calibrated_by == "labels"
        ]
        for curve, line in zip(curves, self.lines, strict=True):
            remarks += _curve_remarks(curve, line)
        if table is None:
            remarks.append("no table of numbers at risk was found under the time axis")
        elif None in owners:
            remarks.append("a row of the numbers at risk could not be matched to a curve")
        return remarks


def _counts_of(table: Table | None, owners: list[int | None], number: int) -> AtRisk | None:
    """Return the numbers at risk of a curve with their times, or None."""
    if table is None or owners.count(number) != 1:
        return None
    counts = table.rows[owners.index(number)].counts
    shown = [column for column in range(len(table.times)) if counts.get(column) is not None]
    return tuple(table.times[column] for column in shown), tuple(counts[c] for c in shown)


def _curve_remarks(curve: Curve, line: Line) -> list[str]:
    """Say what is doubtful about a curve."""
    name = curve.arm or f"the curve of colour {curve.colour}"
    remarks = []
    if not curve.arm:
        remarks.append(f"{name} has no name: neither legend nor label was found")
    if line.stairs.doubtful:
        remarks.append(
            f"{name}: {len(line.stairs.doubtful)} levels are so short that the file leaves out "
            "their heights; falls across them were shared out in whole patients, or evenly"
        )
    if not curve.falls:
        remarks.append(f"{name} rises: it is read as it is drawn, not as survival")
    return remarks


def _is_table(phrase: Phrase, phrases: list[Phrase], lowest: float) -> bool:
    """Tell whether a text below the axis labels is part of a table: numbers stand on its line."""
    if phrase.box.top > lowest:
        return False
    return any(
        other is not phrase
        and abs(other.box.bottom - phrase.box.bottom) < 0.4 * phrase.size
        and any(count_of(word.text) is not None for word in other.words)
        for other in phrases
    ) or any(count_of(word.text) is not None for word in phrase.words[-2:])


def _legend_order(names: list[Name]) -> list[int]:
    """Return the curves in the order of the legend where all have a key, else as drawn."""
    if all(name.source == "legend" for name in names):
        heights = [name.place for name in names]
        if len({round(height) for height in heights}) == len(heights):
            return sorted(range(len(names)), key=lambda number: -heights[number])
    return list(range(len(names)))


def _named_by_table(
    curves: list[Curve], names: list[Name], table: Table | None, owners: list[int | None]
) -> tuple[list[Curve], list[Name]]:
    """Name curves without a name after their row of the table."""
    if table is None:
        return curves, names
    named = list(curves)
    for row, owner in zip(table.rows, owners, strict=True):
        if owner is not None and not named[owner].arm and row.label is not None:
            curve = named[owner]
            named[owner] = replace(curve, arm=row.label.text, named_by="risk table")
    return named, names


def _risk_table(
    table: Table | None, owners: list[int | None], order: list[int]
) -> RiskTable | None:
    if table is None:
        return None
    return RiskTable(
        title=table.title,
        times=table.times,
        rows=tuple(
            _risk_row(row, table, None if owner is None else order.index(owner))
            for row, owner in zip(table.rows, owners, strict=True)
        ),
    )


def _risk_row(row: Row, table: Table, curve: int | None) -> RiskRow:
    columns = range(len(table.times))
    inside = tuple(row.bracketed.get(column) for column in columns) if row.bracketed else None
    return RiskRow(
        label=row.label.text if row.label else "",
        curve=curve,
        at_risk=tuple(row.counts.get(column) for column in columns),
        censored=None if table.brackets_hold_events else inside,
        events=inside if table.brackets_hold_events else None,
    )


def _text_lines(phrases: Sequence[Phrase], lowest: float) -> list[Phrase]:
    """Return the level texts above the axis labels from above, for figures printed in the panel."""
    level = [phrase for phrase in phrases if phrase.rotation == 0 and phrase.box.bottom > lowest]
    return sorted(level, key=lambda phrase: (-phrase.box.bottom, phrase.box.left))
