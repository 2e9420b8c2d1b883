"""The pages of a report as files: well formed, linked, escaped, marked, the same every time."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

import pytest

from survkit.report import MARKER, Site
from survkit.trial import Source
from tests.cli.running import TRIAL
from tests.report.conftest import TRIALS

if TYPE_CHECKING:
    from pathlib import Path

    from survkit.reproduction import Reproduction

VOID = {"br", "img", "input", "link", "meta"}
PAGES = ("index.html", "trial-hostile.html", "trial-small.html")
OUTSIDE = {"https://doi.org", "https://pubmed.ncbi.nlm.nih.gov", "https://example.org"}


class Page(HTMLParser):
    """Tags, ids, links and text of a page; every end tag must fit."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(path.read_text("utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        self.handlers += [name for name in names if name.startswith("on")]
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src"}:
                self.links.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag not in VOID
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_has_no_id_twice(report: Path, name: str) -> None:
    page = Page(report / name)
    assert len(page.ids) == len(set(page.ids))
    assert page.tags["h1"] == page.tags["main"] == 1


@pytest.mark.parametrize("name", PAGES)
def test_words_of_a_trial_are_never_markup(report: Path, name: str) -> None:
    page = Page(report / name)
    assert page.tags["script"] == 1  # report.js
    assert page.handlers == []
    assert not {"b", "i", "img"} & set(page.tags)


def test_words_of_a_trial_are_all_there(report: Path) -> None:
    text = Page(report / "trial-hostile.html").text
    for word in ("name", "condition", "source", "differences", "note", "arm", "figure", "women"):
        assert f"<script>alert('{word}')</script>" in text
    assert "{{ 7 * 7 }}" in text


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(report: Path, name: str) -> None:
    page = Page(report / name)
    assert page.links
    for link in page.links:
        file, fragment = urldefrag(link)
        if link.startswith("https:"):
            assert "/".join(link.split("/")[:3]) in OUTSIDE
        elif link != "data:,":
            assert (report / (file or name)).is_file(), link
            if fragment:
                assert fragment in Page(report / (file or name)).ids, link


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_from_outside(report: Path, name: str) -> None:
    text = (report / name).read_text("utf-8")
    assert re.findall(r'<(?:link|script|img)[^>]*"(https?:)?//', text) == []
    assert "url(" not in (report / "report.css").read_text("utf-8")


def test_every_file_says_synthetic(report: Path) -> None:
    files = [report / MARKER, *report.glob("*.html"), *report.glob("data/*/*.csv")]
    assert len(files) == 1 + len(PAGES) + 3
    for file in files:
        assert "synthetic" in file.read_text("utf-8").lower(), file


def test_the_table_holds_every_figure(
    report: Path, reproductions: tuple[Reproduction, ...]
) -> None:
    page = (report / "trial-small.html").read_text("utf-8")
    (result,) = reproductions[0].analyses
    cells = re.findall(r'data-label="(Printed|Refitted|Verdict)"[^>]*>(.*?)</td>', page, re.DOTALL)
    by_label = {
        label: [re.sub(r"<.*?>", "", text).strip() for found, text in cells if found == label]
        for label in ("Printed", "Refitted", "Verdict")
    }
    assert by_label["Printed"] == [str(each.figure.printed) for each in result.comparisons]
    assert by_label["Refitted"] == [each.rendered for each in result.comparisons]
    assert by_label["Verdict"] == [each.verdict for each in result.comparisons]


def test_downloads_are_the_patients_and_the_trial_file(
    report: Path, reproductions: tuple[Reproduction, ...]
) -> None:
    for reproduction in reproductions:
        trial = reproduction.trial
        folder = report / "data" / trial.id
        document = (folder / f"{trial.id}.toml").read_bytes()
        assert hashlib.sha256(document).hexdigest() == trial.digest
        for result in reproduction.analyses:
            lines = (folder / f"{result.analysis.id}.csv").read_text("utf-8").splitlines()
            rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
            assert len(rows) == len(result.reconstruction.ipd)


def test_the_same_files_give_the_same_bytes(
    report: Path, reproductions: tuple[Reproduction, ...]
) -> None:
    """The folder comes from another reproduction of the same files."""
    site = Site()
    documents = (TRIAL.encode(), (TRIALS / "hostile.toml").read_bytes())
    for reproduction, document in zip(reproductions, documents, strict=True):
        site.add(reproduction, document)
    written = {path for path in report.rglob("*") if path.is_file()}
    assert {
        path.relative_to(report).as_posix(): path.read_bytes() for path in written
    } == site.finish()


@pytest.mark.parametrize(
    ("known", "address"),
    [
        ({"doi": "10.1/<a b>"}, "https://doi.org/10.1/%3Ca%20b%3E"),
        ({"pmid": "12"}, "https://pubmed.ncbi.nlm.nih.gov/12/"),
        ({"url": "https://example.org/x"}, "https://example.org/x"),
        ({}, ""),
    ],
)
def test_addresses_of_sources(known: dict[str, str], address: str) -> None:
    from survkit.report.content import link_to

    assert link_to(Source.model_construct(citation="A paper", **known)) == address
