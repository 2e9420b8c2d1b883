"""Every layout that programs and people write, read as its author meant it."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from survkit.digitized import DigitizedCurve, read_curves, read_marks, read_risk_tables
from tests.tolerances import EXACT

FILES = Path(__file__).parent / "files"

EVEROLIMUS = ((0.0, 1.5, 3.1), (1.0, 0.962, 0.91))
PLACEBO = ((0.0, 1.1, 2.7), (1.0, 0.93, 0.84))
LONGER = ((0.0, 1.5, 3.1, 4.4), (1.0, 0.962, 0.91, 0.855))

Points = tuple[tuple[float, ...], tuple[float, ...]]


def assert_points(curve: DigitizedCurve, points: Points) -> None:
    assert curve.times == pytest.approx(points[0], abs=EXACT)
    assert curve.survival == pytest.approx(points[1], abs=EXACT)
    assert all(0.0 <= survival <= 1.0 for survival in curve.survival)


ONE_CURVE = {
    "guyot-survival.txt": (LONGER, "row index in column 1 left out"),
    "r-write-table-survival.txt": (EVEROLIMUS, "the first column has no name"),
    "pasted-survival.txt": (LONGER, "row index in column 1 left out"),
    "pasted-quoted.txt": (EVEROLIMUS, "row index in column 1 left out"),
    "pasted-semicolons.csv": (EVEROLIMUS, "decimal commas"),
    "reconstructkm.csv": (EVEROLIMUS, "probabilities: values up to 1"),
    "kmgpt-clicks.csv": (EVEROLIMUS, "columns n, x_pixel, y_pixel left out"),
    "pipes-any-order.txt": (EVEROLIMUS, "cells are separated by a bar"),
    "engauge-tabs.csv": (PLACEBO, "percent: values up to 100"),
    "wpd-3.json": (EVEROLIMUS, "percent: values up to 100"),
    "engauge.dig": (EVEROLIMUS, "probabilities: values up to 1"),
}


@pytest.mark.parametrize("name", ONE_CURVE)
def test_a_file_with_one_curve(name: str) -> None:
    points, remark = ONE_CURVE[name]
    (curve,) = read_curves(FILES / name)
    assert_points(curve, points)
    assert any(said.startswith(remark) for said in curve.remarks), curve.remarks
    assert curve.origin.startswith(f"{name}: ")


TWO_CURVES = ("engauge-gnuplot.csv", "engauge-one-curve-per-line.csv")


@pytest.mark.parametrize("name", TWO_CURVES)
def test_curves_one_after_the_other(name: str) -> None:
    curves = read_curves(FILES / name)
    assert [curve.name for curve in curves] == ["Everolimus", "Placebo"]
    assert_points(curves[0], EVEROLIMUS)
    assert_points(curves[1], PLACEBO)


def test_one_curve_of_webplotdigitizer() -> None:
    """No names, a comma and a blank, percent, a vertical step, and a last point that goes up."""
    (curve,) = read_curves(FILES / "wpd-one-curve.csv")
    assert curve.times == (0.51238401, 2.0417264, 4.1180022, 4.1180022, 9.330118, 17.60042, 17.9)
    assert curve.survival[2:4] == (0.919233, 0.8807125)  # the step, from top to foot
    assert curve.survival[-1] == 0.3106
    assert curve.name == "wpd-one-curve"
    said = "\n".join(curve.remarks)
    assert "percent: values up to 99.6612" in said
    assert "points at a time that stands there already: 1, kept in order" in said
    assert "no point at (0, 1): the first one is (0.5124, 0.9966)" in said
    assert "rises from one point to the next: 1, the largest 0.0008 at 17.9; kept" in said


def test_a_curve_edited_in_excel() -> None:
    (curve,) = read_curves(FILES / "wpd-edited-in-excel.csv")
    assert_points(curve, ((0.0, 1.52, 3.04, 4.4, 6.1), (1.0, 0.962, 0.91, 0.855, 0.8)))
    assert "column 3 left out" in curve.remarks


def test_all_data_of_webplotdigitizer() -> None:
    """Names above pairs of columns; short sets are padded, empty ones left out."""
    everolimus, placebo = read_curves(FILES / "wpd-all-data.csv")
    assert (everolimus.name, placebo.name) == ("Everolimus", "Placebo")
    assert_points(everolimus, LONGER)
    assert_points(placebo, PLACEBO)


def test_all_data_of_webplotdigitizer_with_a_comma_in_a_name() -> None:
    everolimus, placebo = read_curves(FILES / "wpd-all-data-comma.csv")
    assert (everolimus.name, placebo.name) == ("Everolimus, 10 mg", "Placebo")
    assert placebo.survival == (1.0, 0.93)
    assert "separators inside the names of curves put back" in everolimus.remarks


def test_a_project_of_webplotdigitizer() -> None:
    """Several axes, points without values, censoring marks, a set without points."""
    everolimus, placebo = read_curves(FILES / "wpd-4.json")
    assert_points(everolimus, EVEROLIMUS)
    assert_points(placebo, PLACEBO)  # from pixels
    assert (everolimus.marks, placebo.marks) == ((), (0.5, 2.4))
    said = "\n".join(placebo.remarks)
    assert "data set 'Bar' left out: its axes are 'BarAxes'" in said
    assert "data set 'Default Dataset' left out: it has no points" in said
    assert "points without values: 3, computed from the calibration of the axes" in said
    assert "censoring marks from 'Placebo censored': 2" in said


def archive(**members: bytes) -> bytes:
    """A tar archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def test_the_archive_of_a_project_of_webplotdigitizer() -> None:
    project = (FILES / "wpd-4.json").read_bytes()
    info = b'{"version": [4, 0], "json": "wpd.json", "images": ["image.png"]}'
    data = archive(**{"os/info.json": info, "os/wpd.json": project, "os/image.png": b"\x89PNG"})
    everolimus, _ = read_curves(data, name="os.tar")
    assert_points(everolimus, EVEROLIMUS)
    assert everolimus.origin == "os.tar: WebPlotDigitizer project, version 4 in an archive"


