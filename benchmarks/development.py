"""The development data sets as analyses: what a journal would print of real patients."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from survkit.trial import Analysis, trial_from_document

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

SETS = ("ratio", "events", "median-interval", "survival", "risk-table", "p-value")
"""
What goes in, each with all before it: n, medians and hazard ratio; events and its interval; the
medians' intervals; survival at three times with its intervals; the risk table; the log-rank p.
"""


def names(data: Path) -> list[str]:
    """List the data sets, empty where there are none."""
    return sorted(path.stem for path in (data / "figures").glob("*.json"))


def printed(text: str) -> Decimal | str:
    """Turn printed characters into what a trial file would hold."""
    return Decimal(text) if text[0].isdigit() else text


def analysis(data: Path, name: str, figures: str = "events", *, follow_up: bool = True) -> Analysis:
    """Build the analysis of one data set."""
    text = (data / "figures" / f"{name}.json").read_text()
    content = json.loads(text, parse_float=Decimal)
    known = SETS[: SETS.index(figures) + 1]
    document = {
        "spec_version": 1,
        "id": "development-set",
        "name": name,
        "sources": {"kmdata": {"citation": "R package kmdata"}},
        "analysis": [
            {
                "id": "all",
                "endpoint": content["endpoint"],
                "time_unit": content["time_unit"].removesuffix("s"),
                "source": "kmdata",
                "arm": [
                    _arm(arm, own, known, follow_up=follow_up)
                    for arm, own in content["arms"].items()
                ],
                "contrast": [_contrast(content["contrast"], known)],
            }
        ],
    }
    return trial_from_document(document, origin=name).analyses[0]


def patients(data: Path, name: str) -> pd.DataFrame:
    """Read the real patients of one data set: time, event, arm (1 experimental)."""
    frame = pd.read_csv(data / "ipd" / f"{name}.csv")
    return frame.rename(columns={"status": "event"})[["time", "event", "arm"]]


def _contrast(own: dict[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    ratio: dict[str, Any] = {"value": printed(own["hazard_ratio"])}
    stated: dict[str, Any] = {
        "experimental": "experimental",
        "reference": "reference",
        "hazard_ratio": ratio,
    }
    if "events" in known:
        ratio["ci"] = [printed(limit) for limit in own["ci"]]
    if "p-value" in known:
        stated["p_value"] = {"value": printed(own["p_value"]), "test": "log-rank", "sided": 2}
    return stated


def _arm(
    arm: str, own: dict[str, Any], known: tuple[str, ...], *, follow_up: bool
) -> dict[str, Any]:
    stated = {"id": arm, "n": own["n"], "median": {"value": printed(own["median"])}}
    if "events" in known:
        stated["events"] = own["events"]
    if "median-interval" in known:
        stated["median"]["ci"] = [printed(limit) for limit in own["median_ci"]]
    if "survival" in known:
        stated["survival"] = [_survival(point) for point in own["survival"]]
    if "risk-table" in known:
        stated["at_risk"] = own["at_risk"]
    if follow_up:
        stated["max_follow_up"] = printed(own["max_follow_up"])
    return stated


def _survival(point: dict[str, Any]) -> dict[str, Any]:
    stated = {"time": point["time"], "percent": printed(point["percent"])}
    if point["lower"] != "NA":  # R has no limits where nobody, or everybody, had the event
        stated["ci"] = [printed(point["lower"]), printed(point["upper"])]
    return stated
