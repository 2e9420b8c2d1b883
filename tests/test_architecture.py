"""docs/architecture.md is true: its pictures, its table of rooms and the paths that it names."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
HOUSE = ROOT / "src" / "survkit"
PLACES = (ROOT, HOUSE, HOUSE / "reconstruction", HOUSE / "reconstruction" / "population")


def load_tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for their types
    spec.loader.exec_module(module)
    return module


def layers(package: str) -> set[str]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for contract in configuration["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and contract["containers"] == [package]:
            return {room.strip() for layer in contract["layers"] for room in layer.split("|")}
    pytest.fail(f"no layers of {package}")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def tabled(title: str) -> set[str]:
    rows = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("| `")]
    return {room for row in rows for room in re.findall(r"`(\w+)`", row)}


def test_the_pictures_are_drawn_from_the_imports() -> None:
    pytest.importorskip("grimp")
    for path, picture in load_tool("rooms").pictures().items():
        assert (ROOT / path).read_text("utf-8") == picture, "run make rooms"


def test_the_table_of_rooms_names_every_room() -> None:
    assert tabled("The rooms") == layers("survkit")


def test_the_table_of_stages_names_every_folder() -> None:
    stages = HOUSE / "reconstruction"
    folders = {path.parent.name for path in stages.glob("*/__init__.py")}
    assert tabled("Inside the reconstruction") == folders


def test_paths_that_recipes_name_exist() -> None:
    named = re.findall(r"`([\w/]+(?:/[\w]+)+(?:\.py)?|\w+\.py)`", section("How to add …"))
    assert len(named) > 8
    assert not [path for path in named if not any((root / path).exists() for root in PLACES)]


def test_the_glossary_is_short_and_says_each_word_once() -> None:
    rows = [line.split("|")[1].strip() for line in section("Words").splitlines()[4:]]
    words = [word.strip() for row in rows for word in row.split(",") if word.strip()]
    assert len(rows) <= 40
    assert len(words) == len(set(words))
