"""The command digitize: a figure to a trial file that reads, with its curves, or nothing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from survkit import reconstruct
from survkit.trial import read_trial
from tests.cli.running import run
from tests.drawings.leukemia import TIMES, draw, leukemia
from tests.drawings.mutants import pdf
from tests.drawings.raster.figures import curve, drawn, saved

BY_HAND = ("--endpoint", "Remission", "--time-unit", "week")


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("figure") / "figure.svg"
    draw(leukemia(), path)
    return path.read_bytes()


@pytest.fixture
def figure(drawing: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("figure.svg").write_bytes(drawing)
    return Path("figure.svg")


def names() -> list[str]:
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


def refusal(*arguments: str | Path) -> str:
    before = names()
    result = run("digitize", *arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert names() == before
    return result.stderr


def test_a_figure_becomes_a_trial_file_that_reads(figure: Path) -> None:
    result = run("digitize", figure, "-o", "freireich.toml")
    assert result.exit_code == 0, result.output
    assert "look at freireich-overlay.png first" in result.stdout
    assert names() == [
        "figure.svg",
        "freireich-curves/in-remission-6-mp-marks.csv",
        "freireich-curves/in-remission-6-mp.csv",
        "freireich-curves/in-remission-placebo.csv",
        "freireich-overlay.png",
        "freireich.toml",
    ]
    trial = read_trial("freireich.toml")
    (analysis,) = trial.analyses
    assert analysis.time_unit == "week"
    assert [arm.name for arm in analysis.arms] == ["6-MP", "Placebo"]
    assert not any(printed.verified for printed in analysis.figures)
    drug = analysis.arm("6-mp")
    assert drug.n.printed.value == 21
    times = leukemia()["6-MP"]["time"]
    assert [(entry.time, entry.printed.value) for entry in drug.at_risk] == [
        (at, (times >= at).sum()) for at in TIMES
    ]
    assert drug.curve is not None
    assert not drug.curve.verified
    assert drug.curve.digitized.taken == "exact"
    assert len(drug.curve.digitized.marks) == 11


def test_the_same_figure_gives_the_same_bytes(figure: Path) -> None:
    for name in ("a", "b"):
        Path(name).mkdir()
        assert run("digitize", figure, "-o", f"{name}/x.toml").exit_code == 0
    for path in Path("a").rglob("*.*"):
        assert path.read_bytes() == Path("b", *path.parts[1:]).read_bytes(), path


def test_what_is_there_is_overwritten_by_force_only(figure: Path) -> None:
    Path("figure.toml").write_text("mine")
    said = refusal(figure)
    assert "figure.toml: the output must not exist yet" in said
    assert Path("figure.toml").read_text() == "mine"
    assert run("digitize", figure, "--force").exit_code == 0
    assert "6-MP" in Path("figure.toml").read_text()


def test_names_patients_and_citation_by_hand(figure: Path) -> None:
    result = run(
        *("digitize", figure, "--curve", "Mercaptopurine=#0072b2", "--curve", "Control=#d55e00"),
        *("--n", "22", "--n", "21", "--citation", "Freireich 1963", *BY_HAND),
    )
    assert result.exit_code == 0, result.output
    trial = read_trial("figure.toml")
    assert trial.sources["figure"].citation == "Freireich 1963"
    (analysis,) = trial.analyses
    assert [(arm.id, arm.n.printed.value) for arm in analysis.arms] == [
        ("mercaptopurine", 22),
        ("control", 21),
    ]


def test_one_curve_by_its_colour(figure: Path) -> None:
    assert run("digitize", figure, "--curve", "#d55e00").exit_code == 0
    (arm,) = read_trial("figure.toml").analyses[0].arms
    assert arm.name == "Placebo"


def test_axes_by_hand_and_a_scale_that_was_misread(figure: Path) -> None:
    result = run("digitize", figure, "--x-axis", "64.8=0,410.4=72", "--y-scale", "percent")
    assert result.exit_code == 0, result.output
    curve = read_trial("figure.toml").analyses[0].arm("placebo").curve
    assert curve is not None
    assert curve.digitized.times[-1] == pytest.approx(46, abs=0.01)
    assert max(curve.digitized.survival) == pytest.approx(0.01)


@pytest.mark.usefixtures("figure")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("none.svg",), "none.svg: there is no such file"),
        (("figure.doc",), "the ending of a figure must be one of"),
        (("figure.svg", "--x-axis", "1=2"), "--x-axis must be two points of place and value"),
        (("figure.svg", "--y-axis", "1=2,1.2.3=4"), "--y-axis must be two points"),
        (("figure.svg", "--y-axis", "9=1,9=1"), "must differ in place and value"),
        (("figure.svg", "--curve", "#12"), "--curve must be a name, a colour such as"),
        (("figure.svg", "--curve", "A=#000000", "--curve", "B"), "a colour for all curves or for"),
        (("figure.svg", "--curve", "A"), "for each of its 2 curves, got 1"),
        (("figure.svg", "--n", "5"), "--n must be given once for each of the 2 curves, got 1"),
        (("figure.svg", "--time-unit", "fortnight"), "--time-unit must be one of day, week"),
        (("figure.svg", "--panel", "Q"), "panel must be one of those in the figure, got 'Q'"),
        (("figure.svg", "-o", "nowhere/x.toml"), "must be an existing folder, got no such folder"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(
    arguments: tuple[str, ...], sentence: str
) -> None:
    said = refusal(*arguments)
    assert sentence in said
    assert len(said.splitlines()) == 1


@pytest.mark.usefixtures("figure")
def test_a_file_of_several_pages_asks_for_the_page() -> None:
    Path("paper.pdf").write_bytes(
        pdf(b"0 0 m 9 9 l S").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[3 0 R 3 0 R 3 0 R]/Count 3")
    )
    assert "page must be stated, the file has 3 pages" in refusal("paper.pdf")


@pytest.mark.slow
def test_a_picture_is_written_down_as_far_as_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scan.png").write_bytes(saved(drawn([curve(1)], [{"color": "#1f77b4"}], dpi=80)))
    result = run("digitize", "scan.png", "--endpoint", "OS")
    assert result.exit_code == 1
    fills = [line for line in result.stderr.splitlines() if line.startswith("to be completed")]
    assert len(fills) == 2
    assert "the unit of the time axis is open" in fills[0]
    assert "the number of patients was not read" in fills[1]
    assert "# not read, to be filled in: n = 0" in Path("scan.toml").read_text()
    again = ("--n", "60", "--time-unit", "month", "--curve", "Drug", "--force")
    assert run("digitize", "scan.png", "--endpoint", "OS", *again).exit_code == 0
    read = read_trial("scan.toml").analyses[0].arm("drug").curve
    assert read is not None
    assert read.digitized.precision is not None


@pytest.mark.slow
def test_the_overlay_is_a_picture_with_what_was_read(figure: Path) -> None:
    assert run("digitize", figure).exit_code == 0
    image = Image.open(io.BytesIO(Path("figure-overlay.png").read_bytes())).convert("RGB")
    colours = {tuple(colour) for colour in np.asarray(image).reshape(-1, 3).tolist()}
    assert {(0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)} <= colours


def test_the_patients_of_the_written_file_are_those_of_the_trial(figure: Path) -> None:
    assert run("digitize", figure, "-o", "freireich.toml").exit_code == 0
    made = reconstruct(read_trial("freireich.toml").analyses[0])
    for arm, name in (("6-mp", "6-MP"), ("placebo", "Placebo")):
        mine, real = made[made["arm"] == arm], leukemia()[name]
        listed = sorted(zip(mine["time"].round(), mine["event"], strict=True))
        assert listed == sorted(zip(real["time"], real["event"], strict=True))
