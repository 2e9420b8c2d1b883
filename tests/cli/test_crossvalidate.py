"""The command ``survkit crossvalidate``: each figure beside what the others say of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.running import TRIAL, run

if TYPE_CHECKING:
    from pathlib import Path

ASKED = ("crossvalidate", "radiant-3", "--analysis", "pfs-investigator")


def test_each_figure_has_a_row_the_most_surprising_first() -> None:
    result = run(*ASKED)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "RADIANT-3, pfs-investigator"
    head = next(line for line in lines if line.startswith("figure"))
    assert head.split() == ["figure", "printed", "expected", "from", "to", "probability"]
    rows = lines[lines.index(head) + 1 :]
    last = [float(row.split()[-1]) for row in rows[: rows.index("")]]
    assert last == sorted(last)
    assert len(last) > 10


def test_json_has_the_same() -> None:
    document = json.loads(run(*ASKED, "--json").stdout)
    assert document["format"] == "survkit-crossvalidation/1"
    (analysis,) = document["analyses"]
    assert analysis["analysis"] == "pfs-investigator"
    first = analysis["predictions"][0]
    assert first["lower"] <= first["middle"] <= first["upper"]
    assert 0.0 <= first["probability"] <= 1.0


def test_a_file_of_a_users_own(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    result = run("crossvalidate", str(path))
    assert result.exit_code == 0
    assert "under the learned prior" in " ".join(result.stdout.split())


def test_what_is_no_trial_is_said(tmp_path: Path) -> None:
    result = run("crossvalidate", str(tmp_path / "none.toml"))
    assert result.exit_code == 2
    assert "none.toml" in result.stderr


def test_what_each_figure_buys() -> None:
    said = run(*ASKED, "--worth").stdout
    assert "bands without" in said
    assert "if it were found" in said
    assert said.index("printed\n") < said.index("if it were found")


def test_whole_data_sets_predict_as_well(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(TRIAL, "utf-8")
    result = run("crossvalidate", str(path), "--members", "3", "--workers", "1")
    assert result.exit_code == 0
    assert "by 3 whole data sets for each" in " ".join(result.stdout.split())
    assert run("crossvalidate", str(path), "--members", "1").exit_code == 2
