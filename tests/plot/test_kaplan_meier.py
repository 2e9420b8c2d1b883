from __future__ import annotations

import math
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import same_color
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

import survkit
from survkit.plot import SYNTHETIC, View, plot_kaplan_meier
from survkit.scene import compose_kaplan_meier
from tests.plot.artists import found, texts, the_line

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_curves_are_the_steps_of_the_refit(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    axes = plot_kaplan_meier(result)
    for arm, curve in result.refit.curves.items():
        line = the_line(axes, f"curve:{arm}")
        assert line.get_drawstyle() == "steps-post"
        np.testing.assert_array_equal(line.get_xdata(), curve.steps.index)
        np.testing.assert_array_equal(line.get_ydata(), curve.steps["survival"])


def test_bands_stay_within_the_limits_of_the_refit(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    axes = plot_kaplan_meier(result)
    for arm, curve in result.refit.curves.items():
        (band,) = found(axes, PolyCollection, f"limits:{arm}")
        assert isinstance(band, PolyCollection)
        drawn = set(band.get_paths()[0].vertices[:, 1])
        assert set(curve.steps["lower"]) | set(curve.steps["upper"]) == drawn


def test_every_censored_patient_has_a_tick_on_the_curve(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    axes, ipd = plot_kaplan_meier(result), result.reconstruction.ipd
    for arm, curve in result.refit.curves.items():
        ticks = the_line(axes, f"censored:{arm}")
        times = ipd.loc[(ipd["arm"] == arm) & (ipd["event"] == 0), "time"]
        assert list(ticks.get_xdata()) == sorted(set(times))
        on_curve = curve.steps["survival"].loc[ticks.get_xdata()]
        np.testing.assert_array_equal(ticks.get_ydata(), on_curve)


def test_refitted_medians_are_dropped_to_the_axis(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    axes = plot_kaplan_meier(result)
    for arm, curve in result.refit.curves.items():
        line = the_line(axes, f"median:{arm}")
        assert list(line.get_xdata()) == [0.0, curve.median, curve.median]
        assert list(line.get_ydata()) == [0.5, 0.5, 0.0]


def test_a_median_that_is_not_reached_has_no_line(three_arms: AnalysisReproduction) -> None:
    axes = plot_kaplan_meier(three_arms)
    assert math.isinf(three_arms.refit.curves["high"].median)
    assert not found(axes, Line2D, "median:high")
    assert not found(axes, Line2D, "target:high")
    assert texts(axes, "header").count("not reached") == 2


def test_printed_figures_are_targets_at_their_printed_values(radiant_3: Reproduction) -> None:
    axes = plot_kaplan_meier(radiant_3.analyses[0])
    where = {
        line.get_gid(): (line.get_xdata()[0], line.get_ydata()[0])
        for line in found(axes, Line2D, "target")
        if isinstance(line, Line2D)
    }
    assert where == {
        "target:placebo:quantile:input": (4.6, 0.5),
        "target:placebo:survival:check": (18.0, 0.09),
        "target:everolimus:quantile:input": (11.0, 0.5),
        "target:everolimus:survival:check": (18.0, 0.34),
    }


def test_inputs_are_filled_and_checks_hollow(radiant_3: Reproduction) -> None:
    axes = plot_kaplan_meier(radiant_3.analyses[0])
    curve = the_line(axes, "curve:placebo").get_color()
    assert same_color(the_line(axes, "target:placebo:quantile").get_markerfacecolor(), curve)
    hollow = the_line(axes, "target:placebo:survival")
    assert same_color(hollow.get_markerfacecolor(), "white")
    assert same_color(hollow.get_markeredgecolor(), curve)


def test_printed_intervals_are_drawn(radiant_3: Reproduction) -> None:
    axes = plot_kaplan_meier(radiant_3.analyses[0])
    assert list(the_line(axes, "interval:placebo:quantile").get_xdata()) == [3.1, 5.4]
    assert list(the_line(axes, "interval:everolimus:survival").get_ydata()) == [0.26, 0.43]


def test_a_limit_that_is_not_reached_runs_to_the_end(three_arms: AnalysisReproduction) -> None:
    axes = plot_kaplan_meier(three_arms)
    end = axes.get_xlim()[1]
    assert list(the_line(axes, "interval:low:quantile").get_xdata()) == [9.0, end]


def test_a_threshold_points_where_the_curve_may_lie(three_arms: AnalysisReproduction) -> None:
    axes = plot_kaplan_meier(three_arms)
    below_60 = the_line(axes, "target:control:survival:check")
    assert (below_60.get_ydata()[0], below_60.get_marker()) == (0.60, "v")


def test_the_header_holds_printed_against_refitted(radiant_3: Reproduction) -> None:
    axes = plot_kaplan_meier(radiant_3.analyses[0])
    header = texts(axes, "header")
    assert header.count("0.35 (0.27–0.45)") == 2
    assert header.count("11.0 (8.4–13.9)") == 2
    assert "109 / 207" in header
    assert texts(axes, "verdicts") == ["14 of 14 inputs and 2 of 9 checks reproduced"]
    assert axes.get_title(loc="left") == "PFS, investigator"


def test_arms_differ_in_colour_and_in_line_style(three_arms: AnalysisReproduction) -> None:
    axes = plot_kaplan_meier(three_arms)
    lines = [the_line(axes, f"curve:{arm}") for arm in ("low", "high", "control")]
    assert len({line.get_color() for line in lines}) == 3
    assert len({str(line._dash_pattern) for line in lines}) == 3


def test_one_arm(one_arm: AnalysisReproduction) -> None:
    axes = plot_kaplan_meier(one_arm)
    assert len(found(axes, Line2D, "curve")) == 1
    assert axes.get_xlabel() == "Time (weeks)"
    assert not any("HR" in text or "hazard" in text for text in texts(axes))


def test_given_axes_are_used(radiant_3: Reproduction) -> None:
    axes = Figure(layout="constrained").add_subplot()
    assert survkit.plot_kaplan_meier(radiant_3.analyses[0], axes=axes) is axes


def test_it_says_that_patients_are_synthetic(invented: Reproduction) -> None:
    for result in invented.analyses:
        assert texts(plot_kaplan_meier(result)).count(SYNTHETIC) == 1


def test_no_setting_of_matplotlib_is_changed(radiant_3: Reproduction) -> None:
    before = dict(mpl.rcParams)
    plot_kaplan_meier(radiant_3.analyses[0])
    assert dict(mpl.rcParams) == before


def test_the_numbers_stand_under_the_ticks(three_arms: AnalysisReproduction) -> None:
    axes, scene = plot_kaplan_meier(three_arms), compose_kaplan_meier(three_arms)
    assert tuple(axes.get_xticks()) == scene.time.ticks
    assert axes.get_xlim() == (scene.time.low, scene.time.high)
    numbers = [text for text in found(axes, Annotation, "at-risk") if isinstance(text, Annotation)]
    texts_by_row = [text for row in scene.at_risk for text in row.texts]
    assert [text.get_text() for text in numbers] == texts_by_row
    assert [text.xy[0] for text in numbers] == list(scene.time.ticks) * 3
    assert scene.risk_heading in texts(axes)


def test_the_axis_names_those_without_the_event(one_arm: AnalysisReproduction) -> None:
    label = plot_kaplan_meier(one_arm).get_ylabel().replace("\n", " ")
    assert label == "Without event: duration of response (%)"


def test_what_is_asked_for_is_drawn(three_arms: AnalysisReproduction) -> None:
    view = View(counts=True, p_value=True, incidence=True, colours={"high": "#123456"})
    axes = plot_kaplan_meier(three_arms, view=view)
    curve = three_arms.refit.curves["high"].steps["survival"]
    line = the_line(axes, "curve:high")
    np.testing.assert_allclose(line.get_ydata(), 1.0 - curve, atol=1e-15)
    assert line.get_color() == "#123456"
    assert "Events before (cumulative)" in texts(axes)
    assert any(text.startswith("log-rank p, two-sided") for text in texts(axes, "header"))


def test_a_part_of_the_axis_is_all_that_is_drawn(radiant_3: Reproduction) -> None:
    axes = plot_kaplan_meier(radiant_3.analyses[0], view=View(percent=(20, 60)))
    assert axes.get_ylim() == (0.2, 0.6 + 0.03 * 0.4)
