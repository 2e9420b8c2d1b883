"""Files that cannot be used: one sentence per fault, with file, line and column."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from survkit.digitized import curve_from_points, read_curves, read_marks, read_risk_tables
from survkit.digitized.files import source as source_module
from survkit.errors import DigitizedFileError, SurvkitError
from tests.digitized.test_layouts import FILES, archive

if TYPE_CHECKING:
    from pathlib import Path


def faults(source: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(DigitizedFileError) as caught:
        read_curves(source, **options)
    assert isinstance(caught.value, SurvkitError)
    assert str(caught.value) == "\n".join(caught.value.faults)
    return caught.value.faults


def test_all_faults_at_once() -> None:
    text = "time,surv\n0,1\n1,abc\nx,0.4\n2,1e999\n,0.3\n"
    assert faults(text, name="drug.csv") == (
        "drug.csv: line 3, column 'surv': a coordinate must be a finite number, got 'abc'",
        "drug.csv: line 4, column 'time': a coordinate must be a finite number, got 'x'",
        "drug.csv: line 5, column 'surv': a coordinate must be a finite number, got '1e999'",
        "drug.csv: line 6, column 'time': a coordinate must be a finite number, got nothing",
    )


def test_many_faults_are_counted() -> None:
    found = faults("time,surv\n0,1\n" + "".join(f"{i},x{i}\n" for i in range(50)))
    assert len(found) == 21
    assert found[-1] == "content: and 30 more faults of this kind"


ONE_FAULT = {
    "": "the file must hold coordinates or counts, got nothing",
    "# nothing\n# else\n": "the file must hold coordinates or counts, got comments alone",
    "time,surv\n": "line 1: coordinates must follow the names of the columns, got none",
    "0 1\n": "a curve must have at least two points, got 1",
    "1\n2\n3\n": "line 1: two columns of numbers, times and survival, must be given, got 1",
    "time,arm\n1,a\n2,b\n": "a column of survival must stand beside the times, got 'time', 'arm'",
    "0 1\n-3 .9\n4 .8\n": "line 2: a time must be 0 or later, got -3",
    "-1 1\n-2 .9\n": "line 1: times must reach beyond 0, got -1 at most",
    "0 100\n1 250\n": "line 2: a percentage must be from 0 to 100, got 250",
    "0 1\n1 -0.4\n": "line 2: a survival probability must be from 0 to 1, got -0.4",
    "a\0b\n": "the file must be text, but holds the character '\\x00'",
    "{\n": "line 2: the document must be valid JSON, got: Expecting property name enclosed in "
    "double quotes",
    "[1]\n": "the document must be an object, got list",
    "{}\n": "the document must be a project of WebPlotDigitizer, with the key 'datasetColl' or "
    "'wpd', got no keys",
    '{"datasetColl": [], "axesColl": []}\n': "the project must hold a data set with points on "
    "axes x and y",
    "<html>\n</html>\n": "the document must be one of Engauge Digitizer, with the root "
    "'Document', got 'html'",
    "<a>\n<b></a>": "the document must be valid XML, got: 'mismatched tag: line 2, column 5'",
}


@pytest.mark.parametrize("text", ONE_FAULT)
def test_one_fault(text: str) -> None:
    assert faults(text.encode()) == (f"content: {ONE_FAULT[text]}",)


FOREIGN = {
    b"%PDF-1.7\n": "a PDF",
    b"\x89PNG\r\n": "a picture",
    b"\x1f\x8b\x08\n": "compressed (a .tar.gz or an R data file)",
    b"\xd0\xcf\x11\xe0\n": "an old Excel workbook",
}


@pytest.mark.parametrize("data", FOREIGN)
def test_files_of_other_programs(data: bytes) -> None:
    what = FOREIGN[data]
    sentence = f"content: the file must hold coordinates or counts as text, but it is {what}"
    assert faults(data) == (sentence,)


def test_paths_that_lead_to_no_file(tmp_path: Path) -> None:
    missing = tmp_path / "none.csv"
    sentence = "the path must lead to a file, but it"
    assert faults(missing) == (f"{missing}: {sentence} does not exist",)
    assert faults(str(tmp_path)) == (f"{tmp_path}: {sentence} is no file",)
    assert len(faults("no\0file")) == 1


def test_options_that_are_none() -> None:
    assert faults("0 1\n1 .9\n", precision=0.0) == (
        "content: precision must be a positive number, got 0.0",
    )
    assert faults("0 1\n1 .9\n", separator="ab") == (
        "content: separator must be one character, got 'ab'",
    )
    for options in ({"interval": 0.0}, {"rounded_to": 0}):
        with pytest.raises(DigitizedFileError, match="must be"):
            read_risk_tables("80 32 12", **options)


def test_tables_with_faults() -> None:
    with pytest.raises(DigitizedFileError) as caught:
        read_risk_tables("time,n\n0,12.5\n3,-4\nz,9\n")
    whole = "a number at risk must be a whole number from 0 to 999,999,999"
    assert caught.value.faults == (
        f"content: line 2, column 'n': {whole}, got '12.5'",
        f"content: line 3, column 'n': {whole}, got '-4'",
        "content: line 4, column 'time': a time must be a finite number, got 'z'",
    )
    with pytest.raises(DigitizedFileError, match="must have one number at risk, got 80 and 79"):
        read_risk_tables("0 100\n6 80\n6 79\n")
    with pytest.raises(DigitizedFileError, match="must have at most 3 numbers at risk"):
        read_risk_tables("Group,0,6,12\nA,9,8,7\nB,9,8,7,6\n")


def test_marks_with_faults() -> None:
    with pytest.raises(DigitizedFileError, match="line 2: a mark must be a finite time, got 'x'"):
        read_marks("1\nx\n")
    with pytest.raises(DigitizedFileError, match="a mark must be at 0 or later, got -4"):
        read_marks("1\n-4\n")


def test_arrays_with_faults() -> None:
    with pytest.raises(DigitizedFileError, match="values must be as many as times, 2, got 1"):
        curve_from_points([0, 1], [1])
    with pytest.raises(DigitizedFileError, match="point 2: coordinates must be finite"):
        curve_from_points([0, 1], [1, float("nan")])
    with pytest.raises(DigitizedFileError, match="coordinates must be numbers"):
        curve_from_points(None, None)  # type: ignore[arg-type]


# ---------------------------------------------------------------- hostile files


BOMB = (
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    "<Document><Curve CurveName='&c;'/></Document>"
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><Document>&b;</Document>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_entities_are_refused(text: str) -> None:
    assert faults(text.encode()) == ("content: the document must declare no entities, got 'b'",)


def test_deep_documents_are_refused() -> None:
    assert "nested at most 50 deep" in faults(b"<Document>" + b"<a>" * 60)[0]
    assert len(faults(b'{"a":' * 100_000)) == 1


@pytest.mark.parametrize("name", ["../wpd.json", "/wpd.json", "os/../../wpd.json", "C:wpd.json"])
def test_paths_that_lead_out_of_an_archive(name: str) -> None:
    expected = (f"content: members must stay inside the archive, got {name!r}",)
    assert faults(archive(**{name: b"{}"})) == expected
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr(name, "{}")
    assert faults(stream.getvalue()) == expected


def test_links_in_an_archive_are_not_followed() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        link = tarfile.TarInfo("os/wpd.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(link)
    assert "must hold the project 'wpd.json', got no JSON document" in faults(stream.getvalue())[0]


def test_archives_of_something_else() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("[Content_Types].xml", "")
    assert "is a workbook: save it as CSV first" in faults(stream.getvalue())[0]
    assert "must be a complete zip file" in faults(stream.getvalue()[:30])[0]
    assert "must be a complete tar file" in faults(archive(**{"a.json": b"{}"})[:700])[0]


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "MAX_BYTES", 100)
    path = tmp_path / "large.csv"
    path.write_text("0,1\n" * 50, "utf-8")
    assert faults(path) == (f"{path}: the file must have at most 100 bytes, got more",)
    assert faults("0,1\n" * 50) == ("content: the content must have at most 100 bytes, got 200",)


def test_wide_lines_are_refused() -> None:
    assert faults("0,1\n" + "," * 5_000 + "1\n")[0].endswith("at most 1,000 cells")


def test_axes_that_span_no_plane() -> None:
    project = json.loads((FILES / "wpd-4.json").read_text("utf-8"))
    for point in project["axesColl"][0]["calibrationPoints"]:
        point["py"] = 500
    sentence = "points without values need four calibration points that span a plane"
    assert sentence in faults(json.dumps(project).encode())[0]
    text = (FILES / "engauge.dig").read_text("utf-8")
    assert "three points that span a plane" in faults(text.replace('Y="100"/><', 'Y="500"/><'))[0]
    assert "must be Cartesian" in faults(text.replace('"Cartesian"', '"Polar"'))[0]
