"""The release notes: every release says which numbers changed."""

from __future__ import annotations

import re
from pathlib import Path

CHANGELOG = (Path(__file__).parents[1] / "CHANGELOG.md").read_text("utf-8")


def test_every_release_has_a_heading_for_numbers_that_changed() -> None:
    _, *releases = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)
    assert releases[0].startswith("Unreleased\n")
    for release in releases:
        _, _, numbers = release.partition("\n### Numbers that changed\n")
        assert re.search(r"^- \S", numbers, re.MULTILINE), release.splitlines()[0]
