"""Bad input: one sentence per fault on standard error, exit code 2, nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.running import BAD_SPECS, TRIAL, run

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


ANALYSIS = ("--analysis", "pfs-investigator")


def faults(result: Result) -> list[str]:
    """Return the sentences of a refusal, having made sure that it is one."""
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()


@pytest.mark.parametrize("command", ["show", "reconstruct", "check"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("at-risk-above-n", "analysis[0].arm[0].at_risk[0].n: n must be at most the n of the arm"),
        ("median-zero", "analysis[0].arm[1].median: median must be a positive number"),
        ("median-interval-reversed", "ci must be the lower limit, then the upper limit"),
        ("not-toml", "the file must be TOML"),
        ("not-utf8", "the file must be UTF-8 text"),
    ],
)
def test_a_faulty_file_is_one_sentence(command: str, name: str, words: str) -> None:
    path = BAD_SPECS / f"{name}.toml"
    (fault,) = faults(run(command, path))
    assert fault.startswith(f"{path}: ")
    assert words in fault


def test_all_faults_of_a_file_come_at_once() -> None:
    found = faults(run("check", BAD_SPECS / "several-faults.toml"))
    assert len(found) == 6
    assert all("several-faults.toml: analysis[0]." in fault for fault in found)


def test_all_faults_of_a_command_line_come_at_once_and_nothing_is_reconstructed(
    tmp_path: Path,
) -> None:
    (tmp_path / "small.toml").write_text(TRIAL, "utf-8")
    (tmp_path / "empty").mkdir()
    plots = tmp_path / "plots"
    found = faults(
        run(
            "check",
            tmp_path / "small.toml",
            "radiant33",
            tmp_path / "empty",
            BAD_SPECS / "median-zero.toml",
            "--plots",
            plots,
        )
    )
    assert ["radiant-3" in found[0], "got none" in found[1], "median" in found[2]] == [True] * 3
    assert len(found) == 3
    assert not plots.exists()


@pytest.mark.parametrize("command", ["show", "reconstruct", "check"])
def test_an_unknown_trial_gets_the_nearest_name(command: str) -> None:
    (fault,) = faults(run(command, "radiant33"))
    assert "did you mean radiant-3" in fault


def test_a_missing_file(tmp_path: Path) -> None:
    (fault,) = faults(run("check", tmp_path / "none.toml"))
    assert "got no such file" in fault


def test_an_empty_folder(tmp_path: Path) -> None:
    (fault,) = faults(run("check", tmp_path))
    assert fault == f"{tmp_path}: the folder must contain a trial file (*.toml), got none"


def test_a_name_that_no_system_takes() -> None:
    (fault,) = faults(run("check", "x" * 5000))
    assert fault.startswith("xxx")


@pytest.mark.parametrize("command", ["reconstruct", "plot"])
def test_an_unknown_analysis_gets_the_nearest_name(command: str, tmp_path: Path) -> None:
    output = tmp_path / "out.svg"
    arguments = (command, "record-1", "--analysis", "pfs-centrl", "-o", output)
    (fault,) = faults(run(*arguments))
    assert "has no analysis 'pfs-centrl'; did you mean 'pfs-central'?" in fault
    assert not output.exists()


def test_several_analyses_need_a_name(tmp_path: Path) -> None:
    (fault,) = faults(run("reconstruct", "ef-14", "-o", tmp_path / "out.csv"))
    assert fault == (
        "ef-14: one of its analyses must be named with --analysis: "
        "os, pfs, os-age-65 or os-usage-above-90"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("command", "name"), [("reconstruct", "out.csv"), ("plot", "out.png")])
def test_an_output_that_cannot_be_written(command: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("missing", "file"):
        (fault,) = faults(run(command, "radiant-3", *ANALYSIS, "-o", tmp_path / folder / name))
        assert "the place of the output must be an existing folder" in fault
    (tmp_path / name).mkdir()
    (fault,) = faults(run(command, "radiant-3", *ANALYSIS, "-o", tmp_path / name))
    assert "the output must be a file, got a folder" in fault
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["file", name])


def test_a_folder_for_plots_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("file", "file/below"):
        (fault,) = faults(run("check", "radiant-3", "--plots", tmp_path / folder))
        assert fault.startswith(f"{tmp_path / folder}: the output must ")


@pytest.mark.parametrize("option", ["--plots", "--lock"])
def test_plots_and_records_that_would_overwrite_each_other(tmp_path: Path, option: str) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(TRIAL, "utf-8")
    (fault,) = faults(run("check", tmp_path, option, tmp_path / "new"))
    assert "b.toml: id must differ from that in" in fault
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("name", "got"), [("out.gif", ".gif"), ("out", "none")])
def test_an_unknown_format_of_a_plot(tmp_path: Path, name: str, got: str) -> None:
    (fault,) = faults(run("plot", "radiant-3", "-o", tmp_path / name))
    assert fault.endswith(f"the ending of a plot must be .png, .svg or .pdf, got {got}")


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("check", "--nonsense"), ("show",), ("plot", "radiant-3")]
)
def test_usage_errors(arguments: tuple[str, ...]) -> None:
    assert faults(run(*arguments))[0].startswith("Usage: survkit ")


def test_an_analysis_is_one_of_one_trial() -> None:
    (fault,) = faults(run("check", "record-1", "radiant-2", "--analysis", "os"))
    assert fault == "--analysis must come with one trial, got 2"
    (fault,) = faults(run("check", "record-1", "--analysis", "pfs-centrl"))
    assert "did you mean 'pfs-central'?" in fault


@pytest.mark.parametrize("members", ["1", "999999999999"])
def test_an_ensemble_has_a_size(members: str, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(TRIAL, "utf-8")
    out = tmp_path / "out"
    asked = ("--members", members)
    assert run("envelope", tmp_path / "small.toml", "-o", out, *asked).exit_code == 2
    assert run("crossvalidate", tmp_path / "small.toml", *asked).exit_code == 2
    assert not out.exists()
