"""Thousands of files, typed and broken: refused in a sentence, audited, 500 of them reconstructed.

Warnings are errors, as everywhere in the tests. What is reconstructed here is small; `by_hand`
reconstructs everything.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.fuzz.outcomes import documents, outcome

SEED, READ = 14, 3_000
RECONSTRUCTED, PARTS = 500, 4
MOST_PATIENTS, MOST_FIGURES = 7, 6


def small(document: dict[str, Any]) -> bool:
    """Tell whether a file has few patients and few figures, so that it is made in an instant."""
    analyses = document.get("analysis")
    analysis = analyses[0] if isinstance(analyses, list) and len(analyses) == 1 else None
    arms = analysis.get("arm") if isinstance(analysis, dict) else None
    if not isinstance(arms, list) or not all(isinstance(arm, dict) for arm in arms):
        return False
    sizes = [arm.get("n") for arm in arms]
    figures = sum(len(arm) - 2 for arm in arms)
    whole = all(type(size) is int for size in sizes)
    return whole and sum(sizes) <= MOST_PATIENTS and figures <= MOST_FIGURES


@pytest.mark.slow
def test_every_file_is_refused_in_a_sentence_or_audited() -> None:
    found = Counter(outcome(document, whole=False) for document in documents(READ, SEED))
    assert found.keys() == {"refused", "audited"}
    assert min(found.values()) > READ // 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_small_files_end_in_patients_or_in_a_sentence(part: int) -> None:
    found: Counter[str] = Counter()
    for document in filter(small, documents(10 * READ, SEED + part)):
        found[outcome(document, whole=True)] += 1
        if found.total() - found["refused"] == RECONSTRUCTED // PARTS:
            break
    assert found.keys() <= {"refused", "given up", "missed", "reproduced"}
    assert found.total() - found["refused"] == RECONSTRUCTED // PARTS
    assert found["missed"] + found["reproduced"] > 0.9 * RECONSTRUCTED / PARTS
