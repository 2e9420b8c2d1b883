"""Whatever stands in a trial file, reading ends in a trial or in sentences of one form."""

from __future__ import annotations

import copy
import re
import tomllib
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from survkit.errors import TrialFileError
from survkit.trial import Trial, trial_from_document

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = Path(__file__).parents[2] / "reconstructions" / "radiant-3.toml"
DOCUMENT = tomllib.loads(SHIPPED.read_text("utf-8"), parse_float=Decimal)
SENTENCE = re.compile(
    r"trial: (?P<path>[\w.\[\] -]+): [\w -]+ "
    r"(must be given|is not a known key; .+|must be .+, got .+|must be the only contrast .+)"
)

words = st.sampled_from(["", "4.6", "<0.001", "not reached", "placebo", "input", "<2", "Ünder"])
numbers = st.one_of(
    st.integers(-2, 500),
    st.decimals(-2, 500, places=2),
    st.sampled_from([Decimal("nan"), Decimal("-inf"), Decimal("1e400"), 10**30]),
)
moments = st.sampled_from([date(2010, 2, 28), datetime(2010, 2, 28), time(12)])
leaves = st.one_of(words, numbers, st.booleans(), moments)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["value", "ci", "time", "id", "sources"]), inner),
    ),
    max_leaves=4,
)


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a document that holds a value."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The document with another value at one place."""
    document: Any = copy.deepcopy(DOCUMENT)
    node = document
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return document  # type: ignore[no-any-return]


def outcome(document: dict[str, Any]) -> Trial | tuple[str, ...]:
    """The trial, or the faults."""
    try:
        return trial_from_document(document)
    except TrialFileError as error:
        return error.faults


@given(st.sampled_from(list(places(DOCUMENT))), values)
def test_any_value_anywhere_is_read_or_refused_in_a_sentence(
    path: tuple[str | int, ...], value: object
) -> None:
    found = outcome(changed(path, value))
    if isinstance(found, Trial):
        assert all(analysis.figures for analysis in found.analyses)
        return
    for fault in found:
        assert SENTENCE.fullmatch(fault), fault
    assert len(set(found)) == len(found)


@given(st.sampled_from([path for path in places(DOCUMENT) if isinstance(path[-1], str)]))
def test_any_key_may_be_missing(path: tuple[str | int, ...]) -> None:
    document: Any = changed(path, None)
    node = document
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    found = outcome(document)
    assert isinstance(found, Trial) or all(SENTENCE.fullmatch(fault) for fault in found)
