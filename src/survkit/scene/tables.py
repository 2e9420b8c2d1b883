"""What is written around a Kaplan-Meier plot: medians, ratios and verdicts, numbers at risk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.kernels import tabulate_two_arms, two_arm_log_rank
from survkit.quantity import FigureKey
from survkit.scene.arms import first_by_key, order_arms
from survkit.scene.ratios import join_limits, pair_ratios

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.comparison import Comparison
    from survkit.reproduction import AnalysisReproduction
    from survkit.scene.arms import SceneArm
    from survkit.trial import Contrast

__all__ = [
    "CountTable",
    "Headline",
    "RiskRow",
    "count_at_risk",
    "count_left",
    "list_headlines",
    "list_tests",
]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTable:
    """Numbers of patients of every arm below a plot, under one heading."""

    heading: str  # what is counted
    rows: tuple[RiskRow, ...]  # the arms


def list_headlines(result: AnalysisReproduction) -> Iterator[Headline]:
    """Yield the arms in the order of their looks, then the printed ratios in the file's order."""
    yield from _medians(result)
    several = len(result.analysis.contrasts) > 1
    for pair in pair_ratios(result):
        label = f"HR {pair.name}" if several else "hazard ratio"
        label += f" ({pair.level:g} % CI)" if "(" in pair.printed.text else ""
        digits = {"printed": pair.printed.text, "refitted": pair.refitted.text}
        yield Headline(label=label, events="", **digits, arm=None)


def list_tests(result: AnalysisReproduction) -> Iterator[Headline]:
    """Yield per contrast the two-sided, unstratified log-rank test beside the printed p-value."""
    found, ipd = first_by_key(result), result.reconstruction.ipd
    several = len(result.analysis.contrasts) > 1
    for contrast in result.analysis.contrasts:
        pair = ipd[ipd["arm"].isin([contrast.experimental, contrast.reference])]
        experimental = (pair["arm"] == contrast.experimental).to_numpy()
        table = tabulate_two_arms(pair["time"], pair["event"] == 1, experimental)
        printed = found.get(FigureKey("p_value", contrast.subject))
        yield Headline(
            label="log-rank p, two-sided" + (f" ({contrast.subject})" if several else ""),
            events="",
            printed="–" if printed is None else _as_printed(contrast, printed),
            refitted=_write_p(two_arm_log_rank(table).p_value),
            arm=None,
        )


def _as_printed(contrast: Contrast, comparison: Comparison) -> str:
    """Write a printed p-value, and what it is where it is none of two sides."""
    one_sided = contrast.p_value is not None and contrast.p_value.sided == 1
    return f"{comparison.figure.printed}{' (one-sided)' if one_sided else ''}"


def _write_p(value: float) -> str:
    """Write a p-value with two significant digits, or that it is below 0.0001."""
    if not math.isfinite(value):
        return "not estimable"
    if value < 0.0001:
        return "<0.0001"
    return f"{value:.{max(2, 1 - math.floor(math.log10(value)))}f}"


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


def count_left(result: AnalysisReproduction, times: Sequence[float]) -> Iterator[CountTable]:
    """
    Count who has been censored, and who has had the event, before points in time, per arm.

    At risk at a time is who is observed until then or longer: with both of these numbers that makes
    all patients of the arm.
    """
    ipd, arms = result.reconstruction.ipd, order_arms(result.analysis)
    for event, heading in ((0, "Censored before (cumulative)"), (1, "Events before (cumulative)")):
        rows = []
        for arm in arms.values():
            ends = ipd.loc[(ipd["arm"] == arm.id) & (ipd["event"] == event), "time"].to_numpy()
            counts = tuple(int((ends < time).sum()) for time in times)
            rows.append(RiskRow(arm=arm, counts=counts, printed=("",) * len(counts)))
        yield CountTable(heading=heading, rows=tuple(rows))
