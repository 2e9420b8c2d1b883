"""What trials taught, as it is stored: covariances that are some, kinds of trials, conditioning."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from survkit.reconstruction.population.shapes import (
    MONTHS,
    Normal,
    Shapes,
    describe_trial,
    shipped_shapes,
)
from tests.tolerances import EXACT

CURVES = [
    (pair, part) for pair in ("reached", "not_reached", "leaving") for part in ("middle", "apart")
]


@pytest.mark.parametrize(("pair", "part"), CURVES)
def test_the_stored_covariances_are_positive_definite(pair: str, part: str) -> None:
    curves = getattr(getattr(shipped_shapes(), pair), part)
    assert np.array_equal(curves.covariance, curves.covariance.T)
    assert np.linalg.eigvalsh(curves.covariance).min() > 0.0
    assert curves.mean.shape == (describe_trial("OS").size, curves.knots.size)


def test_a_file_says_where_its_shapes_come_from_and_is_read_back_as_it_was_written() -> None:
    shapes = shipped_shapes()
    again = Shapes.from_document(json.loads(json.dumps(shapes.document)))
    assert again.document == shapes.document
    assert again.digest == shapes.digest
    assert "MIT licence" in shapes.source
    assert "kmdata" in shapes.source


def test_other_numbers_have_another_digest() -> None:
    shapes = shipped_shapes()
    assert replace(shapes, log_ratio=(0.0, 0.3)).digest != shapes.digest


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [("OS", (0, 0)), ("PFS", (1, 0)), ("TTP", (1, 0)), ("DFS", (0, 1)), ("iDFS", (0, 1))],
)
def test_endpoints_are_told_apart(endpoint: str, kind: tuple[int, int]) -> None:
    assert tuple(describe_trial(endpoint)[1:3]) == kind


def test_a_description_stays_within_what_was_taught() -> None:
    far = describe_trial("OS", log_follow_up=40.0, log_months=-40.0, n=1e9)
    assert far[3:].tolist() == [2.0, -2.0, 2.0]


def test_a_normal_is_conditioned_by_hand() -> None:
    normal = Normal(
        mean=np.array([[1.0, 2.0], [0.0, 0.0], [0.0, 0.0]]),
        covariance=np.array([[4.0, 1.5], [1.5, 1.0]]),
    )
    mean, sd, off = normal.given(0, {1: 3.0}, np.array([1.0, 0.0, 0.0]))
    assert mean == pytest.approx(1.0 + 1.5, abs=EXACT)
    assert sd == pytest.approx(math.sqrt(4.0 - 1.5**2), abs=EXACT)
    assert off == pytest.approx(1.0, abs=EXACT)
    assert normal.given(0, {}, np.array([1.0, 0.0, 0.0])) == (1.0, 2.0, 0.0)


def test_a_year_has_twelve_months() -> None:
    assert MONTHS["year"] == 12.0
    assert MONTHS["day"] * 7.0 == pytest.approx(MONTHS["week"], abs=EXACT)
