"""Reading trial files: digits kept, every fault found, one sentence each."""

from __future__ import annotations

import hashlib
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.errors import SurvkitError, TrialFileError
from survkit.trial import Trial, read_trial, trial_from_document

BAD = Path(__file__).parents[1] / "specs" / "bad"

SMALL = """
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


def written(folder: Path, text: str) -> Path:
    """A trial file with this text."""
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return path


def expected(path: Path) -> tuple[str, ...]:
    """The sentences that stand in the comments at the top of a bad file."""
    lines = path.read_bytes().splitlines()
    comments = [line for line in lines if line.startswith(b"# ")]
    return tuple(f"{path.name}: {line[2:].decode()}" for line in comments)


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
def test_each_fault_is_one_sentence_with_its_key(path: Path) -> None:
    with pytest.raises(TrialFileError) as caught:
        read_trial(path, origin=path.name)
    assert caught.value.faults == expected(path)
    assert str(caught.value).splitlines() == list(expected(path))


def test_the_bad_files_have_one_fault_each_but_one() -> None:
    counts = {path.stem: len(expected(path)) for path in BAD.glob("*.toml")}
    assert counts.pop("several-faults") == 6
    assert set(counts.values()) == {1}


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gone.toml"
    with pytest.raises(TrialFileError) as caught:
        read_trial(path)
    assert caught.value.faults == (f"{path}: the trial must be a TOML file, got no such file",)


def test_a_folder_is_no_trial_file(tmp_path: Path) -> None:
    with pytest.raises(TrialFileError, match="must be a TOML file, got a folder"):
        read_trial(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "n = 1e99999999999999999999", "n = " + "[" * 100_000, "n = " + "1" * 5000],
    ids=["empty", "exponent", "nesting", "digits"],
)
def test_hostile_files_end_in_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(TrialFileError, match=r"small\.toml: "):
        read_trial(written(tmp_path, text))


def test_an_empty_file_names_everything_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(TrialFileError) as caught:
        read_trial(written(tmp_path, ""))
    keys = [fault.rsplit(": ", 1)[1].split()[0] for fault in caught.value.faults]
    assert keys == ["spec_version", "id", "name", "sources", "analysis"]


def test_the_reader_keeps_origin_and_digest(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    trial = read_trial(path)
    assert trial.origin == str(path)
    assert trial.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_origin_and_digest_are_no_keys_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(TrialFileError, match="digest is not a known key"):
        read_trial(written(tmp_path, 'digest = "0"\n' + SMALL))


def test_windows_files_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert read_trial(path).analyses[0].arm("drug").n.printed.value == 50


def test_a_document_in_memory_is_held_to_the_same_rules() -> None:
    document = {
        "spec_version": 1,
        "id": "small",
        "name": "SMALL",
        "sources": {"paper": {"citation": "A paper"}},
        "analysis": [
            {
                "id": "os",
                "endpoint": "OS",
                "time_unit": "month",
                "source": "paper",
                "arm": [{"id": "drug", "n": 50, "median": 8.1}],
            }
        ],
    }
    with pytest.raises(TrialFileError, match="a float has lost its printed digits"):
        trial_from_document(document)
    document["analysis"][0]["arm"][0]["median"] = Decimal("8.10")  # type: ignore[index]
    trial = trial_from_document(document)
    assert str(trial.analyses[0].arm("drug").median.printed) == "8.10"  # type: ignore[union-attr]
    assert (trial.origin, trial.digest) == ("trial", "")


def parsed(toml: str) -> Trial:
    """A trial from the text of a file."""
    return trial_from_document(tomllib.loads(toml, parse_float=Decimal))


@given(st.integers(1, 10**8), st.integers(0, 6))
def test_the_digits_of_a_number_survive(number: int, places: int) -> None:
    text = f"{Decimal(number).scaleb(-places):f}"
    document = {"median": text}
    toml = SMALL + f"median = {{ value = {text}, ci = [{text}, {text}] }}\n"
    trial = parsed(toml)
    printed = [str(figure.printed) for figure in trial.analyses[0].figures[1:]]
    assert printed == [document["median"]] * 3


def test_every_error_is_one_of_ours() -> None:
    assert issubclass(TrialFileError, SurvkitError)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(SMALL.replace("SMALL", "SMALL é").encode(encoding))
    with pytest.raises(TrialFileError, match="must be UTF-8 text, got UTF-16"):
        read_trial(path)


@pytest.mark.parametrize(("line_end", "mark"), [("\r\n", ""), ("\n", "\ufeff")])
def test_line_ends_and_marks_of_other_systems_are_read(
    tmp_path: Path, line_end: str, mark: str
) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes((mark + SMALL.replace("\n", line_end)).encode())
    assert read_trial(path).id == "small"


@pytest.mark.parametrize("number", ["1,024", "1,024,000"])
def test_a_number_with_commas_is_shown_without(tmp_path: Path, number: str) -> None:
    plain = number.replace(",", "")
    with pytest.raises(TrialFileError, match=rf"got: {number} \(.* without commas: {plain}\)"):
        read_trial(written(tmp_path, SMALL.replace("n = 50", f"n = {number}")))
