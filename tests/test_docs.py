"""The documentation: commands run, examples read, links lead somewhere, public names say it all."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import json
import pydoc
import re
import shlex
import tomllib
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest
from numpydoc.docscrape import NumpyDocString

import survkit
from survkit.trial import load_trial, shipped_trials, trial_from_document
from tests.cli.running import run

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONTRIBUTING = (DOCS / "contributing-a-trial.md").read_text("utf-8")
INTERFACE = (DOCS / "api.md").read_text("utf-8")
SOURCES = (DOCS / "sources.md").read_text("utf-8")

WRITTEN = (FunctionType, classmethod, staticmethod, property, cached_property)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)


def test_the_walk_to_a_trial_can_be_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    begin, look, check = blocks("sh")
    for command in (*begin.splitlines(), *look.splitlines()):
        assert run(*shlex.split(command)[1:]).exit_code == 0
    (finished,) = blocks("toml")
    Path("example-7.toml").write_text(finished, "utf-8")
    for command in check.splitlines():
        assert run(*shlex.split(command)[1:]).exit_code == 0


def test_the_finished_file_says_more_than_the_begun_one() -> None:
    trial = trial_from_document(tomllib.loads(blocks("toml")[0], parse_float=Decimal))
    assert len(trial.analyses[0].figures) == 21
    assert trial.analyses[0].differences


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (DOCS / link).exists(), link


def test_the_first_page_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "index.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    lines = doctest.DocTestParser().get_doctest(code, {}, "index.md", None, None)
    assert doctest.DocTestRunner().run(lines).failed == 0
    assert Path("curves.png").stat().st_size
    assert "pip install" in page
    assert "](images/radiant-3.png)" in page


def test_no_two_pages_have_one_title() -> None:
    pages = [*DOCS.glob("*.md"), ROOT / "reconstructions" / "README.md", ROOT / "CHANGELOG.md"]
    titles = [page.read_text("utf-8").splitlines()[0].removeprefix("# ") for page in pages]
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        first = json.loads(notebook.read_text("utf-8"))["cells"][0]["source"]
        titles.append("".join(first).splitlines()[0].removeprefix("# "))
    assert len(set(titles)) == len(titles)


def test_the_page_about_the_format_names_every_key() -> None:
    schema = json.loads((ROOT / "reconstructions" / "schema.json").read_text("utf-8"))
    page = (ROOT / "reconstructions" / "README.md").read_text("utf-8")
    keys = {key for kind in schema["$defs"].values() for key in kind.get("properties", {})}
    assert len(keys) > 50
    assert {key for key in keys if not re.search(rf"\b{key}\b", page)} == set()


def test_formulas_need_nothing_from_elsewhere() -> None:
    settings = (DOCS / "conf.py").read_text("utf-8")
    assert 'html_math_renderer = "mathml"' in settings
    assert "mathjax" not in settings


def test_every_shipped_trial_has_a_place_among_the_sources() -> None:
    named = set(re.findall(r"\(\.\./reconstructions/([a-z0-9-]+)\.toml\)", SOURCES))
    assert named == set(shipped_trials())


def test_analyses_that_the_sources_name_exist() -> None:
    known = {analysis.id for name in shipped_trials() for analysis in load_trial(name).analyses}
    named = set(re.findall(r"`((?:pfs|os|ttp|efs)[a-z0-9-]*)`", SOURCES))
    assert named
    assert named <= known


def public_names() -> dict[str, Any]:
    """What `from survkit import ...` gives, and what else the page about Python lists."""
    listed = re.findall(r"^\.\. auto\w+:: (survkit[\w.]+)$", INTERFACE, re.MULTILINE)
    names = {name: pydoc.locate(name) for name in listed}
    return names | {f"survkit.{name}": getattr(survkit, name) for name in survkit.__all__}


def members(name: str, public: Any) -> Iterator[tuple[str, Any]]:
    """Yield a public name and, of a class, the methods and properties written for it."""
    yield name, public
    if inspect.isclass(public):
        for member, value in vars(public).items():
            if not member.startswith(("_", "model_")) and isinstance(value, WRITTEN):
                yield f"{name}.{member}", underlying(value)


def underlying(member: Any) -> Any:
    """Return the function behind a method or property."""
    for attribute in ("fget", "func", "__func__"):
        member = getattr(member, attribute, member)
    return member


def parameters(public: Any) -> list[str]:
    """List what a caller may state: of a dataclass its fields, of a function its parameters."""
    if dataclasses.is_dataclass(public):
        return [field.name for field in dataclasses.fields(public)]
    if inspect.isclass(public):
        if "__init__" not in vars(public) or hasattr(public, "model_fields"):
            return []
        public = public.__init__
    return [name for name in inspect.signature(public).parameters if name not in {"self", "cls"}]


EVERY_NAME = {
    name: found
    for public, value in public_names().items()
    for name, found in members(public, value)
}


def test_the_page_about_python_lists_every_function_of_the_export() -> None:
    listed = set(re.findall(r"^\.\. auto\w+:: survkit\.export\.(\w+)$", INTERFACE, re.MULTILINE))
    functions = {
        name for name in survkit.export.__all__ if inspect.isfunction(vars(survkit.export)[name])
    }
    assert listed == functions
    assert "export" in dir(survkit)


def test_the_page_about_python_lists_every_public_name() -> None:
    listed = set(re.findall(r"^\.\. auto\w+:: survkit\.(\w+)$", INTERFACE, re.MULTILINE))
    assert listed == set(survkit.__all__)


@pytest.mark.parametrize("name", EVERY_NAME)
def test_public_names_say_what_goes_in_and_what_comes_out(name: str) -> None:
    public = EVERY_NAME[name]
    documented = NumpyDocString(inspect.getdoc(public) or "")
    assert documented["Summary"], "a summary"
    told = [one for entry in documented["Parameters"] for one in entry.name.split(", ")]
    assert [one.lstrip("*") for one in told] == parameters(public)
    assert all(entry.type and entry.desc for entry in documented["Parameters"])
    is_property = not inspect.isclass(public) and parameters(public) == []
    if inspect.isfunction(public) and not is_property and "None" not in str(returned(public)):
        assert documented["Returns"]


def returned(function: Any) -> Any:
    """Return what a function is said to give back, as it is written."""
    return inspect.signature(function).return_annotation


@pytest.mark.parametrize("model", [survkit.Trial, survkit.Analysis])
def test_models_are_described_field_by_field_in_the_schema(model: Any) -> None:
    schema = json.loads((ROOT / "reconstructions" / "schema.json").read_text("utf-8"))
    described = schema if model is survkit.Trial else schema["$defs"][model.__name__]
    fields = {field.alias or name for name, field in model.model_fields.items()}
    assert described["description"]
    assert described["properties"].keys() >= fields
