"""From panels that were read to a trial file and its curve files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings import Panel, digitize_panel
from survkit.transcription.curve_files import curve_text, marks_text
from survkit.transcription.draft import DraftAnalysis, DraftArm, Heading, Transcript
from survkit.transcription.figures import Compared, contrast_of, medians_of
from survkit.transcription.labels import Label, read_label
from survkit.transcription.trial_file import trial_text
from survkit.transcription.words import endpoint_in, identifier, one_line, time_unit_in
from survkit.typed import as_instance, as_instances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.digitized import DigitizedCurve
    from survkit.drawings import DigitizedArm

__all__ = ["transcribe_figure"]


def transcribe_figure(
    panels: Sequence[Panel], heading: Heading, remarks: Sequence[str] = ()
) -> Transcript:
    """
    Write down what was read of a figure, an analysis per panel.

    Parameters
    ----------
    panels : sequence of Panel
        The panels, at least one.
    heading : Heading
        What the file says besides, and what was given by hand.
    remarks : sequence of str
        What is said of the figure as a whole.

    Returns
    -------
    Transcript
        The files, none of their figures verified, and what could not be read.
    """
    as_instance(heading, Heading, "transcribe_figure", "a heading of a trial file")
    as_instances(panels, Panel, "transcribe_figure", "panels, as read_drawing reads them")
    analyses: list[DraftAnalysis] = []
    said, missing = [one_line(remark, 400) for remark in remarks], []
    patients = list(heading.patients)
    for panel in panels:
        taken = {analysis.id for analysis in analyses}
        reader = _PanelTranscriber(panel, heading, len(panels) > 1, patients)
        analyses.append(reader.analysis(taken))
        said += reader.remarks
        missing += reader.missing
    files = {}
    for arm in (arm for analysis in analyses for arm in analysis.arms):
        files[arm.curve_file] = curve_text(arm.curve)
        if arm.curve.marks:
            files[arm.marks_file] = marks_text(arm.curve)
    return Transcript(
        trial=trial_text(heading, analyses),
        files=files,
        remarks=tuple(dict.fromkeys(said)),
        missing=tuple(missing),
    )


class _PanelTranscriber:
    """One panel, with the sentences that come up on the way."""

    def __init__(self, panel: Panel, heading: Heading, several: bool, patients: list[int]) -> None:
        self.panel, self.heading, self.patients = panel, heading, patients
        self._place = f"panel {one_line(panel.name, 20)}: " if several else ""
        self._remarks: list[str] = list(panel.remarks)
        self._missing: list[str] = []

    @property
    def remarks(self) -> list[str]:
        """What could not be read or had to be decided."""
        return [self._place + one_line(remark, 400) for remark in self._remarks]

    @property
    def missing(self) -> list[str]:
        """What has to be filled in."""
        return [self._place + sentence for sentence in self._missing]

    def analysis(self, taken: set[str]) -> DraftAnalysis:
        """Write the panel down."""
        panel, heading = self.panel, self.heading
        endpoint = heading.endpoint or self._endpoint()
        unit = heading.time_unit or self._time_unit()
        name = endpoint or f"panel {panel.name}"
        analysis = identifier(name, taken, fallback="panel")
        arms = self._arms(analysis)
        compared = [
            Compared(id=arm.id, name=arm.name, area=_area(arm.curve, self._common_end(arms)))
            for arm in arms
        ]
        return DraftAnalysis(
            id=analysis,
            endpoint=endpoint,
            time_unit=unit,
            arms=tuple(arms),
            contrast=contrast_of(panel.printed, compared, self._remarks),
            words=tuple(dict.fromkeys(one_line(text.words) for text in panel.printed)),
        )

    def _endpoint(self) -> str:
        panel = self.panel
        found = endpoint_in(panel.title, panel.survival.title)
        title = one_line(panel.title or panel.survival.title, 80)
        if not found and title:
            self._remarks.append(f"the endpoint is named after the title {title!r}")
        if not found and not title:
            self._missing.append("the endpoint was not read: fill it in, or give --endpoint")
        return found or title

    def _time_unit(self) -> str:
        title = one_line(self.panel.time.title, 80)
        found = time_unit_in(title)
        if not found:
            what = f"the title of the time axis, {title!r}, names none" if title else "not read"
            self._missing.append(
                f"the unit of the time axis is open ({what}): fill it in, or give --time-unit"
            )
        return found

    def _arms(self, analysis: str) -> list[DraftArm]:
        arms: list[DraftArm] = []
        labels = self._labels()
        names = {arm: label.name for arm, label in labels.items()}
        medians = medians_of(self.panel.printed, names, self._remarks)
        digitized = digitize_panel(self.panel)
        for (arm, label), read in zip(labels.items(), digitized, strict=True):
            stem = f"{self.heading.folder}/{analysis}-{arm}"
            if label.events is not None:
                self._remarks.append(
                    f"{arm}: {label.events}/{label.n} in its label is taken as events and patients"
                )
            arms.append(
                DraftArm(
                    id=arm,
                    name=label.name,
                    n=self._patients(arm, label, read),
                    events=label.events,
                    at_risk=_at_risk(read),
                    median=medians.get(arm),
                    curve=read.curve,
                    curve_file=f"{stem}.csv",
                    marks_file=f"{stem}-marks.csv",
                )
            )
        return arms

    def _labels(self) -> dict[str, Label]:
        """Return ids of the arms with their labels as printed."""
        labels: dict[str, Label] = {}
        for number, curve in enumerate(self.panel.curves, start=1):
            label = read_label(curve.arm)
            arm = identifier(label.name, labels, fallback=f"curve-{number}")
            if not label.name:
                red, green, blue = curve.colour
                self._remarks.append(
                    f"the curve of colour #{red:02x}{green:02x}{blue:02x} has no name and is "
                    f"called {arm}; --curve names it"
                )
            labels[arm] = label
        return labels

    def _patients(self, arm: str, label: Label, read: DigitizedArm) -> int | None:
        """Return how many patients an arm has: as given, as labelled, or those at risk at 0."""
        table = read.risk_table
        if table is None:
            self._remarks.append(f"{arm}: its numbers at risk were not read")
        if self.patients:
            return self.patients.pop(0)
        found = label.n
        if table is not None and table.times and table.times[0] == 0 and table.counts[0] > 0:
            if found is not None and found != table.counts[0]:
                self._remarks.append(
                    f"{arm}: its label has {found} patients, {table.counts[0]} are at risk at 0; "
                    "the label is taken"
                )
            found = found or table.counts[0]
        if found is None:
            self._missing.append(
                f"{arm}: the number of patients was not read: fill it in, or give --n once "
                "per curve"
            )
        return found

    def _common_end(self, arms: Sequence[DraftArm]) -> float:
        return min((arm.curve.times[-1] for arm in arms if arm.curve.times), default=0.0)


def _at_risk(read: DigitizedArm) -> tuple[tuple[str, int], ...]:
    """Return numbers at risk with their times as digits."""
    table = read.risk_table
    if table is None:
        return ()
    return tuple(
        (f"{time:.6f}".rstrip("0").rstrip("."), count)
        for time, count in zip(table.times, table.counts, strict=True)
    )


def _area(curve: DigitizedCurve, end: float) -> float:
    """Return the area under a step curve up to a time."""
    times = np.clip(np.append([0.0], curve.times), 0.0, end)
    levels = np.append([1.0], curve.survival)
    return float((np.diff(np.append(times, end)) * levels).sum())
