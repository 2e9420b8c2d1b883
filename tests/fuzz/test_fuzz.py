"""Three thousand files, typed and broken: refused in a sentence, or audited and reconstructed.

Warnings are errors, as everywhere in the tests. What is reconstructed here is small; `by_hand`
reconstructs everything.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import pytest

from tests.fuzz.outcomes import documents, outcome

SEED, READ, RECONSTRUCTED, PARTS = 14, 3_000, 40, 2
MOST_PATIENTS, MOST_FIGURES = 12, 8


def small(document: dict[str, Any]) -> bool:
    """Tell whether a file has few patients and few figures, so that it is made in an instant."""
    (analysis,) = document.get("analysis") or [{}]
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


def some() -> list[dict[str, Any]]:
    """List small files."""
    whole = (one for one in documents(READ, SEED) if isinstance(one.get("analysis"), list))
    return list(
        islice((one for one in whole if len(one["analysis"]) == 1 and small(one)), RECONSTRUCTED)
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_small_files_end_in_patients_or_in_a_sentence(part: int) -> None:
    files = some()
    assert len(files) == RECONSTRUCTED
    found = Counter(outcome(document, whole=True) for document in files[part::PARTS])
    assert found.keys() <= {"refused", "given up", "missed", "reproduced"}
    assert found["missed"] + found["reproduced"] > RECONSTRUCTED / PARTS / 4
