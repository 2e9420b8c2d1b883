"""The plugin in repositories of its own: names, choices, workers, reports, and silence."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import TRIAL
from tests.scratch import PYTEST, RIGHT, WRONG, fill_repository, run_in

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

HEAVY = {"lifelines", "matplotlib", "numpy", "pandas", "pydantic", "scipy"}

COUNTING = """\
import functools
import os

@functools.cache
def count_calls():
    import survkit.reproduction as room

    usual = room.reproduce_analysis

    def count(analysis, family=None, **options):
        with open("counted.txt", "a") as file:
            print(os.environ.get("PYTEST_XDIST_WORKER", "alone"), analysis.id, file=file)
        return usual(analysis, family, **options)

    room.reproduce_analysis = count

def pytest_runtest_setup():
    count_calls()
"""


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_in(folder, *PYTEST, *arguments)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a right and a wrong trial, a test, and a TOML file that is no trial."""
    fill_repository(tmp_path, right=RIGHT, wrong=WRONG)
    (tmp_path / "test_other.py").write_text("def test_other():\n    pass\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest]\n", "utf-8")
    return tmp_path


def test_it_is_off_unless_asked_for(repository: Path) -> None:
    done = run_pytest(repository, "--collect-only", "-q")
    assert "test_other.py::test_other" in done.stdout
    assert ".toml" not in done.stdout
    assert "survkit: " not in run_pytest(repository, "--collect-only").stdout


def test_it_loads_nothing_until_it_is_asked_for(repository: Path) -> None:
    program = (
        "import sys, pytest\n"
        "code = pytest.main(['-q', '-p', 'no:hypothesispytest', 'test_other.py'])\n"
        "assert 'survkit.pytest_plugin' in sys.modules\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print('LOADED', *loaded, *(n for n in sys.modules if n.startswith('survkit')))\n"
        "sys.exit(code)\n"
    )
    done = run_in(repository, sys.executable, "-c", program)
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = re.findall(r"^LOADED (.*)$", done.stdout, re.MULTILINE)
    assert not set(line.split()) & HEAVY
    assert {name for name in line.split() if name.startswith("survkit")} == {
        "survkit",
        "survkit.pytest_plugin",
    }


def test_every_figure_is_an_item(repository: Path) -> None:
    done = run_pytest(repository, "--survkit", "--collect-only", "-q", "trials/right.toml")
    assert [line for line in done.stdout.splitlines() if "::" in line] == [
        f"trials/right.toml::os::{name}"
        for name in (
            *("control.n", "control.events", "control.median", "control.survival[12]"),
            *("active.n", "active.events", "active.median", "hazard_ratio"),
        )
    ]


@pytest.mark.slow
def test_a_missed_figure_says_what_was_printed_and_not_where_python_was(repository: Path) -> None:
    done = run_pytest(repository, "--survkit", "-q", "trials/wrong.toml::os::hazard_ratio")
    assert done.returncode == 1
    shown = re.search(r"_ os::hazard_ratio _+\n(.*?)\n=+", done.stdout, re.DOTALL)
    assert shown
    first, *rest = shown[1].splitlines()
    assert first == "printed 0.96, refitted 0.63"
    assert [line.split()[0] for line in rest] == [
        *("figure", "printed", "refitted", "allowance", "source")
    ]
    assert "  allowance  0.05, stated: predicted" in rest
    assert "  source     paper: A paper that nobody wrote" in rest
    assert "FAILED trials/wrong.toml::os::hazard_ratio - printed 0.96, refitted 0.63" in done.stdout
    assert "Error" not in done.stdout


@pytest.mark.slow
def test_checks_are_information_and_words_choose(repository: Path) -> None:
    (repository / "pyproject.toml").write_text("[tool.pytest]\nsurvkit = true\n", "utf-8")
    done = run_pytest(
        repository, "-v", "-k", "survival or hazard_ratio or other", "--junit-xml=j.xml"
    )
    assert done.returncode == 1
    assert "survkit: " in done.stdout
    assert "1 failed, 2 passed, 2 xfailed" in re.sub(r", \d+ deselected", "", done.stdout)
    cases = {
        (case.get("classname"), case.get("name")): [child.tag for child in case]
        for case in ET.parse(repository / "j.xml").iter("testcase")
    }
    assert cases == {
        ("test_other", "test_other"): [],
        ("trials.right.toml.os", "control.survival[12]"): ["skipped"],
        ("trials.right.toml.os", "hazard_ratio"): [],
        ("trials.wrong.toml.os", "control.survival[12]"): ["skipped"],
        ("trials.wrong.toml.os", "hazard_ratio"): ["failure"],
    }


@pytest.mark.slow
@pytest.mark.parametrize("spread", ["load", "loadscope"])
def test_workers_reconstruct_an_analysis_once_at_most(repository: Path, spread: str) -> None:
    (repository / "conftest.py").write_text(COUNTING, "utf-8")
    done = run_pytest(repository, "--survkit", "-n", "2", "--dist", spread)
    assert "1 failed" in done.stdout
    counted = (repository / "counted.txt").read_text("utf-8").split("\n")[:-1]
    most = {"load": 4, "loadscope": 2}[spread]
    assert 2 <= len(counted) <= most
    if spread == "load":
        per_worker = {line.split()[0]: counted.count(line) for line in counted}
        assert max(per_worker.values()) <= 2


@pytest.mark.slow
def test_an_analysis_is_reconstructed_once_without_workers(repository: Path) -> None:
    (repository / "conftest.py").write_text(COUNTING, "utf-8")
    run_pytest(repository, "--survkit", "-q")
    assert (repository / "counted.txt").read_text("utf-8") == "alone os\nalone os\n"


@pytest.mark.slow
def test_what_is_kept_is_not_reconstructed_again(repository: Path) -> None:
    first, again = (
        run_pytest(repository, "--survkit", "--survkit-cache", "kept", "-q") for _ in range(2)
    )
    assert first.returncode == again.returncode == 1
    assert list((repository / "kept").rglob("output.pkl"))
    assert first.stdout.splitlines()[:-1] == again.stdout.splitlines()[:-1]  # but for the time


def test_a_file_that_cannot_be_read_is_an_error_in_sentences(tmp_path: Path) -> None:
    fill_repository(tmp_path, study=TRIAL.replace("n = 30", "n = 30.5"))
    done = run_pytest(tmp_path, "--survkit", "-q")
    assert done.returncode == 2
    assert re.search(r"study.toml: analysis\[.*n.*must be a whole number", done.stdout)
    assert "Traceback" not in done.stdout
    assert ".py:" not in done.stdout


@pytest.mark.slow
def test_warnings_of_other_packages_are_no_failures(tmp_path: Path) -> None:
    fill_repository(tmp_path, study=RIGHT)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest]\nfilterwarnings = ["error"]\n', "utf-8")
    done = run_pytest(tmp_path, "--survkit", "-q")
    assert done.returncode == 0, done.stdout