def test_the_archive_of_a_project_of_starrydigitizer() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("image.png", b"\x89PNG")
        file.writestr("project.json", (FILES / "starry-project.json").read_bytes())
    (curve,) = read_curves(stream.getvalue())
    assert_points(curve, EVEROLIMUS)  # the clicks on one axis lie beside the other one
    assert curve.name == "dataset 1"


def test_a_column_per_curve() -> None:
    """Engauge leaves cells empty before a curve begins."""
    everolimus, placebo = read_curves(FILES / "engauge-wide.csv")
    assert_points(everolimus, EVEROLIMUS)
    assert_points(placebo, ((1.1, 2.7, 4.0), (0.93, 0.84, 0.71)))


def test_a_column_per_curve_with_semicolons() -> None:
    everolimus, placebo = read_curves(FILES / "engauge-semicolons.csv")
    assert_points(everolimus, ((0.0, 1.1, 2.7), (1.0, 0.97, 0.93)))
    assert_points(placebo, PLACEBO)


def test_columns_of_pixels() -> None:
    """DigitizeIt writes three digits in scientific notation, many of them equal, and CRLF."""
    (curve,) = read_curves(FILES / "digitizeit.csv")
    assert curve.times[:3] == (0.0759, 0.101, 0.127)
    assert curve.survival[-1] == 0.974
    assert curve.taken == "evenly spaced"
    assert curve.rounding == pytest.approx(0.0005, abs=EXACT)


def test_a_dense_curve_in_percent() -> None:
    (curve,) = read_curves(FILES / "dense-percent.txt")
    assert (len(curve.times), curve.taken) == (60, "evenly spaced")
    assert curve.survival[1] == 0.9987
    assert curve.rounding == pytest.approx(0.00005, abs=EXACT)


def test_a_first_time_below_zero() -> None:
    """ScanIt, as IPDfromKM takes it: the first click misses the axis."""
    (curve,) = read_curves(FILES / "scanit.txt")
    assert_points(curve, ((0.0, 1.5, 3.1, 12.4, 24.9), (1.0, 0.962, 0.91, 0.551, 0.203)))
    assert "negative first time -0.512 taken as 0" in curve.remarks
    assert "survival above 1 taken as 1: 1 of them, up to 1.0021" in curve.remarks


def test_two_rows_per_step() -> None:
    """SurvdigitizeR numbers its curves, and may have no value for a point."""
    first, second = read_curves(FILES / "survdigitizer.csv")
    assert (first.name, second.name) == ("curve 1", "curve 2")
    assert first.times == (0.0, 1.5, 1.5, 3.1, 3.1)
    assert first.survival == (1.0, 1.0, 0.962, 0.962, 0.91)
    assert first.taken == "clicks at feet of drops"
    assert second.survival == (1.0, 1.0, 0.93, 0.84)
    assert "no number for the curve in line 10: left out" in second.remarks


