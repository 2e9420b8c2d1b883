"""The development data sets as analyses: what a journal would print of real patients."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from lifelines.statistics import multivariate_logrank_test

from survkit.kernels import (
    quantile_interval,
    quantile_time,
    restricted_mean,
    restricted_mean_difference,
    tabulate_arm,
)
from survkit.trial import YEAR, Analysis, trial_from_document

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

SETS = ("ratio", "events", "median-interval", "survival", "risk-table", "p-value")
"""
What goes in, each with all before it: n, medians and hazard ratio; events and its interval; the
medians' intervals; survival at three times with its intervals; the risk table; the log-rank p.
"""


FURTHER = ("quartiles", "median-follow-up", "restricted-means", "overall")
"""
What may go in besides, each with its limits, worked out from the patients: quartiles; the median
follow-up; restricted means up to the time three quarters on to the shorter follow-up, and their
difference; the median follow-up and the log-rank test of all arms together, and each arm's rate of
events. Curves read from a figure end where its axis does, with everybody who is left: limits of
a median follow-up that this end cuts off are left out.
"""
_Z = 1.959963984540054


def names(data: Path) -> list[str]:
    """List the data sets, empty where there are none."""
    return sorted(path.stem for path in (data / "figures").glob("*.json"))


def printed(text: str) -> Decimal | str:
    """Turn printed characters into what a trial file would hold."""
    return Decimal(text) if text[0].isdigit() else text


def analysis(
    data: Path,
    name: str,
    figures: str = "events",
    *,
    follow_up: bool = True,
    also: Sequence[str] = (),
) -> Analysis:
    """Build the analysis of one data set."""
    stated = document(data, name, figures, follow_up=follow_up, also=also)
    return trial_from_document(stated, origin=name).analyses[0]


def document(
    data: Path,
    name: str,
    figures: str = "events",
    *,
    follow_up: bool = True,
    also: Sequence[str] = (),
) -> dict[str, Any]:
    """Write down what a journal would print of one data set, as a trial file has it."""
    text = (data / "figures" / f"{name}.json").read_text()
    content = json.loads(text, parse_float=Decimal)
    known = SETS[: SETS.index(figures) + 1]
    arms = {arm: _arm(arm, own, known, follow_up=follow_up) for arm, own in content["arms"].items()}
    contrast = _contrast(content["contrast"], known)
    _add(also, arms, contrast, patients(data, name))
    unit = content["time_unit"].removesuffix("s")
    return {
        "spec_version": 1,
        "id": "development-set",
        "name": name,
        "sources": {"kmdata": {"citation": "R package kmdata"}},
        "analysis": [
            {
                "id": "all",
                "endpoint": content["endpoint"],
                "time_unit": unit,
                "source": "kmdata",
                **(_overall(arms, patients(data, name), unit) if "overall" in also else {}),
                "arm": list(arms.values()),
                "contrast": [contrast],
            }
        ],
    }


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


def _overall(arms: dict[str, Any], real: pd.DataFrame, unit: str) -> dict[str, Any]:
    """Add each arm's rate of events, and return the figures of both arms together."""
    for arm, own in real.groupby("arm"):
        rate = 100.0 * own["event"].sum() / (own["time"].sum() / YEAR[unit])
        arms["experimental" if arm else "reference"]["event_rate"] = _text(rate, 1)
    text = str(arms["reference"]["median"]["value"])
    reverse = tabulate_arm(real["time"], 1 - real["event"])
    test = multivariate_logrank_test(real["time"], real["arm"], real["event"])
    return {
        "overall_median_follow_up": _text(quantile_time(reverse, 0.5), len(text.partition(".")[2])),
        "overall_p_value": _text(test.p_value, 3) if test.p_value >= 0.001 else "<0.001",
    }


def _add(
    also: Sequence[str], arms: dict[str, Any], contrast: dict[str, Any], real: pd.DataFrame
) -> None:
    """Add further figures of the real patients, with the decimals of the medians."""
    sides = {"reference": real[real["arm"] == 0], "experimental": real[real["arm"] == 1]}
    texts = [str(arms[arm]["median"]["value"]) for arm in sides]
    digits = max(len(text.partition(".")[2]) if text[0].isdigit() else 1 for text in texts)
    horizon = round(0.75 * min(float(own["time"].max()) for own in sides.values()), 0) or 1.0
    tables = {arm: tabulate_arm(own["time"], own["event"]) for arm, own in sides.items()}

    def entry(value: float, limits: tuple[float, float]) -> dict[str, Any]:
        return {"value": _text(value, digits), "ci": [_text(own, digits) for own in limits]}

    for arm, own in sides.items():
        reverse = tabulate_arm(own["time"], 1 - own["event"])
        quantiles = {
            "quartiles": {
                "lower_quartile": (tables[arm], 0.75),
                "upper_quartile": (tables[arm], 0.25),
            },
            "median-follow-up": {"median_follow_up": (reverse, 0.5)},
        }
        for kind in also:
            for quantity, (table, share) in quantiles.get(kind, {}).items():
                interval = quantile_interval(table, share, z=_Z, transform="log-log")
                value = quantile_time(table, share)
                stated = entry(value, (interval.lower, interval.upper))
                if kind == "median-follow-up" and not math.isfinite(interval.upper):
                    del stated["ci"]
                arms[arm][quantity] = stated
        if "restricted-means" in also:
            area = restricted_mean(tables[arm], horizon)
            arms[arm]["rmst"] = [{"time": int(horizon), **entry(area.mean, area.limits(_Z))}]
    if "restricted-means" in also:
        area = restricted_mean_difference(tables["reference"], tables["experimental"], horizon)
        contrast["rmst_difference"] = [{"time": int(horizon), **entry(area.mean, area.limits(_Z))}]


def _text(value: float, digits: int) -> Decimal | str:
    return Decimal(f"{value:.{digits}f}") if math.isfinite(value) else "not reached"
