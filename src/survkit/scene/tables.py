"""What is written around a Kaplan-Meier plot: medians, ratios and verdicts, numbers at risk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.quantity import FigureKey
from survkit.scene.arms import first_by_key, order_arms
from survkit.scene.ratios import join_limits, pair_ratios

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reproduction import AnalysisReproduction
    from survkit.scene.arms import SceneArm

__all__ = ["Headline", "RiskRow", "count_at_risk", "list_headlines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One line of the table above a plot."""

    label: str  # what it is about: an arm's median or a hazard ratio
    events: str  # events and patients, such as ``"109 / 207"``; empty for a hazard ratio
    printed: str  # digits with their interval
    refitted: str
    arm: SceneArm | None  # whose line it explains; None for a hazard ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """Numbers at risk of one arm, one per tick of the time axis."""

    arm: SceneArm  # the arm
    counts: tuple[int, ...]  # synthetic patients with a time of at least so much
    # the printed numbers where they differ; empty where they do not or where there is none
    printed: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The counts, each with the printed number in brackets where that differs."""
        pairs = zip(self.counts, self.printed, strict=True)
        return tuple(f"{count} [{printed}]" if printed else f"{count}" for count, printed in pairs)


def list_headlines(result: AnalysisReproduction) -> Iterator[Headline]:
    """Yield the arms in the order of their looks, then the printed ratios in the file's order."""
    yield from _medians(result)
    several = len(result.analysis.contrasts) > 1
    for pair in pair_ratios(result):
        label = f"HR {pair.name}" if several else "hazard ratio"
        label += f" ({pair.level:g} % CI)" if "(" in pair.printed.text else ""
        digits = {"printed": pair.printed.text, "refitted": pair.refitted.text}
        yield Headline(label=label, events="", **digits, arm=None)


def _medians(result: AnalysisReproduction) -> Iterator[Headline]:
    """Yield a row per arm: patients, events and medians."""
    found, ipd = first_by_key(result), result.reconstruction.ipd
    for arm in order_arms(result.analysis).values():
        event = ipd.loc[ipd["arm"] == arm.id, "event"]
        key = FigureKey("median", arm.id)
        known = [found[each] for each in (key, *key.limits) if each in found]
        median = result.refit.curves[arm.id].median
        unprinted = f"{median:.1f}" if math.isfinite(median) else "not reached"
        yield Headline(
            label=f"{arm.name}: median",
            events=f"{int(event.sum())} / {len(event)}",
            printed=join_limits([str(one.figure.printed) for one in known]) or "–",
            refitted=join_limits([one.rendered for one in known]) or unprinted,
            arm=arm,
        )


def count_at_risk(result: AnalysisReproduction, times: Sequence[float]) -> Iterator[RiskRow]:
    """Count the synthetic patients at risk at points in time, in the analysis' unit, per arm."""
    stated = {
        (key.subject, float(key.time)): str(comparison.figure.printed)
        for key, comparison in first_by_key(result).items()
        if key.quantity == "at_risk" and key.time is not None
    }
    ipd = result.reconstruction.ipd
    for arm in order_arms(result.analysis).values():
        ends = ipd.loc[ipd["arm"] == arm.id, "time"].to_numpy()
        counts = tuple(int((ends >= time).sum()) for time in times)
        told = [stated.get((arm.id, time), "") for time in times]
        same = [text == f"{count}" for text, count in zip(told, counts, strict=True)]
        printed = tuple("" if equal else text for text, equal in zip(told, same, strict=True))
        yield RiskRow(arm=arm, counts=counts, printed=printed)
