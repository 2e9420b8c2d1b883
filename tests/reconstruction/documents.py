"""Analyses made in a few words, for the tests of the reconstruction."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from survkit.trial import Analysis, trial_from_document


def digits(text: str) -> Decimal | str:
    """Give printed characters the type that a trial file gives them."""
    return Decimal(text) if text.lstrip("-")[0].isdigit() else text


def arm(
    name: str,
    n: int,
    events: int | None = None,
    median: str | None = None,
    ci: tuple[str, str] | None = None,
    end: str | None = None,
) -> dict[str, Any]:
    stated: dict[str, Any] = {"id": name, "n": n}
    if events is not None:
        stated["events"] = events
    if median is not None:
        stated["median"] = {"value": digits(median)}
        if ci is not None:
            stated["median"]["ci"] = [digits(limit) for limit in ci]
    if end is not None:
        stated["max_follow_up"] = digits(end)
    return stated


def contrast(
    ratio: str, ci: tuple[str, str] | None = None, arms: tuple[str, str] = ("new", "old")
) -> dict[str, Any]:
    stated: dict[str, Any] = {"value": digits(ratio)}
    if ci is not None:
        stated["ci"] = [digits(limit) for limit in ci]
    return {"experimental": arms[0], "reference": arms[1], "hazard_ratio": stated}


def analysis(*parts: dict[str, Any], **keys: Any) -> Analysis:
    arms = [part for part in parts if "id" in part]
    contrasts = [part for part in parts if "id" not in part]
    stated = {"id": "all", "endpoint": "OS", "time_unit": "month", "source": "made-up"}
    document = {
        "spec_version": 1,
        "id": "made-up",
        "name": "Made up",
        "sources": {"made-up": {"citation": "Made up for a test"}},
        "analysis": [stated | keys | {"arm": arms, "contrast": contrasts}],
    }
    return trial_from_document(document).analyses[0]