def test_names_of_groups_in_a_column() -> None:
    everolimus, placebo = read_curves(FILES / "kmgpt-automatic.csv")
    assert (everolimus.name, placebo.name) == ("Everolimus", "Placebo")
    assert_points(everolimus, EVEROLIMUS)
    assert placebo.survival == (1.0, 0.93)


# ---------------------------------------------------------------- numbers at risk


RISK = {
    "kmdata-risk.csv": ("Placebo", (0.0, 6.0, 12.0), (203, 64, 21)),
    "guyot-nrisk.txt": ("guyot-nrisk", (0.0, 2.0, 6.0), (207, 189, 153)),
    "r-write-table-nrisk.txt": ("r-write-table-nrisk", (0.0, 2.0), (207, 189)),
    "pasted-nrisk.txt": ("pasted-nrisk", (0.0, 4.0, 8.0), (207, 189, 153)),
    "reconstructkm-risk.csv": ("reconstructkm-risk", (0.0, 3.0, 6.0, 9.0), (207, 189, 153, 0)),
}


@pytest.mark.parametrize("name", RISK)
def test_a_long_table(name: str) -> None:
    """Row numbers of coordinates, ``lower`` and ``upper``, are left out, and it is said."""
    arm, times, counts = RISK[name]
    (table,) = read_risk_tables(FILES / name)
    assert (table.name, table.times, table.counts) == (arm, times, counts)
    assert table.lower == table.upper == counts
    assert all(table.exact)
    if name != "reconstructkm-risk.csv":
        assert any("lower, upper" in remark for remark in table.remarks)


def test_total_events_beside_the_numbers() -> None:
    (table,) = read_risk_tables(FILES / "kmdata-risk-events.csv")
    assert table.total_events == 165


def test_a_table_shorter_than_its_times() -> None:
    (table,) = read_risk_tables(FILES / "ipdfromkm-risk.csv")
    assert table.times == (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)
    assert "no number at risk in line 8, 9: left out" in table.remarks


@pytest.mark.parametrize("name", ["kmgpt-risk-wide.csv", "risk-from-pdf.txt"])
def test_a_wide_table(name: str) -> None:
    everolimus, placebo = read_risk_tables(FILES / name)
    assert (everolimus.name, placebo.name) == ("Everolimus 10 mg", "Placebo")
    assert everolimus.times == placebo.times == (0.0, 4.0, 8.0, 12.0)
    assert everolimus.counts == (207, 189, 153, 126)
    assert placebo.counts == (203, 117, 59, 38)
    assert ("numbers in brackets left out" in placebo.remarks) == (name == "risk-from-pdf.txt")


def test_arms_side_by_side() -> None:
    everolimus, placebo = read_risk_tables(FILES / "risk-side-by-side.csv")
    assert (everolimus.name, everolimus.counts) == ("Everolimus", (207, 189, 153))
    assert (placebo.name, placebo.counts) == ("Placebo", (203, 117, 59))


def test_arms_in_a_column() -> None:
    everolimus, placebo = read_risk_tables(FILES / "risk-long-with-arms.csv")
    assert (everolimus.name, everolimus.counts) == ("Everolimus", (207, 189))
    assert (placebo.name, placebo.counts) == ("Placebo", (203, 117))


def test_typed_numbers() -> None:
    """KM-PoPiGo asks for an interval and numbers between blanks."""
    for source in (FILES / "kmpopigo.txt", "80 32 12 7 4 1"):
        (table,) = read_risk_tables(source, interval=6)
        assert table.times == (0.0, 6.0, 12.0, 18.0, 24.0, 30.0)
        assert table.counts == (80, 32, 12, 7, 4, 1)
    (table,) = read_risk_tables("80 32 12", times=[0, 3, 12])
    assert table.times == (0.0, 3.0, 12.0)


def test_marks() -> None:
    assert read_marks(FILES / "marks.csv") == (0.5, 2.4, 3.0)
    assert read_marks("2.4 0.5 3.0") == (0.5, 2.4, 3.0)
    assert read_marks('"","time"\n"1",2.4\n"2",0.5\n') == (0.5, 2.4)
