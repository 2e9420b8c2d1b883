"""Three thousand files, typed and broken: refused in a sentence, or audited and reconstructed.

Warnings are errors, as everywhere in the tests. What is reconstructed here is small; `by_hand`
reconstructs everything.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.fuzz.outcomes import documents, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED, READ, RECONSTRUCTED = 14, 3_000, 12
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


def test_every_file_is_refused_in_a_sentence_or_audited() -> None:
    found = Counter(outcome(document, whole=False) for document in documents(READ, SEED))
    assert found.keys() == {"refused", "audited"}
    assert min(found.values()) > READ // 4


def some() -> Iterator[dict[str, Any]]:
    """Yield small files."""
    taken = 0
    for document in documents(READ, SEED):
        lists = isinstance(document.get("analysis"), list) and len(document["analysis"]) == 1
        if lists and small(document) and taken < RECONSTRUCTED:
            taken += 1
            yield document


def test_small_files_end_in_patients_or_in_a_sentence() -> None:
    found = Counter(outcome(document, whole=True) for document in some())
    assert found.total() == RECONSTRUCTED
    assert found.keys() <= {"refused", "given up", "missed", "reproduced"}
    assert found["missed"] + found["reproduced"] > RECONSTRUCTED // 4
