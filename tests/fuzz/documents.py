"""Trial files as nobody should type them: plausible ones, nonsensical ones, and broken copies."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

__all__ = ["mutated", "nonsensical", "plausible"]

_NUMBERS = (
    0, 1, 2, 3, -1, 10, 100, 1000, 10**6, 10**8, Decimal("1e-9"), Decimal("0.000001"),
    Decimal("0.5"), Decimal("24.0"), Decimal("99.9"), 100, 50, "not reached", "<0.001",
    "<0", ">98", "<2", ">0.99", "NE", "words", "", True, Decimal("nan"),
    Decimal("inf"), 10**400, [], {}, [1, 1], [3, 2],
    {"value": 1}, {"value": 5, "ci": [1, 1]}, {"value": 5, "ci": [1, 9], "role": "check"},
)  # fmt: skip


def _figure(rng: np.random.Generator, digits: int, low: float, high: float) -> Any:
    number = round(float(rng.uniform(low, high)), digits)
    return Decimal(f"{number:.{digits}f}") if digits else int(number)


def _maybe(
    rng: np.random.Generator, share: float, table: dict[str, Any], key: str, value: Any
) -> None:
    if rng.random() < share:
        table[key] = value


def _interval(rng: np.random.Generator, value: Any, digits: int) -> dict[str, Any]:
    low = Decimal(value) * Decimal(f"{rng.uniform(0.3, 0.99):.2f}")
    high = Decimal(value) * Decimal(f"{rng.uniform(1.01, 2.5):.2f}")
    limits: list[Any] = [round(low, digits), round(high, digits)]
    if rng.random() < 0.15:
        limits[1] = "not reached"
    return {"value": value, "ci": limits}


def plausible(rng: np.random.Generator) -> dict[str, Any]:
    """Type a file as somebody might: every figure by itself is one that a paper could print."""
    arms = [_plausible_arm(rng, f"a{place}") for place in range(int(rng.integers(1, 4)))]
    analysis: dict[str, Any] = {
        "id": "os",
        "endpoint": "OS",
        "time_unit": str(rng.choice(["day", "week", "month", "year"])),
        "source": "p",
        "arm": arms,
    }
    if len(arms) > 1:
        analysis["contrast"] = [_plausible_contrast(rng)]
    _maybe(rng, 0.1, analysis, "assessment_every", int(rng.integers(1, 13)))
    _maybe(rng, 0.1, analysis, "total_events", int(rng.integers(1, 200)))
    if rng.random() < 0.15:
        analysis["stratification"] = [_strata(rng, arms)]
    return _document(analysis)


def _document(analysis: dict[str, Any]) -> dict[str, Any]:
    return {
        "spec_version": 1,
        "id": "x",
        "name": "X",
        "sources": {"p": {"citation": "c"}},
        "analysis": [analysis],
    }


def _plausible_arm(rng: np.random.Generator, name: str) -> dict[str, Any]:
    n = int(rng.choice([rng.integers(1, 12), rng.integers(12, 400)]))
    arm: dict[str, Any] = {"id": name, "n": n}
    _maybe(rng, 0.6, arm, "events", int(rng.integers(0, n + 1)))
    if rng.random() < 0.6:
        median = _figure(rng, 1, 1.0, 40.0)
        arm["median"] = _interval(rng, median, 1) if rng.random() < 0.5 else median
    _maybe(rng, 0.1, arm, "median", "not reached")
    _maybe(rng, 0.15, arm, "upper_quartile", _figure(rng, 1, 1.0, 60.0))
    _maybe(rng, 0.2, arm, "max_follow_up", _figure(rng, 1, 0.5, 60.0))
    _maybe(rng, 0.15, arm, "median_follow_up", _figure(rng, 1, 0.5, 40.0))
    if rng.random() < 0.4:
        times = sorted({int(rng.integers(0, 60)) for _ in range(int(rng.integers(1, 4)))})
        arm["survival"] = [
            {"time": time, "percent": _figure(rng, int(rng.integers(0, 2)), 0, 100)}
            for time in times
        ]
        if rng.random() < 0.3:
            arm["survival"][0]["percent"] = str(rng.choice([">98", "<2", ">95"]))
    if rng.random() < 0.3:
        times = sorted({int(rng.integers(0, 60)) for _ in range(int(rng.integers(1, 6)))})
        arm["at_risk"] = [{"time": time, "n": int(rng.integers(0, n + 1))} for time in times]
    _maybe(rng, 0.1, arm, "rmst", [{"time": 12, "value": _figure(rng, 2, 0.5, 12.0)}])
    return arm


def _plausible_contrast(rng: np.random.Generator) -> dict[str, Any]:
    contrast: dict[str, Any] = {"experimental": "a1", "reference": "a0"}
    if rng.random() < 0.8:
        ratio = _figure(rng, 2, 0.2, 2.5)
        contrast["hazard_ratio"] = _interval(rng, ratio, 2) if rng.random() < 0.7 else ratio
    if rng.random() < 0.5:
        p: Any = str(rng.choice(["<0.001", "<0.05", ">0.99"]))
        contrast["p_value"] = p if rng.random() < 0.4 else _figure(rng, 3, 0.0, 1.0)
    return contrast


def _strata(rng: np.random.Generator, arms: list[dict[str, Any]]) -> dict[str, Any]:
    levels = [
        {"id": f"l{place}", "per_arm": {arm["id"]: int(rng.integers(0, 20)) for arm in arms}}
        for place in range(int(rng.integers(2, 4)))
    ]
    return {"factor": "f", "levels": levels}


def nonsensical(rng: np.random.Generator) -> dict[str, Any]:
    """Type a file at random: numbers of any size wherever one may stand."""
    document = plausible(rng)
    (analysis,) = document["analysis"]
    places = list(_numbers(analysis))
    for _ in range(int(rng.integers(1, 5))):
        node, key = places[int(rng.integers(len(places)))]
        node[key] = copy.deepcopy(_NUMBERS[int(rng.integers(0, 23))])
    return document


def mutated(document: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Break a file at one to three places: another value, a missing key, an entry twice."""
    broken = copy.deepcopy(document)
    for _ in range(int(rng.integers(1, 4))):
        places = list(_all(broken))
        node, key = places[int(rng.integers(len(places)))]
        fate = rng.random()
        if fate < 0.7:
            node[key] = copy.deepcopy(_NUMBERS[int(rng.integers(len(_NUMBERS)))])
        elif fate < 0.85:
            del node[key]
        elif isinstance(node, list):
            node.append(copy.deepcopy(node[key]))
        else:
            node[f"{key}x"] = node[key]
    return broken


def _all(node: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        yield node, key
        if isinstance(value, dict | list):
            yield from _all(value)


def _numbers(node: Any) -> Iterator[tuple[Any, Any]]:
    for node_, key in _all(node):
        value = node_[key]
        if isinstance(value, int | Decimal) or (isinstance(value, str) and value[:1] in "<>n"):
            yield node_, key
