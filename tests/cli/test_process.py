"""The command as a process of its own: exit codes, Ctrl-C, pipes, imports, the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import BAD_SPECS, TRIAL

if TYPE_CHECKING:
    from tests.cli.conftest import Start

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and pipes are others there")

RECONSTRUCT = ("reconstruct", "radiant-3", "--analysis", "pfs-investigator")

HEAVY = {"joblib", "lifelines", "matplotlib", "numpy", "pandas", "scipy"}

BROKEN = """\
import survkit.cli.application as a
a.application = lambda **_: 1 / 0
"""

STOP_IN_AN_IMPORT = """\
import os, sys, time
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "lifelines.utils":
            os.write(1, b"ready")
            time.sleep(600)
sys.meta_path.insert(0, Finder)
"""

STOP_BEFORE_RENAMING = """\
import os, pathlib, time
def wait(temporary, target):
    os.write(1, b"ready")
    time.sleep(600)
pathlib.Path.replace = wait
"""
"""Stops where the new file is complete and does not bear its name yet."""


WAIT_FOR_A_WORD = """\
sys.stdin.readline()
"""

WAIT_BEFORE_THE_SUMMARY = """\
import survkit.cli.text.closing as closing
usual = closing.summary_text
def wait(*arguments):
    sys.stdin.readline()
    return usual(*arguments)
closing.summary_text = wait
"""


def leave(process: subprocess.Popen[bytes]) -> None:
    """Close the reader's side, and only then let the process go on."""
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.close()
    process.stdin.write(b"go on\n")
    process.stdin.flush()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 0),
        (("show", "radiant-3"), 0),
        (("show", "radiant33"), 2),
        (("check", BAD_SPECS / "median-zero.toml"), 2),
        (("check", "--nonsense"), 2),
    ],
)
def test_exit_codes(start: Start, arguments: tuple[str, ...], code: int) -> None:
    process = start(*arguments)
    _, errors = process.communicate()
    assert process.returncode == code
    assert bool(errors) == (code != 0)
    assert b"Traceback" not in errors


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "survkit.cli", "--version"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.startswith(b"survkit ")


