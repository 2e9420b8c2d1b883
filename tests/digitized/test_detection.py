"""What is detected is said, and can be stated instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from survkit.digitized import curve_from_points, read_curves, read_risk_tables
from survkit.errors import DigitizedFileError
from tests.tolerances import EXACT

if TYPE_CHECKING:
    from pathlib import Path


def said(curve: Any) -> str:
    return "\n".join(curve.remarks)


# ---------------------------------------------------------------- scale


@pytest.mark.parametrize(("top", "share"), [("8", 0.08), ("2", 0.02)])
def test_eight_percent_stay_eight_percent(top: str, share: float) -> None:
    """Other programs take numbers for percentages only where one of them exceeds ten."""
    (curve,) = read_curves(f"0 {top}\n1 1.9\n2 1.1\n")
    assert curve.survival[0] == share
    assert f"percent: values up to {top}" in curve.remarks


def test_low_values_are_said_to_be_open() -> None:
    text = "0 0.8\n1 0.7\n2 0.5\n"
    (curve,) = read_curves(text)
    assert curve.survival == (0.8, 0.7, 0.5)
    assert "values up to 0.8 taken as probabilities; state percent if they are" in said(curve)
    (stated,) = read_curves(text, percent=True)
    assert stated.survival == (0.008, 0.007, 0.005)
    assert "percent, as stated: values up to 0.8" in stated.remarks


def test_a_low_curve_is_scaled_like_its_siblings() -> None:
    high, low = read_curves("x,High,Low\n0,100,1.2\n1,90,1.1\n2,80,0.6\n")
    assert high.survival[1] == 0.9
    assert low.survival == (0.012, 0.011, 0.006)
    assert "percent, as other curves of the file" in low.remarks


def test_values_between_the_scales_are_not_guessed() -> None:
    with pytest.raises(DigitizedFileError, match=r"which may be either: state percent$"):
        read_curves("0 1.2\n1 0.7\n2 0.6\n")
    (curve,) = read_curves("0 1.2\n1 0.7\n2 0.6\n", percent=True)
    assert curve.survival == (0.012, 0.007, 0.006)


def test_a_sign_or_a_name_says_percent() -> None:
    (curve,) = read_curves("0 1.2%\n1 0.7%\n")
    assert curve.survival == (0.012, 0.007)
    (curve,) = read_curves("time,percent\n0,1.2\n1,0.7\n")
    assert curve.survival == (0.012, 0.007)


def test_rising_values_are_incidences() -> None:
    text = "0 0\n1 12\n2 34\n"
    (curve,) = read_curves(text)
    assert curve.survival == (1.0, 0.88, 0.66)
    assert "values rise from 0 to 0.34: taken as cumulative incidence" in said(curve)
    (kept,) = read_curves(text, incidence=False)
    assert kept.survival == (0.0, 0.12, 0.34)
    (named,) = read_curves("time,1-S(t)\n0,0.10\n1,0.11\n")
    assert named.survival == (0.9, 0.89)


def test_the_rounding_is_that_of_the_digits() -> None:
    assert read_curves("0 1.00\n1 0.98\n")[0].rounding == pytest.approx(0.005, abs=EXACT)
    assert read_curves("0 100.0\n1 98.2\n")[0].rounding == pytest.approx(0.0005, abs=EXACT)
    assert read_curves("0 1.0E+00\n1 9.8E-01\n")[0].rounding == pytest.approx(0.005, abs=EXACT)
    assert curve_from_points([0, 1], [1.0, 0.98]).rounding is None


# ---------------------------------------------------------------- order


def test_points_out_of_order() -> None:
    (curve,) = read_curves("0 1\n2 .8\n1 .9\n2 .7\n")
    assert curve.times == (0.0, 1.0, 2.0, 2.0)
    assert curve.survival == (1.0, 0.9, 0.8, 0.7)  # those of one time in the order of the file
    assert "points not in order of time: sorted, 1 stood too late" in curve.remarks


def test_points_from_right_to_left() -> None:
    (curve,) = read_curves("3 .8\n2 .9\n2 1\n0 1\n")
    assert curve.survival == (1.0, 1.0, 0.9, 0.8)
    assert "points from right to left: reversed" in curve.remarks


def test_curves_without_names_one_after_the_other() -> None:
    first, second = read_curves("0 1\n1 .9\n2 .8\n0 1\n1 .95\n3 .9\n")
    assert (first.survival, second.survival) == ((1.0, 0.9, 0.8), (1.0, 0.95, 0.9))
    assert "times start anew in line 4: taken as 2 curves" in first.remarks


def test_curves_under_their_names_one_after_the_other() -> None:
    first, second = read_curves("Drug\n0 1\n1 .9\n2 .8\nPlacebo\n0 1\n1 .8\n3 .7\n")
    assert (first.name, first.survival) == ("Drug", (1.0, 0.9, 0.8))
    assert (second.name, second.times) == ("Placebo", (0.0, 1.0, 3.0))


def test_pairs_of_columns_under_other_names() -> None:
    first, second = read_curves("time,A,time,B\n0,1,0,1\n1,.9,2,.8\n")
    assert (first.name, first.times, second.name, second.times) == (
        "A",
        (0.0, 1.0),
        "B",
        (0.0, 2.0),
    )


def test_wiggles_are_kept_and_said() -> None:
    (curve,) = read_curves("0 1\n1 .9\n2 .904\n3 .8\n")
    assert curve.survival == (1.0, 0.9, 0.904, 0.8)
    assert "rises from one point to the next: 1, the largest 0.004 at 2; kept" in curve.remarks


# ---------------------------------------------------------------- text


SEPARATED = {
    "tab": "t\ts\n0,5\t0,98\n1\t0,95\n",
    "semicolon": "t;s\n0,5;0,98\n1;0,95\n",
    "bar": "t|s\n0.5|0.98\n1|0.95\n",
    "comma": "t,s\n0.5,0.98\n1,0.95\n",
    "quoted commas": '"t","s"\n"0,5","0,98"\n"1","0,95"\n',
    "comma and blank": "t, s\r\n0.5, 0.98\r\n1, 0.95\r\n",
    "blanks": "  t   s\n 0,5  0,98\n 1    0,95\n",
    "utf-16": "t\ts\n0.5\t0.98\n1\t0.95\n".encode("utf-16"),
    "byte order mark": "\ufefft,s\n0.5,0.98\n1,0.95\n".encode(),
    "latin-1": "Überleben, t\nt,s\n0.5,0.98\n1,0.95\n".encode("latin-1"),
    "old Macintosh": "t,s\r0.5,0.98\r1,0.95\r",
    "comments": "# Figure 2A\n# read by hand\nt,s\n0.5,0.98\n1,0.95\n",
    "empty columns": "t,s,,,\n0.5,0.98,,,\n1,0.95,,,\n,,,,\n",
    "minus signs": "t,s\n−0.0,1.0\n0.5,0.98\n1,0.95\n".replace("−0.0,1.0\n", ""),
}


@pytest.mark.parametrize("kind", SEPARATED)
def test_separators_and_encodings(kind: str) -> None:
    (curve,) = read_curves(SEPARATED[kind])
    assert (curve.times, curve.survival) == ((0.5, 1.0), (0.98, 0.95))


def test_commas_alone_are_not_guessed() -> None:
    with pytest.raises(DigitizedFileError, match="separator and decimal sign must differ"):
        read_curves("0,5,0,98\n1,5,0,95\n")


def test_columns_can_be_stated() -> None:
    text = "time,lower,surv,upper\n0,.9,1,1\n1,.8,.9,.95\n"
    assert read_curves(text)[0].survival == (1.0, 0.9)
    assert read_curves(text, columns=("time", "upper"))[0].survival == (1.0, 0.95)
    assert read_curves(text, columns=(1, 2))[0].survival == (0.9, 0.8)
    with pytest.raises(DigitizedFileError, match="columns must be names or positions from 1 to 4"):
        read_curves(text, columns=("time", "median"))


def test_header_separator_and_decimal_can_be_stated() -> None:
    (curve,) = read_curves("0 1\n1 .9\n2 .8\n", header=True)
    assert curve.times == (1.0, 2.0)
    (curve,) = read_curves("0,5 0,98\n1,5 0,95\n", separator=" ", decimal=",")
    assert curve.times == (0.5, 1.5)


def test_unknown_options_are_refused() -> None:
    with pytest.raises(TypeError, match="unexpected keyword"):
        read_curves("0 1\n1 .9\n", delimiter=",")  # type: ignore[call-arg]


def test_the_protocol_can_be_stated() -> None:
    (curve,) = read_curves("0 1\n1 .9\n", taken="exact", precision=0.001)
    assert (curve.taken, curve.precision) == ("exact", 0.001)
    assert "points taken as exact, as stated" in curve.remarks


def test_a_path_may_be_a_text(tmp_path: Path) -> None:
    path = tmp_path / "drug.csv"
    path.write_text("0,1\n1,.9\n", "utf-8")
    assert read_curves(str(path)) == read_curves(path)
    assert read_curves(path)[0].name == "drug"
    assert read_curves(path, name="arm A")[0].name == "arm A"


# ---------------------------------------------------------------- numbers at risk


def test_inexact_numbers_become_intervals() -> None:
    (table,) = read_risk_tables("time,n\n0,100\n6,~60\n12,<5\n")
    assert table.counts == (100, 60, 4)
    assert (table.lower, table.upper) == ((100, 55, 0), (100, 65, 4))
    assert table.exact == (True, False, False)
    assert "~60 read as 55 to 65" in table.remarks


def test_rounding_is_suspected_and_can_be_stated() -> None:
    text = "0 103\n6 85\n12 60\n18 40\n24 10\n"
    (table,) = read_risk_tables(text)
    assert all(table.exact)
    assert "state rounded_to=5" in said(table)
    (table,) = read_risk_tables(text, rounded_to=5)
    assert (table.lower, table.upper) == ((103, 83, 58, 38, 8), (103, 87, 62, 42, 12))


def test_thousands() -> None:
    (table,) = read_risk_tables("t;n\n0;1,234\n6;987\n")
    assert table.counts == (1234, 987)


def test_times_out_of_order_and_twice() -> None:
    (table,) = read_risk_tables("6 80\n0 100\n6 80\n")
    assert (table.times, table.counts) == ((0.0, 6.0), (100, 80))
    assert "time 6 stands twice with the same number: read once" in table.remarks


def test_rising_numbers_are_kept_and_said() -> None:
    """Ports of Guyot's method lower them without a word."""
    (table,) = read_risk_tables("0 100\n6 80\n12 85\n")
    assert table.counts == (100, 80, 85)
    assert "numbers rise at 12; kept" in table.remarks


def test_titles_inside_a_table_are_left_out() -> None:
    text = "Months\t0\t3\t6\nNumber at risk\t\t\t\nDrug\t100\t90\t80\nPlacebo\t99\t80\t70\n"
    drug, placebo = read_risk_tables(text)
    assert (drug.name, drug.counts, placebo.counts) == ("Drug", (100, 90, 80), (99, 80, 70))
    assert "line 2 left out: 'Number at risk'" in drug.remarks


def test_numbers_without_times_need_an_interval() -> None:
    with pytest.raises(DigitizedFileError, match="need an interval or times"):
        read_risk_tables("80 32 12 7 4 1")
    with pytest.raises(DigitizedFileError, match="times must be as many as the numbers"):
        read_risk_tables("80 32 12 7 4 1", times=[0, 6])
