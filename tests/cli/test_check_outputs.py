"""The files of ``survkit check``, its JSON against its schema, and the schema of trial files."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from survkit.results import CheckedTrial, check_json
from survkit.trial.schema import schema_text
from tests.cli.example import make_example
from tests.cli.running import TRIAL, run

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def validate(document: object) -> None:
    schema = json.loads((SCHEMAS / "check-3.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(document)


@pytest.mark.parametrize("missed", [True, False])
def test_the_document_obeys_its_schema(*, missed: bool) -> None:
    document = json.loads(check_json([CheckedTrial(reproduction=make_example(missed=missed))]))
    validate(document)
    assert document["reproduced"] is not missed


def test_a_document_with_findings_and_a_conflict_obeys_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    text = TRIAL.replace("events = 20", "events = 35").replace("median = 9.1\n", "")
    path.write_text(text.replace("hazard_ratio = 0.60", ""), "utf-8")
    document = json.loads(run("check", path, "--json").stdout)
    validate(document)
    (analysis,) = document["trials"][0]["analyses"]
    assert analysis["findings"]
    assert analysis["conflict"]


@pytest.mark.slow
def test_without_a_search_for_conflicts_the_verdicts_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(TRIAL.replace("events = 20", "events = 35"), "utf-8")
    plain, sooner = run("check", path, "--json"), run("check", path, "--json", "--no-conflict")
    assert sooner.exit_code == plain.exit_code == 1
    (found,), (left_out,) = (
        json.loads(each.stdout)["trials"][0]["analyses"] for each in (plain, sooner)
    )
    assert found["conflict"] or found["slips"]
    assert (left_out["conflict"], left_out["slips"]) == (None, [])
    assert left_out["figures"] == found["figures"]


def test_the_schema_refuses_another_key() -> None:
    document = json.loads(check_json([CheckedTrial(reproduction=make_example(missed=True))]))
    document["trials"][0]["analyses"][0]["figures"][0]["extra"] = 1
    with pytest.raises(jsonschema.ValidationError):
        validate(document)


def test_junit_and_markdown_beside_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    junit, markdown = tmp_path / "j.xml", tmp_path / "m.md"
    result = run("check", path, "--junit", junit, "--markdown", markdown)
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(list(ET.parse(junit).iter("testcase"))) == 8
    assert markdown.read_text("utf-8").startswith("## survkit: 1 reproduced\n")


@pytest.mark.parametrize("option", ["--junit", "--markdown", "--lock"])
def test_a_place_that_is_none_is_refused_before_any_work(option: str, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    result = run("check", path, option, tmp_path / "nowhere" / "file")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the place of the output must be an existing folder" in result.stderr


def test_no_output_is_written_over_another(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    both = tmp_path / "out"
    result = run("check", path, "--junit", both, "--markdown", tmp_path / "." / "out")
    assert (result.exit_code, result.stdout, both.exists()) == (2, "", False)
    assert "each output must have a file of its own" in result.stderr


def test_remarks_only_where_github_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    tolerance = 'role = "check", tolerance = { absolute = 0.1, reason = "made up" }'
    text = TRIAL.replace('role = "check"', tolerance).replace("percent = 25", "percent = 99")
    path.write_text(text, "utf-8")
    there = run("check", path, env={"GITHUB_ACTIONS": "true"})
    assert there.stderr.startswith(f"::error file={path},line=10,title=wrong.toml%3A%3Aos%3A%3A")
    assert run("check", path, env={"GITHUB_ACTIONS": None}).stderr == ""


def test_the_schema_of_trial_files(tmp_path: Path) -> None:
    assert run("schema").stdout == schema_text()
    assert run("schema", "-o", tmp_path / "schema.json").exit_code == 0
    assert (tmp_path / "schema.json").read_text("utf-8") == schema_text()
