from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.plot import plot_kaplan_meier
from survkit.plot.risk_table import count_at_risk
from tests.plot.artists import texts

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_patients_with_a_time_of_at_least_t_are_at_risk(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    ipd = result.reconstruction.ipd
    shortest = float(ipd.loc[ipd["arm"] == "placebo", "time"].min())
    rows = {row.arm: row for row in count_at_risk(result, (0.0, shortest, shortest + 1e-6))}
    assert rows["placebo"].counts == (203, 203, 202)
    assert rows["everolimus"].counts[0] == 207


def test_the_numbers_stand_under_the_ticks(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    axes = plot_kaplan_meier(result)
    rows = count_at_risk(result, tuple(axes.get_xticks()))
    assert texts(axes, "at-risk") == [text for row in rows for text in row.texts]
    assert [text.get_text() for text in axes.get_xticklabels()] == [
        "0",
        "6",
        "12",
        "18",
        "24",
        "30",
    ]


def test_printed_numbers_at_risk_choose_the_ticks(three_arms: AnalysisReproduction) -> None:
    axes = plot_kaplan_meier(three_arms)
    assert list(axes.get_xticks()) == [0.0, 8.0, 16.0]
    (low,) = (row for row in count_at_risk(three_arms, (0.0, 8.0, 16.0)) if row.arm == "low")
    assert low.printed == ("40", "25", "1")
    assert low.texts[0] == "40"
    assert low.texts[2] == f"{low.counts[2]} [1]"
    assert "Number at risk [printed, where it differs]" in texts(axes)
