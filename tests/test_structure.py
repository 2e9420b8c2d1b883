"""The shape of the house, read from its sources: folders, modules, functions, imports and names."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from survkit.quantity import LIMITS, QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCES = Path(__file__).parents[1] / "src"
HOUSE = SOURCES / "survkit"
STAGES = "survkit.reconstruction"

MOST_MODULES = 14
LONGEST_MODULE = 400
USUAL_FUNCTION, LONGEST_FUNCTION = 25, 60
"""Lines of a body without its docstring: of nine functions in ten, and of each."""
MOST_FLOORS = 12
"""Modules of the reconstruction on the longest way down along imports."""

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
Graph: TypeAlias = "dict[str, frozenset[str]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module's dotted name, its place and its source."""

    name: str
    path: Path
    lines: int
    tree: ast.Module

    def functions(self) -> Iterator[Function]:
        """Yield every function, also those inside of others."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def modules() -> tuple[Module, ...]:
    return tuple(read(path) for path in sorted(HOUSE.rglob("*.py")))


def read(path: Path) -> Module:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    text = path.read_text("utf-8")
    return Module(
        name=".".join(part for part in parts if part != "__init__"),
        path=path,
        lines=len(text.splitlines()),
        tree=ast.parse(text),
    )


def imports(tree: ast.Module, known: frozenset[str]) -> Iterator[str]:
    """Yield the modules that a module imports, at any depth and for type checking as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


@cache
def graph() -> Graph:
    known = frozenset(module.name for module in modules())
    return {
        module.name: frozenset(imports(module.tree, known)) - {module.name} for module in modules()
    }


def floors(edges: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """
    Number the floor of each module: 1 for one that imports none, else one above its highest.

    What lies on a cycle, or above one, has no floor.
    """
    found: dict[str, int] = {}
    while True:
        ready = {
            name: 1 + max((found[other] for other in below), default=0)
            for name, below in edges.items()
            if name not in found and below <= found.keys()
        }
        if not ready:
            return found
        found |= ready


def body_lines(function: Function) -> int:
    """Count the lines of a body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    if not body:
        return 0
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def arguments(function: Function) -> list[ast.arg]:
    stated = function.args
    starred = [one for one in (stated.vararg, stated.kwarg) if one is not None]
    return [*stated.posonlyargs, *stated.args, *stated.kwonlyargs, *starred]


@pytest.mark.slow
def test_no_folder_holds_more_modules_than_can_be_read_at_a_glance() -> None:
    held = Counter(module.path.parent for module in modules() if module.path.stem != "__init__")
    crowded = {
        str(folder.relative_to(SOURCES)): count
        for folder, count in held.items()
        if count > MOST_MODULES
    }
    assert not crowded


def test_no_module_is_long() -> None:
    assert not {module.name: module.lines for module in modules() if module.lines > LONGEST_MODULE}


def test_functions_are_short() -> None:
    lengths = {
        f"{module.name}.{function.name}:{function.lineno}": body_lines(function)
        for module in modules()
        for function in module.functions()
    }
    assert len(lengths) > 1000
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}
    short = sum(lines <= USUAL_FUNCTION for lines in lengths.values())
    assert short >= 0.9 * len(lengths)


def test_everything_is_annotated() -> None:
    bare = [
        f"{module.name}.{function.name}"
        for module in modules()
        for function in module.functions()
        if function.returns is None
        or any(
            one.annotation is None for one in arguments(function) if one.arg not in {"self", "cls"}
        )
    ]
    assert not bare


def test_no_imports_go_round_in_a_circle() -> None:
    edges = graph()
    above = edges.keys() - floors(edges).keys()
    # of what has no floor, only what is imported by others without one can lie on a circle
    circle = {name for name in above if any(name in edges[other] for other in above)}
    assert not circle


def test_the_stages_of_the_reconstruction_stand_on_few_floors() -> None:
    inside = {
        name: frozenset(other for other in below if other.startswith(STAGES))
        for name, below in graph().items()
        if name.startswith(STAGES)
    }
    found = floors(inside)
    assert found.keys() == inside.keys()
    assert len(found) > 50
    highest = max(found.values())
    assert highest <= MOST_FLOORS, [name for name, floor in found.items() if floor == highest]


def test_one_module_alone_puts_the_names_of_limits_together() -> None:
    endings = tuple(f"_{side}" for side in LIMITS)
    composed = {f"{quantity}{ending}" for quantity in QUANTITIES for ending in endings}
    named = [
        f"{module.name}:{node.lineno}: {node.value!r}"
        for module in modules()
        for node in ast.walk(module.tree)
        if module.name != "survkit.quantity"
        and isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node.value in composed or node.value.startswith(endings))
    ]
    assert not named


def test_nothing_is_named_own_where_a_noun_says_what_it_is() -> None:
    named = [
        f"{module.name}:{getattr(node, 'lineno', 0)}"
        for module in modules()
        if module.name.startswith(STAGES)
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Name) and node.id == "own")
        or (isinstance(node, ast.arg) and node.arg == "own")
        or (isinstance(node, ast.Attribute) and node.attr == "own")
    ]
    assert not named


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, {"c": 1, "b": 2, "a": 3}),
        ({"a": {"b", "c"}, "b": set(), "c": {"b"}}, {"b": 1, "c": 2, "a": 3}),
        ({"a": {"b"}, "b": {"a"}, "c": set(), "d": {"a"}}, {"c": 1}),
    ],
)
def test_floors_are_counted_from_below(
    edges: dict[str, set[str]], expected: dict[str, int]
) -> None:
    assert floors({name: frozenset(below) for name, below in edges.items()}) == expected


def test_docstrings_do_not_count_as_lines_of_a_function() -> None:
    source = 'def one() -> int:\n    """Say\n\n    it."""\n    first = 1\n\n    return first\n'
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    assert body_lines(function) == 3