@pytest.mark.slow
def test_a_missed_figure_is_one_and_a_fault_of_survkit_is_not(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "missed.toml"
    tolerance = 'role = "check", tolerance = { absolute = 0.1, reason = "made up" }'
    text = TRIAL.replace('role = "check"', tolerance).replace("percent = 25", "percent = 99")
    path.write_text(text, "utf-8")
    process = start("check", path)
    output, errors = process.communicate()
    assert (process.returncode, errors) == (1, b"")
    assert b"1 of 1 analysis missed" in output
    process = start("list", before=BROKEN)
    _, errors = process.communicate()
    assert process.returncode == 70
    assert b"ZeroDivisionError" in errors


@pytest.mark.slow
@POSIX
def test_ctrl_c_while_modules_are_loaded(start: Start, small: Path, tmp_path: Path) -> None:
    plots = tmp_path / "plots"
    process = start("check", small, "--plots", plots, before=STOP_IN_AN_IMPORT)
    assert process.stdout is not None
    assert process.stdout.read(5) == b"ready"
    process.send_signal(signal.SIGINT)
    assert process.communicate() == (b"", b"survkit: interrupted\n")
    assert process.returncode == 130
    assert list(plots.iterdir()) == []


@POSIX
def test_ctrl_c_while_a_file_is_written(start: Start, small: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("old\n", "utf-8")
    process = start("reconstruct", small, "-o", output, before=STOP_BEFORE_RENAMING)
    assert process.stdout is not None
    assert process.stdout.read(5) == b"ready"
    assert len(list(tmp_path.iterdir())) == 3
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == b"survkit: interrupted\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "small.toml"]
    assert output.read_text("utf-8") == "old\n"


@pytest.mark.slow
@POSIX
def test_ctrl_c_at_a_terminal_while_several_processes_work(start: Start, many: Path) -> None:
    """A terminal sends it to all processes; none of them may answer but the first."""
    process = start("check", many)
    assert process.stdout is not None
    assert process.stdout.readline() == b"SMALL, os\n"
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (130, b"survkit: interrupted\n")


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("arguments", [("list",), RECONSTRUCT, ("--help",)])
def test_a_closed_pipe_ends_silently(start: Start, arguments: tuple[str, ...]) -> None:
    process = start(*arguments, before=WAIT_FOR_A_WORD)
    leave(process)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.slow
@POSIX
def test_a_reader_that_leaves_early(start: Start, small: Path) -> None:
    process = start("check", small, before=WAIT_BEFORE_THE_SUMMARY)
    assert process.stdout is not None
    assert process.stdout.readline() == b"SMALL, os\n"
    leave(process)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [("list",), RECONSTRUCT, ("--version",)])
def test_a_full_disk(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [sys.executable, "-m", "survkit.cli", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert process.returncode == 2
    assert process.stderr.startswith(b"standard output: ")
    assert process.stderr.count(b"\n") == 1


def missed(folder: Path) -> tuple[str, ...]:
    """Return the arguments of a check that misses a figure."""
    file = folder / "missed.toml"
    file.write_text(TRIAL.replace("events = 20", "events = 35"), "utf-8")
    return ("check", str(file), "--no-conflict", "--lock", str(folder / "a.lock"))


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("state", ["closed", "full"] if Path("/dev/full").exists() else ["closed"])
@pytest.mark.parametrize(
    ("arguments", "code"), [(("list",), 0), (("show", "nobody"), 2), (("--nonsense",), 2), ((), 1)]
)
def test_the_exit_code_needs_no_standard_error(
    tmp_path: Path, arguments: tuple[str, ...], code: int, state: str
) -> None:
    """Whatever cannot be said there: nothing of it goes elsewhere, and the code is as ever."""
    command = [sys.executable, "-m", "survkit.cli", *(arguments or missed(tmp_path))]
    where = "2>&-" if state == "closed" else "2>/dev/full"
    process = subprocess.run(
        ["sh", "-c", f'exec "$@" {where}', "sh", *command], stdout=subprocess.PIPE, check=False
    )
    assert process.returncode == code
    assert b"Traceback" not in process.stdout
    assert bool(process.stdout) is (code < 2)
    assert not arguments or not list(tmp_path.iterdir())


def loaded_modules(*arguments: str) -> set[str]:
    """Run a command and return the top-level modules that it loaded."""
    program = (
        "import sys\n"
        "import survkit.cli\n"
        "try:\n"
        "    survkit.cli.main(sys.argv[1:])\n"
        "finally:\n"
        "    print(*sys.modules, file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", program, *arguments]
    process = subprocess.run(command, capture_output=True, check=True, text=True)
    return {name for name in process.stderr.split() if "." not in name}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_nothing_heavy_is_loaded_for_help_and_version(argument: str) -> None:
    assert not loaded_modules(argument) & {*HEAVY, "pydantic"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    ["list", "show", "reconstruct", "export", "check", "audit", "plot", "report", "schema", "new"],
)
def test_little_is_loaded_for_the_help_of_a_command(command: str) -> None:
    assert not loaded_modules(command, "--help") & HEAVY


@pytest.mark.slow
def test_no_command_loads_more_than_it_needs(small: Path) -> None:
    assert not loaded_modules("list") & HEAVY
    assert not loaded_modules("show", str(small)) & HEAVY
    assert not loaded_modules("reconstruct", str(small)) & {"lifelines", "matplotlib", "scipy"}


@pytest.mark.slow
def test_side_by_side_or_one_after_the_other_says_the_same(start: Start, many: Path) -> None:
    one_by_one = "import survkit.cli.reproducing as r; r._MANY = 1_000"
    said = [start("check", many, before=before).communicate() for before in ("", one_by_one)]
    assert said[0] == said[1]
    assert b"16 analyses reproduced" in said[0][0]


HERE = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "LANG": "C"}
ELSEWHERE = {
    "PYTHONHASHSEED": "77",
    "TZ": "Asia/Tokyo",
    "LC_ALL": "tr_TR.UTF-8",
    "LANG": "tr_TR.UTF-8",
    "OMP_NUM_THREADS": "3",
    "OPENBLAS_NUM_THREADS": "3",
    "COLUMNS": "80",
}


WRITTEN = (
    ("report", "small.toml", "-o", "out/site", "--markdown", "out/said.md"),
    ("check", "small.toml", "--plots", "out", "--lock", "out/lock", "--update-lock"),
    ("plot", "small.toml", "-o", "out/plot.pdf"),
    (*RECONSTRUCT, "-o", "out/patients.csv"),
)
"""Commands that write files; one process runs them all, as to start one takes seconds."""


@pytest.mark.slow
def test_neither_place_nor_hour_nor_threads_change_a_byte(start: Start, tmp_path: Path) -> None:
    written = []
    for number, env in enumerate((HERE, ELSEWHERE)):
        folder = tmp_path / str(number)
        (folder / "out").mkdir(parents=True)
        (folder / "small.toml").write_text(TRIAL, "utf-8")
        first = (
            f"import os; os.chdir({str(folder)!r})\n"
            "from survkit.cli import main\n"
            f"for arguments in {WRITTEN[:-1]!r}:\n"
            "    try: main(list(arguments))\n"
            "    except SystemExit as ended: assert ended.code in (None, 0)\n"
        )
        assert start(*WRITTEN[-1], before=first, env=env).wait() == 0
        files = sorted(path for path in (folder / "out").rglob("*") if path.is_file())
        written.append({str(path.relative_to(folder)): path.read_bytes() for path in files})
    assert {"out/said.md", "out/lock", "out/plot.pdf", "out/patients.csv"} < set(written[0])
    assert written[0] == written[1]
    assert written[0]["out/patients.csv"].startswith(b"# SYNTHETIC patients")
