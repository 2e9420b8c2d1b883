"""Curves in a trial file: points taken from the file itself or from one beside it."""

from __future__ import annotations

import pickle
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from survkit.digitized import Taking
from survkit.errors import SurvkitError, TrialFileError
from survkit.trial import Curve, read_trial, trial_from_document
from survkit.trial.curves import Taken

HEAD = """
spec_version = 1
id = "small"
name = "SMALL"
[sources.paper]
citation = "A paper"
[[analysis]]
id = "os"
endpoint = "OS"
time_unit = "month"
source = "paper"
[[analysis.arm]]
id = "drug"
n = 50
"""
POINTS = "points = [[0, 1.00], [1.2, 0.95], [3, 0.90]]\n"


def written(folder: Path, *curves: str) -> Path:
    """A trial file with these curves."""
    path = folder / "small.toml"
    text = "".join(f"[[analysis.arm.curve]]\n{curve}\n" for curve in curves)
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def curves_of(path: Path) -> tuple[Curve, ...]:
    return read_trial(path).analyses[0].arms[0].curves


def test_points_in_the_trial_file_keep_their_digits(tmp_path: Path) -> None:
    (curve,) = curves_of(written(tmp_path, POINTS + "marks = [3, 2]\nprecision = 0.002"))
    taken = curve.digitized
    assert taken.times == (0.0, 1.2, 3.0)
    assert taken.survival == (1.0, 0.95, 0.9)
    assert taken.rounding == pytest.approx(0.005)
    assert taken.precision == 0.002
    assert taken.marks == (2.0, 3.0)


def test_points_in_percent(tmp_path: Path) -> None:
    (curve,) = curves_of(written(tmp_path, "points = [[0, 8.5], [2, 7.0]]\nscale = 'percent'"))
    assert curve.digitized.survival == (0.085, 0.07)
    assert curve.digitized.rounding == pytest.approx(0.0005)


def test_a_file_beside_the_trial_file(tmp_path: Path) -> None:
    folder = tmp_path / "curves"
    folder.mkdir()
    (folder / "two.csv").write_text("x,Drug,Placebo\n0,100,100\n3,80,62\n")
    (folder / "marks.csv").write_text("time\n2.5\n1.5\n")
    asked = "file = 'curves/two.csv'\nname = 'Placebo'\nmarks_file = 'curves/marks.csv'"
    (curve,) = curves_of(written(tmp_path, asked))
    assert curve.digitized.survival == (1.0, 0.62)
    assert curve.digitized.marks == (1.5, 2.5)


def test_the_input_curve_of_an_arm(tmp_path: Path) -> None:
    path = written(tmp_path, POINTS + "role = 'check'", POINTS)
    arm = read_trial(path).analyses[0].arms[0]
    assert arm.curve is arm.curves[1]


def test_a_trial_with_a_curve_can_be_sent_to_another_process(tmp_path: Path) -> None:
    trial = read_trial(written(tmp_path, POINTS))
    sent = pickle.loads(pickle.dumps(trial))
    assert sent == trial
    assert sent.analyses[0].arms[0].curves[0].digitized.times == (0.0, 1.2, 3.0)
    as_input = trial.analyses[0].with_inputs_only().arms[0].curves[0]
    assert as_input.digitized.times == (0.0, 1.2, 3.0)


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("0,1\n1,0.5\n")
    folder = tmp_path / "trials"
    folder.mkdir()
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(TrialFileError, match="a link leads out") as caught:
        read_trial(written(folder, "file = 'link.csv'"))
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../a.csv", "a/../../b.csv", "C:\\a.csv", "\\\\host\\a", "", "a\\0b"]
)
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    document = _document({"file": path.replace("\\0", "\0")})
    with pytest.raises(TrialFileError, match=r"file must be (the path of a file in|text)"):
        trial_from_document(document, folder=Path())


def test_a_folder_is_no_curve(tmp_path: Path) -> None:
    (tmp_path / "curves").mkdir()
    with pytest.raises(TrialFileError, match="the path must lead to a file, got none there"):
        read_trial(written(tmp_path, "file = 'curves'"))


def test_a_trial_without_a_folder_has_no_files() -> None:
    with pytest.raises(TrialFileError, match="read from no file has no folder"):
        trial_from_document(_document({"file": "a.csv"}))


def test_faults_of_points_and_marks_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,survival\n0,1\n2,\n3,-4\n")
    with pytest.raises(TrialFileError) as caught:
        read_trial(written(tmp_path, "file = 'a.csv'\nmarks_file = 'b.csv'"))
    keys = [fault.split(": ")[1] for fault in caught.value.faults]
    where = "analysis[0].arm[0].curve[0]"
    assert keys == [f"{where}.file", f"{where}.marks_file"]


def test_a_curve_that_was_not_validated_has_no_points() -> None:
    with pytest.raises(SurvkitError, match="must be validated"):
        _ = Curve.model_construct().digitized


def test_the_words_for_taking_points_are_those_of_the_readers() -> None:
    assert get_args(Taken) == get_args(Taking)


def _document(curve: dict[str, object]) -> dict[str, object]:
    """A trial with one curve, as TOML would give it."""
    arm = {"id": "drug", "n": 50, "median": Decimal("4.6"), "curve": [curve]}
    analysis = {"id": "os", "endpoint": "OS", "time_unit": "month", "source": "paper", "arm": [arm]}
    return {
        "spec_version": 1,
        "id": "small",
        "name": "SMALL",
        "sources": {"paper": {"citation": "A paper"}},
        "analysis": [analysis],
    }
