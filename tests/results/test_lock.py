"""The lock: what it holds, and what a later run says that differs from it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from survkit.errors import SurvkitError
from survkit.results import find_drifts, lock_text, read_lock
from tests.cli.example import make_example
from tests.cli.running import TRIAL, run

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "lock-1.json"
RUN = make_example(missed=False)


def lock_of(reproduction: Reproduction) -> dict[str, Any]:
    return json.loads(lock_text([reproduction]))


def moved(quantity: str, factor: float) -> Reproduction:
    """The run again, with one figure multiplied."""
    (result,) = RUN.analyses
    comparisons = tuple(
        replace(each, estimate=each.estimate * factor) if each.figure.key.name == quantity else each
        for each in result.comparisons
    )
    return replace(RUN, analyses=(replace(result, comparisons=comparisons),))


def test_a_lock_obeys_its_schema_and_holds_every_figure() -> None:
    document = lock_of(RUN)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(document)
    figures = document["trials"]["example-1"]["pfs-local"]["figures"]
    assert figures["hazard_ratio"] == 0.366
    assert figures["active.median"] == "not reached"
    assert figures["p_value"] is None


def test_the_same_run_has_not_moved_nor_have_the_last_bits() -> None:
    assert find_drifts(lock_of(RUN), [RUN]) == ()
    assert find_drifts(lock_of(RUN), [moved("hazard_ratio", 1.0 + 1e-10)]) == ()


def test_a_figure_that_moved_is_named_with_both_values() -> None:
    (drift,) = find_drifts(lock_of(RUN), [moved("hazard_ratio", 1.001)])
    assert (drift.file, drift.analysis) == (RUN.trial.origin, "pfs-local")
    assert drift.sentence == (
        "example.toml::pfs-local::hazard_ratio moved from 0.366 to 0.366366 "
        "(printed 0.35, within tolerance)"
    )


@pytest.mark.parametrize(
    ("factor", "became"), [(math.inf, "not reached"), (math.nan, "no estimate")]
)
def test_a_figure_may_move_to_a_word(factor: float, became: str) -> None:
    (drift,) = find_drifts(lock_of(RUN), [moved("hazard_ratio", factor)])
    assert f"moved from 0.366 to {became} (" in drift.sentence


def test_packages_that_changed_are_named_where_something_moved() -> None:
    lock = lock_of(RUN)
    lock["versions"]["lifelines"] = "0.1"
    assert find_drifts(lock, [RUN]) == ()
    *_, last = find_drifts(lock, [moved("hazard_ratio", 2.0)])
    assert last.file == ""
    assert last.sentence.startswith("packages that changed since: lifelines 0.1 to ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda entry: entry.update(ipd_sha256="2" * 64), "digest of the patients moved from 2222"),
        (lambda entry: entry.update(spec_sha256="2" * 64), "input figures are not those"),
        (lambda entry: entry["figures"].pop("hazard_ratio"), "hazard_ratio is not in the lock"),
        (lambda entry: entry["figures"].update(x=1.0), "x is in the lock, and not in the file"),
    ],
)
def test_other_differences(change: Any, sentence: str) -> None:
    lock = lock_of(RUN)
    change(lock["trials"]["example-1"]["pfs-local"])
    (drift,) = find_drifts(lock, [RUN])
    assert sentence in drift.sentence


def test_an_analysis_that_is_not_locked_is_a_difference_and_others_are_kept() -> None:
    lock = lock_of(RUN)
    lock["trials"]["example-1"] = {"other": lock["trials"]["example-1"]["pfs-local"]}
    (drift,) = find_drifts(lock, [RUN])
    assert drift.sentence == "example.toml::pfs-local is not in the lock"
    assert set(json.loads(lock_text([RUN], lock))["trials"]["example-1"]) == {"other", "pfs-local"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "the lock must be JSON, got: "),
        ("[]", "format must be 'survkit-lock/1', got None"),
        ('{"format": "survkit-lock/9", "trials": {}}', "got 'survkit-lock/9'"),
    ],
)
def test_a_file_that_is_no_lock(content: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    path.write_text(content, "utf-8")
    with pytest.raises(SurvkitError) as error:
        read_lock(path)
    assert str(error.value).startswith(f"{path}: ")
    assert sentence in str(error.value)


def test_the_command_writes_compares_and_updates(tmp_path: Path) -> None:
    trial, lock = tmp_path / "small.toml", tmp_path / "lock.json"
    trial.write_text(TRIAL, "utf-8")
    first = run("check", trial, "--lock", lock)
    assert (first.exit_code, first.stderr) == (0, f"{lock} is written\n")
    content = lock.read_bytes()
    again = run("check", trial, "--lock", lock)
    assert (again.exit_code, again.stderr) == (0, "")
    document = json.loads(content)
    document["trials"]["small"]["os"]["figures"]["hazard_ratio"] = 0.61
    lock.write_text(json.dumps(document), "utf-8")
    drifted = run("check", trial, "--lock", lock, "--json")
    assert drifted.exit_code == 1
    assert drifted.stderr.startswith("small.toml::os::hazard_ratio moved from 0.61 to 0.600")
    assert json.loads(drifted.stdout)["reproduced"] is True
    assert run("check", trial, "--lock", lock, "--update-lock").exit_code == 0
    assert lock.read_bytes() == content


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--update-lock",), "--update-lock must come with --lock FILE, got no file"),
        (
            ("--lock", "lock.json", "--analysis", "os"),
            "--lock must come with whole trials, got --analysis",
        ),
    ],
)
def test_options_that_do_not_go_together(
    options: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(TRIAL, "utf-8")
    result = run("check", "small.toml", *options)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")
