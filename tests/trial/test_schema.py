"""The JSON Schema of trial files: committed, current, and of one mind with the reader."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from survkit.trial.schema import schema_text, trial_schema

SHIPPED = Path(__file__).parents[2] / "reconstructions"
BAD = Path(__file__).parents[1] / "specs" / "bad"


def faults(path: Path) -> list[Any]:
    """What an editor would underline."""
    document = json.loads(json.dumps(tomllib.loads(path.read_text("utf-8")), default=str))
    return list(jsonschema.Draft7Validator(trial_schema()).iter_errors(document))


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = (SHIPPED / "schema.json").read_text("utf-8")
    assert json.loads(committed) == trial_schema(), (
        "run: python -m survkit.trial.schema > reconstructions/schema.json"
    )


def test_the_module_prints_the_schema() -> None:
    command = [sys.executable, "-m", "survkit.trial.schema"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == schema_text()


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(trial_schema())
    assert "null" not in schema_text()
    assert "survkit__" not in schema_text()


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_the_schema_accepts_the_trial_files(path: Path) -> None:
    assert faults(path) == []
    assert path.read_text("utf-8").startswith("#:schema ./schema.json\n")


@pytest.mark.parametrize(
    "name",
    [
        "arm-id-with-capitals",
        "arm-not-a-list",
        "difference-as-a-word",
        "key-misspelt",
        "level-as-a-fraction",
        "median-in-quotes",
        "median-interval-of-three",
        "median-zero",
        "n-missing",
        "n-zero",
        "p-value-above-one",
        "restricted-mean-at-zero",
        "restricted-mean-without-time",
        "role-unknown",
        "spec-version-unknown",
        "survival-above-100",
        "survival-interval-unknown",
        "tolerance-without-reason",
    ],
)
def test_editors_see_the_faults_that_one_key_can_have(name: str) -> None:
    assert faults(BAD / f"{name}.toml")


def test_every_key_is_described() -> None:
    for title, table in trial_schema()["$defs"].items():
        alternatives = table.get("anyOf", [table])
        for key, schema in alternatives[-1].get("properties", {}).items():
            assert schema.get("description"), f"{title}.{key}"
