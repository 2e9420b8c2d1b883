"""A panel that was read becomes a trial file, whatever words stand in it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from survkit.drawings import Panel, PrintedText, RiskTable, name_curves_by_hand, read_drawing
from survkit.transcription import Heading, transcribe_figure
from tests.drawings.leukemia import draw, leukemia

if TYPE_CHECKING:
    from pathlib import Path

HEADING = Heading(id="x", citation="nobody", folder="x-curves")


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    path: Path = tmp_path_factory.mktemp("figure") / "figure.svg"
    draw(leukemia(), path)
    return read_drawing(path)[0]


@pytest.mark.parametrize(
    "name", ['a "b" \\ c', "\x7f\u2028\x00", "]]\n[[analysis]]", "../../etc", "é" * 9999, "n" * 90]
)
def test_no_word_of_a_figure_is_trusted(name: str, panel: Panel) -> None:
    words = PrintedText(quantity="p_value", value=f"0.5{name}", arm=name, words=name)
    nasty = replace(
        name_curves_by_hand(panel, (name, name)), title=name, name=name, printed=(words,)
    )
    transcript = transcribe_figure((nasty, nasty), HEADING, (name,))
    document = tomllib.loads(transcript.trial)
    ids = [analysis["id"] for analysis in document["analysis"]]
    assert len(set(ids)) == 2
    files = [
        arm["curve"][0]["file"] for analysis in document["analysis"] for arm in analysis["arm"]
    ]
    assert len(set(files)) == 4
    assert all(file.startswith("x-curves/") and ".." not in file for file in files)
    assert set(files) <= set(transcript.files)
    assert not any("\n" in said for said in transcript.remarks)


def test_everything_is_unverified(panel: Panel) -> None:
    text = transcribe_figure((panel,), HEADING).trial
    document = tomllib.loads(text)
    (analysis,) = document["analysis"]
    for arm in analysis["arm"]:
        assert arm["n"]["verified"] is False
        assert arm["curve"][0]["verified"] is False
        assert not any(row["verified"] for row in arm["at_risk"])


def test_what_is_missing_is_said_and_stands_as_a_comment(panel: Panel) -> None:
    bare = replace(
        panel, risk_table=None, time=replace(panel.time, title=""), survival=panel.survival
    )
    transcript = transcribe_figure((bare,), HEADING)
    assert [sentence.partition(":")[0] for sentence in transcript.missing] == [
        "the unit of the time axis is open (not read)",
        "6-mp",
        "placebo",
    ]
    assert transcript.trial.count("# not read, to be filled in") == 3


def test_a_label_that_contradicts_the_table_is_said(panel: Panel) -> None:
    named = name_curves_by_hand(panel, ("6-MP (n=22)", "Placebo (3/21)"))
    transcript = transcribe_figure((named,), HEADING)
    assert any("22 patients, 21 are at risk at 0" in said for said in transcript.remarks)
    arms = tomllib.loads(transcript.trial)["analysis"][0]["arm"]
    assert [arm["n"]["value"] for arm in arms] == [22, 21]
    assert arms[1]["events"]["value"] == 3


def test_a_row_of_nobody_is_nobodys(panel: Panel) -> None:
    assert panel.risk_table is not None
    rows = tuple(replace(row, curve=None) for row in panel.risk_table.rows)
    table = RiskTable(title="", times=panel.risk_table.times, rows=rows)
    transcript = transcribe_figure((replace(panel, risk_table=table),), HEADING)
    assert "at_risk" not in transcript.trial
