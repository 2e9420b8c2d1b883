"""Words are data: what a trial file says moves no cursor, runs no code and starts no formula."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import tomllib
import xml.etree.ElementTree as ET
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from survkit.characters import UNSHOWABLE
from survkit.cli.draft import Draft, DraftArm, draft_text
from survkit.cli.terminal import Screen, plain_lines
from survkit.cli.text.findings import audited_text
from survkit.cli.text.overview import list_text, show_text
from survkit.cli.text.verdicts import trial_text as verdicts_text
from survkit.errors import TrialFileError
from survkit.export import FORMATS, export_patients
from survkit.plot import draw_analysis, draw_pages, render
from survkit.report import Site
from survkit.reproduction import Reproduction, reproduce
from survkit.results import (
    AuditedAnalysis,
    CheckedTrial,
    Drift,
    audit_json,
    check_json,
    github_annotations,
    github_remarks,
    junit_xml,
    lock_text,
    markdown_summary,
    show_json,
)
from survkit.trial import trial_from_document
from tests.cli.running import run
from tests.hostile_words import ALL_WORDS, HIDDEN, WORDS, spoken, trial_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from survkit.trial import Trial

SCREEN = Screen(60)
SCRIPTS = ("javascript:", "data:", "vbscript:")
ACTIVE = {"script", "img", "iframe", "object", "style", "base"}


def read(word: str, origin: str = "small.toml") -> Trial:
    document = tomllib.loads(trial_text(word), parse_float=Decimal)
    return trial_from_document(document, origin=origin)


@pytest.fixture(scope="module")
def innocent() -> Reproduction:
    return reproduce(read("innocent"))


@pytest.fixture(scope="module", params=WORDS)
def result(request: pytest.FixtureRequest, innocent: Reproduction) -> Reproduction:
    return spoken(innocent, read(request.param))


def leaves(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a document where a text stands."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))
        elif isinstance(value, str):
            yield (*path, key)


PLACES = list(leaves(tomllib.loads(trial_text("word"))))


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_a_hidden_character_is_refused_with_its_key_and_its_position(hidden: str) -> None:
    for place in PLACES:
        document: Any = tomllib.loads(trial_text("word"), parse_float=Decimal)
        node = document
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = f"wo{hidden}rd"
        with pytest.raises(TrialFileError) as caught:
            trial_from_document(document)
        path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
        fault = caught.value.faults[0]
        assert fault.startswith(f"trial: {path[1:]}: ")
        assert not UNSHOWABLE.search(fault)
        assert fault.endswith(f"got U+{ord(hidden):04X} as character 3")


def test_running_text_may_be_broken_into_lines_and_a_name_may_not() -> None:
    document: Any = tomllib.loads(trial_text("word"), parse_float=Decimal)
    document["analysis"][0]["note"] = "One\n  two"
    assert trial_from_document(document).analyses[0].note == "One two"
    document["name"] = "One\nquit()"
    with pytest.raises(TrialFileError, match=r"name must be text .* U\+000A as character 4"):
        trial_from_document(document)


def terminal(result: Reproduction) -> str:
    (one,) = result.analyses
    audited = AuditedAnalysis(
        trial=result.trial, analysis=one.analysis, findings=one.findings, witness=None
    )
    texts = (
        list_text([result.trial], SCREEN),
        show_text(result.trial, SCREEN),
        verdicts_text(result, SCREEN),
        audited_text(audited, SCREEN),
    )
    return "".join(map(plain_lines, texts))


def documents(result: Reproduction) -> str:
    (one,) = result.analyses
    audited = AuditedAnalysis(
        trial=result.trial, analysis=one.analysis, findings=one.findings, witness=None
    )
    checked = check_json([CheckedTrial(reproduction=result)])
    texts = (show_json(result.trial), checked, lock_text([result]), audit_json([audited]))
    for text in texts:
        assert json.loads(text)["format"].startswith("survkit-")
    return "".join(texts)


def text_exports(result: Reproduction) -> str:
    made = result.analyses[0].reconstruction
    texts = (export_patients(made, result.trial, name) for name in ("csv", "adtte-csv", "r"))
    return "".join(text.decode() for text in texts)


LOGGED: tuple[Callable[[Reproduction], str], ...] = (terminal, documents, text_exports)


@pytest.mark.parametrize("output", LOGGED, ids=lambda output: output.__name__)
def test_no_line_moves_a_cursor_or_is_obeyed_by_github(
    output: Callable[[Reproduction], str], result: Reproduction
) -> None:
    text = output(result)
    for line in text.split("\n"):
        assert not UNSHOWABLE.search(line)
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_remarks_for_github_are_those_of_ours(result: Reproduction) -> None:
    word = result.trial.name
    text = github_annotations([result]) + github_remarks(
        word, [Drift(sentence=word, file=f"{word}.toml"), Drift(sentence=f"a\n{word}")]
    )
    lines = text.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("::error ") and "##[" not in line for line in lines)
    assert all(
        line.count("::error") - line.partition("title=")[2].count("::error") for line in lines
    )


def test_junit_is_well_formed_and_says_the_words(result: Reproduction) -> None:
    root = ET.fromstring(junit_xml([result]))
    (failure,) = root.iter("failure")
    assert result.trial.name in (failure.text or "")
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "skipped",
    }  # fmt: skip


def test_markdown_has_the_table_and_no_markup_of_a_word(
    result: Reproduction, innocent: Reproduction
) -> None:
    word = result.trial.name
    text, plain = markdown_summary([result], [word]), markdown_summary([innocent], ["innocent"])
    assert len(text.splitlines()) == len(plain.splitlines())
    unescaped = re.sub(r"\\.", "", text)
    reference = re.sub(r"\\.", "", plain)
    for letter in "<|`[*@":
        assert unescaped.count(letter) == reference.count(letter)


class Tags(HTMLParser):
    """Collects the tags and the handlers of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")
        for name, value in attrs:
            assert not name.startswith("on")
            if name in {"href", "src"}:
                assert value == "data:," or not (value or "").strip().lower().startswith(SCRIPTS)


