"""The committed notebooks: small, run in order, public names only, assertions last."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PUBLIC = {"survkit", "survkit.kernels", "survkit.plot"}

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def tree(cell: dict[str, Any]) -> ast.Module:
    return ast.parse("".join(line for line in cell["source"] if not line.startswith("%")))


def test_a_page_can_show_it(path: Path) -> None:
    assert path.stat().st_size < 600_000


def test_it_ran_from_top_to_bottom_without_a_word_of_warning(path: Path) -> None:
    cells = code_cells(path)
    assert [cell["execution_count"] for cell in cells] == [*range(1, len(cells) + 1)]
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    said = [output["text"] for output in outputs if output.get("name") == "stderr"]
    # what takes long says so before it begins: that is no warning
    assert all("this may take" in line for text in said for line in "".join(text).splitlines())


def test_it_ends_in_assertions(path: Path) -> None:
    assert any(isinstance(node, ast.Assert) for node in tree(code_cells(path)[-1]).body)


def test_it_uses_public_names_only(path: Path) -> None:
    nodes = [node for cell in code_cells(path) for node in ast.walk(tree(cell))]
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    modules = {node.module for node in imports if (node.module or "").startswith("survkit")}
    assert modules <= PUBLIC
    names = {alias.name for node in imports for alias in node.names}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert not [name for name in names | attributes if name.startswith("_")]


def test_outputs_are_the_same_on_every_machine(path: Path) -> None:
    # pictures are left out: their base64 spells an address by chance
    words = re.sub(r'"image/png": "[^"]*"', "", path.read_text("utf-8"))
    assert not re.search(r"0x[0-9a-f]{8}|/home/|/tmp/|#T_[0-9a-f]{5}", words)


def test_the_overview_links_to_it(path: Path) -> None:
    assert f"]({path.name})" in (FOLDER / "README.md").read_text("utf-8")
