"""The page about competing risks: its example runs, and prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "competing-risks.md").read_text("utf-8")


def test_the_example_prints_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(example, "competing-risks.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed
    assert f"```\n\n{re.sub('^', '    ', printed.rstrip(), flags=re.MULTILINE)}\n" in PAGE