def tags(page: str) -> list[str]:
    parser = Tags()
    parser.feed(page)
    return parser.found


def pages(result: Reproduction) -> dict[str, str]:
    site = Site()
    site.add(result, b"")
    files = site.finish()
    return {name: text.decode() for name, text in files.items() if name.endswith(".html")}


@pytest.fixture(scope="module")
def innocent_pages(innocent: Reproduction) -> dict[str, str]:
    return pages(innocent)


def test_pages_have_no_tag_of_a_word(result: Reproduction, innocent_pages: dict[str, str]) -> None:
    for name, page in pages(result).items():
        made, plain = tags(page), tags(innocent_pages[name])
        # a forest plot breaks long names into more lines of text
        lines = {"tspan", "text"}
        assert [tag for tag in made if tag.split()[0] not in lines] == [
            tag for tag in plain if tag.split()[0] not in lines
        ]
        assert not UNSHOWABLE.search(page.replace("\n", ""))
        assert html.escape(result.trial.name, quote=False) in page.replace("&#34;", '"').replace(
            "&#39;", "'"
        )


@pytest.mark.slow
def test_plots_are_well_formed_and_draw_without_a_warning(innocent: Reproduction) -> None:
    result = spoken(innocent, read(ALL_WORDS))
    (one,) = result.analyses
    for figure in (draw_analysis(one, trial=result.trial), *draw_pages(result)):
        content = render(figure, "svg")
        found = {element.tag.rpartition("}")[2] for element in ET.fromstring(content).iter()}
        assert not found & ACTIVE - {"style"}


def test_no_cell_of_a_table_is_a_formula(result: Reproduction) -> None:
    made = result.analyses[0].reconstruction
    for name in ("csv", "adtte-csv"):
        text = export_patients(made, result.trial, name).decode()
        for delimiter in ",;|":
            for row in csv.reader(io.StringIO(text), delimiter=delimiter):
                for cell in row:
                    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def calls(script: str) -> list[str]:
    """The calls of an R script, strings and comments left out."""
    code = re.sub(r'"(?:[^"\\]|\\.)*"|#[^\n]*', lambda found: found[0][0] * 2, script)
    assert '"' not in code.replace('""', "")
    return re.findall(r"[\w.]+(?=\()", code)


def test_the_r_script_calls_what_it_calls_for_an_innocent_trial(
    result: Reproduction, innocent: Reproduction
) -> None:
    made, plain = (
        export_patients(each.analyses[0].reconstruction, each.trial, "r").decode()
        for each in (result, innocent)
    )
    assert calls(made) == calls(plain)
    assert made.count("\n") == plain.count("\n")


def test_binary_exports_take_every_word(result: Reproduction) -> None:
    made = result.analyses[0].reconstruction
    for name in set(FORMATS) - {"csv", "adtte-csv", "r"}:
        assert export_patients(made, result.trial, name)


@pytest.mark.parametrize("word", [*WORDS, *(f"wo{hidden}rd" for hidden in HIDDEN)], ids=ascii)
def test_new_writes_a_file_that_says_the_word_or_nothing(word: str, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    options = ("--name", word, "--citation", word, "--endpoint", f"OS {word}", "--condition", word)
    done = run("new", "small", *options, "--arm", "a:10", "-o", path)
    if UNSHOWABLE.search(word.replace("\r", "")) and not path.exists():
        assert done.exit_code == 2
        assert "Traceback" not in done.stderr
        return
    assert done.exit_code == 0, done.stderr
    assert tomllib.loads(path.read_text("utf-8"))["name"] == " ".join(word.split())


def test_a_draft_is_toml_whatever_it_says() -> None:
    for word in (*WORDS, "a\x7fb", "a\u2028b"):
        arm = DraftArm(id="a", n="10")
        draft = Draft(
            id="small", name=word, condition=word, citation=word, doi="", pmid="", endpoint=word,
            time_unit="month", arms=(arm,), hazard_ratio=(),
        )  # fmt: skip
        assert tomllib.loads(draft_text(draft))


NAMES = ("a\nb", "a\x1b[2Jb", "::error::x", "##[error]x", "a\u202eb", "a\udcffb", "é", "a\rb")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("command", ["show", "check", "audit", "reconstruct", "plot"])
def test_names_of_files_and_arguments_are_words(command: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.toml"
    file.write_text("id = 1", "utf-8", errors="replace")
    output = ("-o", "x.png") if command == "plot" else ()
    for argument in (file, tmp_path / f"no{name}.toml", name, f"--{name}"):
        done = run(command, argument, *output)
        assert done.exit_code == 2
        lines = (done.stdout + done.stderr).splitlines()
        assert "Traceback" not in done.stderr
        for line in lines:
            assert not UNSHOWABLE.search(line)
            assert not line.lstrip().startswith("::")
            assert "##[" not in line


def test_the_origin_of_a_trial_is_a_word(tmp_path: Path, innocent: Reproduction) -> None:
    from survkit.trial import read_trial

    file = tmp_path / "a\nb\x1b.toml"
    file.write_text(trial_text("word"), "utf-8")
    trial = read_trial(file)
    assert not UNSHOWABLE.search(trial.origin)
    ET.fromstring(junit_xml([spoken(innocent, trial)]))
