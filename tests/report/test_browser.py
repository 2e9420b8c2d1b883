"""The report in a real browser; skipped, with the reason, where no Chromium is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.report.browser import Browser, find_browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = ("index.html", "trial-hostile.html", "trial-small.html")
PROGRAM = find_browser()
PHONE = 375

pytestmark = pytest.mark.skipif(
    PROGRAM is None,
    reason="there is no Chromium (Debian: apt-get install chromium), or this is Windows",
)

SHOWN = """[...document.querySelectorAll(`#${%r} tbody tr`)].filter(row => !row.hidden)"""
TABLE = "os--table"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert PROGRAM is not None
    with Browser(PROGRAM) as started:
        yield started


@pytest.fixture(autouse=True)
def _desktop(browser: Browser) -> None:
    browser.show_as()
    browser.resize(1280)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_loads_without_complaint(
    browser: Browser, report: Path, name: str, scheme: str
) -> None:
    browser.show_as(scheme=scheme)
    browser.open(report / name)
    assert browser.complaints == []
    assert browser.run("document.querySelectorAll('h1').length") == 1


def test_a_complaint_is_heard(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text("<script src='missing.js'></script><script>throw 'a fault'</script>", "utf-8")
    browser.open(page)
    assert len(browser.complaints) >= 2


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, PHONE, 768, 1280])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, report: Path, name: str, width: int
) -> None:
    browser.resize(width)
    browser.open(report / name)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run("window.innerWidth") == width
    if width == PHONE:  # the letters of a plot can be read
        size = "document.querySelector('svg.plot text').getBoundingClientRect().height"
        assert name == "index.html" or browser.run(size) >= 9.0


@pytest.mark.parametrize("name", PAGES)
def test_every_link_inside_the_report_resolves(browser: Browser, report: Path, name: str) -> None:
    browser.open(report / name)
    links = browser.run("[...document.links].map(a => [a.protocol, a.pathname, a.hash])")
    assert links
    inside = {(path, place) for protocol, path, place in links if protocol == "file:"}
    for path, place in sorted(inside):
        target = report / path.rpartition(f"/{report.name}/")[2]
        assert target.is_file(), path
        if target.suffix == ".html":
            browser.open(target, place)
            found = "!location.hash || !!document.getElementById(location.hash.slice(1))"
            assert browser.run(found), (path, place)


def test_the_table_filters(browser: Browser, report: Path) -> None:
    browser.open(report / "trial-small.html")
    rows, output = SHOWN % TABLE, "document.querySelector('form.filters output').textContent"
    everything = browser.run(f"{rows}.length")
    assert browser.run(output) == f"{everything} figures"
    choose = """(name, value) => {
        const field = document.querySelector('form.filters').elements[name];
        field.value = value;
        field.dispatchEvent(new Event('input', {bubbles: true}));
    }"""
    browser.run(f"({choose})('role', 'check')")
    assert browser.run(f"{rows}.map(row => row.dataset.role)") == ["check"]
    assert browser.run(output) == f"1 of {everything} figures"
    browser.run(f"({choose})('role', '')")
    browser.run(f"({choose})('text', 'HAZARD')")
    assert browser.run(f"{rows}.map(row => row.cells[2].textContent)") == ["0.60"]
    browser.run(f"({choose})('text', 'no such word')")
    assert browser.run(f"{rows}.length") == 0
    shown = "[...document.querySelectorAll('#os--table tbody tr')].filter(r => r.offsetHeight)"
    assert browser.run(f"{shown}.length") == 0
    browser.resize(PHONE)
    assert browser.run(f"{shown}.length") == 0


def test_the_table_sorts_by_keyboard(browser: Browser, report: Path) -> None:
    browser.open(report / "trial-small.html")
    column = f"{SHOWN % TABLE}.map(row => Number(row.cells[2].textContent.replace('<', '')))"
    unsorted = browser.run(column)
    browser.run("document.querySelectorAll('#os--table th button')[2].focus()")
    heading = "document.querySelectorAll('#os--table th')[2].getAttribute('aria-sort')"
    for order, falling in (("ascending", False), ("descending", True)):
        browser.press("Enter")
        assert browser.run(heading) == order
        assert browser.run(column) == sorted(unsorted, reverse=falling)
    assert unsorted != sorted(unsorted)


def test_the_first_tab_leads_to_the_content(browser: Browser, report: Path) -> None:
    browser.open(report / "index.html")
    browser.press("Tab")
    assert browser.run("document.activeElement.textContent") == "Skip to the content"
    assert browser.run("document.activeElement.offsetHeight") > 10
    browser.press("Enter")
    assert browser.run("document.activeElement.id") == "_main"


@pytest.mark.parametrize("name", PAGES)
def test_everything_that_can_be_used_has_a_name(browser: Browser, report: Path, name: str) -> None:
    browser.open(report / name)
    browser.call("Accessibility.enable")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    used = {"link", "button", "searchbox", "combobox", "image", "table", "navigation", "form"}
    found = [node for node in nodes if not node["ignored"] and node["role"]["value"] in used]
    assert {"link", "button", "searchbox", "combobox", "table"} <= {
        node["role"]["value"] for node in found
    }
    assert [node["role"]["value"] for node in found if not node["name"]["value"]] == []


def test_a_phone_still_has_a_table(browser: Browser, report: Path) -> None:
    browser.resize(PHONE)
    browser.open(report / "trial-small.html")
    browser.call("Accessibility.enable")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    assert roles.count("table") == 1
    assert roles.count("columnheader") == 9
    assert roles.count("cell") % 9 == 0


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_light_and_dark(browser: Browser, report: Path, scheme: str, dark: bool) -> None:
    browser.open(report / "trial-small.html")
    for medium in ("screen", "print"):
        browser.show_as(medium=medium, scheme=scheme)
        colour = browser.run("getComputedStyle(document.body).backgroundColor")
        bright = int(colour.removeprefix("rgb(").split(",")[0]) > 127
        assert bright is (medium == "print" or not dark)


@pytest.mark.slow
def test_paper_has_no_controls(browser: Browser, report: Path) -> None:
    browser.open(report / "trial-small.html")
    browser.show_as(medium="print")
    controls = "[...document.querySelectorAll('.filters, .contents, .skip')]"
    assert browser.run(f"{controls}.every(each => getComputedStyle(each).display === 'none')")
    assert browser.call("Page.printToPDF")["data"].startswith("JVBERi")


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_paper_has_no_page_that_is_nearly_empty(browser: Browser, report: Path, name: str) -> None:
    """Nothing begins a page of its own, so that only the last one may be left half empty."""
    browser.open(report / name)
    browser.show_as(medium="print")
    breaks = "['breakBefore', 'breakAfter'].map(side => getComputedStyle(each)[side])"
    forced = f"[...document.querySelectorAll('body *')].flatMap(each => {breaks})"
    assert set(browser.run(f"[...new Set({forced})]")) <= {"auto", "avoid"}
