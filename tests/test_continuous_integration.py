"""In somebody else's repository: a wrong figure fails everything that runs there, by one name."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.scratch import PYTEST, RIGHT, WRONG, fill_repository, run_in, survkit_on_path

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "tools" / "check_trials.sh"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
PAGE = (ROOT / "docs" / "continuous-integration.md").read_text("utf-8")
NAME = "study.toml::os::hazard_ratio"

POSIX = pytest.mark.skipif(
    os.name != "posix" or shutil.which("bash") is None, reason="needs a POSIX shell"
)


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    return run_in(folder, *PYTEST, "--survkit", "-q")


def run_check(folder: Path) -> subprocess.CompletedProcess[str]:
    return run_in(folder, sys.executable, "-m", "survkit.cli", "check", "trials")


def run_action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's script as the action does, with files in place of GitHub's."""
    bin_folder = folder / "bin"
    shutil.rmtree(bin_folder, ignore_errors=True)
    env = {
        "PATH": survkit_on_path(bin_folder),
        "SURVKIT_FILES": "trials\n",
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(folder / "step.md"),
        "GITHUB_OUTPUT": str(folder / "output.txt"),
        **inputs,
    }
    return run_in(folder, "bash", SCRIPT, env=env)


@pytest.mark.slow
@POSIX
def test_a_wrong_hazard_ratio_fails_and_the_right_one_passes(tmp_path: Path) -> None:
    fill_repository(tmp_path, study=WRONG)
    runs = [run(tmp_path) for run in (run_pytest, run_check, run_action)]
    assert [done.returncode for done in runs] == [1, 1, 1]
    for done in runs:
        assert NAME in done.stdout + done.stderr
        assert "printed 0.96, refitted 0.63" in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
    assert f"`{NAME}`" in (tmp_path / "step.md").read_text("utf-8")
    junit = ET.parse(tmp_path / "survkit-results" / "junit.xml")
    (failed,) = (case for case in junit.iter("testcase") if case.find("failure") is not None)
    assert (failed.get("classname"), failed.get("name")) == ("study.toml.os", "hazard_ratio")
    assert "reproduced=false\n" in (tmp_path / "output.txt").read_text("utf-8")

    fill_repository(tmp_path, study=RIGHT)
    for run in (run_pytest, run_check, run_action):
        done = run(tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "output.txt").read_text("utf-8").endswith("reproduced=true\n")


@pytest.mark.slow
@POSIX
def test_the_action_points_at_the_line_of_the_analysis(tmp_path: Path) -> None:
    fill_repository(tmp_path, study=WRONG)
    done = run_action(tmp_path)
    (remark,) = re.findall(r"^::error (.*?)::(.*)$", done.stderr, re.MULTILINE)
    line = WRONG.splitlines().index('id = "os"') + 1
    assert remark[0] == f"file=trials/study.toml,line={line},title={NAME.replace(':', '%3A')}"
    assert remark[1].startswith("printed 0.96, refitted 0.63%0A")


@pytest.mark.slow
@POSIX
def test_the_action_holds_figures_against_a_lock(tmp_path: Path) -> None:
    fill_repository(tmp_path, study=RIGHT)
    assert run_action(tmp_path, SURVKIT_LOCK="figures.json").returncode == 0
    assert run_action(tmp_path, SURVKIT_LOCK="figures.json").returncode == 0
    fill_repository(tmp_path, study=RIGHT.replace("median = 9.1", "median = 9.2"))
    done = run_action(tmp_path, SURVKIT_LOCK="figures.json")
    assert done.returncode == 1
    moved = "study.toml::os::active.median"
    line = RIGHT.splitlines().index('id = "os"') + 1
    place = f"file=trials/study.toml,line={line}"
    assert f"::error {place},title=a locked figure moved::{moved} moved" in done.stderr
    sentence = rf"^{moved} moved from 9\.\d+ to 9\.\d+ \(printed 9\.2, reproduced\)$"
    assert re.search(sentence, done.stderr, re.MULTILINE)
    assert moved in (tmp_path / "survkit-results" / "summary.md").read_text("utf-8")


@POSIX
def test_the_action_without_files(tmp_path: Path) -> None:
    done = run_action(tmp_path, SURVKIT_FILES=" \n")
    assert done.returncode == 2
    assert done.stderr == "files must name at least one trial file or folder, got none\n"


def test_the_action_hands_every_input_to_the_script() -> None:
    steps: list[dict[str, Any]] = ACTION["runs"]["steps"]
    text = SCRIPT.read_text("utf-8")
    used = set(re.findall(r"inputs\.([a-z-]+)", str(steps)))
    assert used == set(ACTION["inputs"])
    (check,) = (step for step in steps if step.get("id") == "check")
    for name in set(check["env"]) - {"SURVKIT_ACTION"}:
        assert name in text
    for name in ACTION["outputs"]:
        assert f'"{name}=' in text
    assert str(SCRIPT.relative_to(ROOT)) in check["run"]


@pytest.mark.slow
@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_on_trial_files_and_on_nothing_else(
    hook: dict[str, Any], tmp_path: Path
) -> None:
    wanted = re.compile(hook["files"])
    assert wanted.search("trials/study.toml")
    assert wanted.search("a/reconstructions/record-1.toml")
    assert not wanted.search("pyproject.toml")
    program, *arguments = hook["entry"].split()
    assert program == "survkit"
    fill_repository(tmp_path, study=RIGHT, other=RIGHT)
    files = ("trials/study.toml", "trials/other.toml")
    done = run_in(tmp_path, sys.executable, "-m", "survkit.cli", *arguments, *files)
    assert done.returncode == 0, done.stderr
    (tmp_path / "trials" / "study.toml").write_text("spec_version = 1\n", "utf-8")
    done = run_in(tmp_path, sys.executable, "-m", "survkit.cli", *arguments, *files)
    assert done.returncode == 2


def test_the_workflows_of_the_page_are_well_formed_and_name_real_inputs() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        document = yaml.safe_load(block)
        if "jobs" in document:
            steps = [step for job in document["jobs"].values() for step in job["steps"]]
            (ours,) = (step for step in steps if "survkit/survkit" in step.get("uses", ""))
            assert set(ours["with"]) <= set(ACTION["inputs"])
        else:
            (repository,) = document["repos"]
            known = {hook["id"] for hook in HOOKS}
            assert {hook["id"] for hook in repository["hooks"]} <= known


def test_the_configuration_of_the_page_is_well_formed() -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert tomllib.loads(block)["tool"]["pytest"]["survkit"] is True
