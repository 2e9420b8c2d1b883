"""The development data sets as analyses: what a journal would print of real patients."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd

from survkit.trial import Analysis, trial_from_document

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

SETS = ("ratio", "events", "median-interval")
"""What goes in: n, medians and hazard ratio; + events and its interval; + medians' intervals."""


def names(data: Path) -> list[str]:
    """List the data sets, empty where there are none."""
    return sorted(path.stem for path in (data / "figures").glob("*.json"))


def printed(text: str) -> Decimal | str:
    """Turn printed characters into what a trial file would hold."""
    return Decimal(text) if text[0].isdigit() else text


def analysis(data: Path, name: str, figures: str = "events", *, follow_up: bool = True) -> Analysis:
    """Build the analysis of one data set."""
    content = json.loads((data / "figures" / f"{name}.json").read_text())
    contrast = content["contrast"]
    ratio = {"value": printed(contrast["hazard_ratio"])}
    if figures != "ratio":
        ratio["ci"] = [printed(limit) for limit in contrast["ci"]]
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
                    _arm(arm, own, figures, follow_up=follow_up)
                    for arm, own in content["arms"].items()
                ],
                "contrast": [
                    {
                        "experimental": "experimental",
                        "reference": "reference",
                        "hazard_ratio": ratio,
                    }
                ],
            }
        ],
    }
    return trial_from_document(document, origin=name).analyses[0]


def patients(data: Path, name: str) -> pd.DataFrame:
    """Read the real patients of one data set: time, event, arm (1 experimental)."""
    frame = pd.read_csv(data / "ipd" / f"{name}.csv")
    return frame.rename(columns={"status": "event"})[["time", "event", "arm"]]


def _arm(arm: str, own: dict, figures: str, *, follow_up: bool) -> dict:
    stated = {"id": arm, "n": own["n"], "median": {"value": printed(own["median"])}}
    if figures != "ratio":
        stated["events"] = own["events"]
    if figures == "median-interval":
        stated["median"]["ci"] = [printed(limit) for limit in own["median_ci"]]
    if follow_up:
        stated["max_follow_up"] = printed(own["max_follow_up"])
    return stated
