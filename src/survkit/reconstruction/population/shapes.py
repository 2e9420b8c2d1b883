"""Shapes of hazards as real trials have them: learned means and covariances, read from a file."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats

from survkit.reconstruction.population.endpoints import is_progression, is_recurrence
from survkit.reconstruction.population.rhythms import Rhythm

__all__ = [
    "CENTRED",
    "DURATIONS",
    "MONTHS",
    "USUAL_LOG_MONTHS",
    "Curves",
    "Normal",
    "Pair",
    "Shapes",
    "describe_trial",
    "log_minus_log",
    "shipped_shapes",
]

_FILE = "shapes.json"
DURATIONS = ("end", "median", "events", "follow_up")
"""
Logs of the longest follow-up, the median and the median follow-up, in months, and the share of
patients with an event, on the scale of `log_minus_log`. A median that is not reached is that of an
exponential curve through the middle of the follow-up.
"""
CENTRED = 1.0
"""Log of follow-up over the median about which shapes are described: e medians."""
MONTHS = {"day": 12.0 / 365.25, "week": 84.0 / 365.25, "month": 1.0, "year": 12.0}
"""Months in a unit of time."""
USUAL_LOG_MONTHS = 2.5, 4.5
"""Logs of a usual median, and of a usual follow-up where none is reached, in months."""
_USUAL_N = 500.0
_FARTHEST = 2.0
"""Distance from the usual, on log scales, beyond which no trial taught anything."""


def describe_trial(
    endpoint: str, *, log_follow_up: float = CENTRED, log_months: float = 0.0, n: float = _USUAL_N
) -> Floats:
    """
    Describe a trial as far as its shape may depend on it.

    Parameters
    ----------
    endpoint : str
        Endpoint as abbreviated in print.
    log_follow_up : float
        Log of the follow-up over the scale of the curves; `CENTRED` where that does not apply.
    log_months : float
        Log of that scale in months, less what is usual.
    n : float
        Patients of both arms.

    Returns
    -------
    ndarray of float, shape (6,)
        One, whether the endpoint is progression, whether it is recurrence, the centred follow-up,
        the scale, and the size on a log scale.

    Examples
    --------
    >>> describe_trial("PFS", log_follow_up=1.5).tolist()
    [1.0, 1.0, 0.0, 0.5, 0.0, 0.0]
    """
    beyond = _within(log_follow_up - CENTRED, _FARTHEST)
    return np.array(
        [
            1.0,
            float(is_progression(endpoint)),
            float(is_recurrence(endpoint)),
            beyond,
            _within(log_months, _FARTHEST),
            _within(0.5 * math.log(n / _USUAL_N), _FARTHEST),
        ]
    )


def _within(value: float, most: float) -> float:
    """Keep a number within what trials taught."""
    return min(max(value, -most), most)


def log_minus_log(share: float) -> float:
    """
    Return the log of the cumulative hazard that gives a share of patients an event.

    Parameters
    ----------
    share : float
        Share of patients; kept a little away from none and all.

    Returns
    -------
    float
        The log of -log(1 - share).

    Examples
    --------
    >>> round(log_minus_log(0.5), 4)
    -0.3665
    """
    return math.log(-math.log1p(-min(max(share, 0.01), 0.98)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """
    A random curve, piecewise linear between knots and constant outside.

    Parameters
    ----------
    knots : ndarray of float, shape (k,)
        Where its values are given.
    mean : ndarray of float, shape (6, k)
        Its mean, a row for each entry of `describe_trial`.
    covariance : ndarray of float, shape (k, k)
        Covariance of the values at the knots.
    """

    knots: Floats
    mean: Floats
    covariance: Floats

    def weights(self, positions: Floats) -> Floats:
        """Return how much the value at each position, (p,), takes of each knot, shape (p, k)."""
        rows = [np.interp(positions, self.knots, row) for row in np.eye(self.knots.size)]
        return np.stack(rows, axis=1)

    def mean_at(self, positions: Floats, trial: Floats) -> Floats:
        """Return the mean at positions, given the description of a trial."""
        values: Floats = np.interp(positions, self.knots, trial @ self.mean)
        return values

    def covariance_at(self, positions: Floats) -> Floats:
        """Return the covariance of the values at positions."""
        weights = self.weights(positions)
        covariance: Floats = weights @ self.covariance @ weights.T
        return covariance


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """
    Log hazards of two arms, as their middle and their difference.

    Parameters
    ----------
    middle : Curves
        The mean of both log hazards.
    apart : Curves
        Experimental minus reference, beyond a constant hazard ratio.
    clumping : float
        Variance of the events of a short time over their expected number, given these hazards: 1
        for patients who have them one by one, more where visits or records gather them.
    """

    middle: Curves
    apart: Curves
    clumping: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """
    Numbers that are jointly normal over trials.

    Parameters
    ----------
    mean : ndarray of float, shape (3, k)
        Their mean, a row for each of the first entries of `describe_trial`.
    covariance : ndarray of float, shape (k, k)
        Their covariance.
    """

    mean: Floats
    covariance: Floats

    def given(
        self, place: int, known: dict[int, float], kind: Floats
    ) -> tuple[float, float, float]:
        """
        Return mean and sd of one number given others, and how unusual those are.

        Parameters
        ----------
        place : int
            Which number.
        known : dict of int to float
            The others, by their place.
        kind : ndarray of float, shape (3,)
            The kind of trial.

        Returns
        -------
        tuple of float
            Mean, standard deviation, and the squared distance of what is known from its mean.
        """
        mean, variance = kind @ self.mean, float(self.covariance[place, place])
        places = sorted(known)
        if not places:
            return float(mean[place]), math.sqrt(variance), 0.0
        off = np.array([known[place] for place in places]) - mean[places]
        weights = np.linalg.solve(self.covariance[np.ix_(places, places)], off)
        across = self.covariance[place, places]
        explained = across @ np.linalg.solve(self.covariance[np.ix_(places, places)], across)
        sd = math.sqrt(float(variance - explained))
        return float(mean[place] + across @ weights), sd, float(off @ weights)


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """
    What trials taught.

    Parameters
    ----------
    reached : Pair
        Log hazards of events times the median, over time in medians.
    not_reached : Pair
        The same where no median is reached: in units of the follow-up.
    leaving : Pair
        Log hazards of censoring times the follow-up, over time in follow-ups.
    follow_up, follow_up_not_reached : Normal
        The entries of `DURATIONS`, where the median is reached and where it is not.
    after_last_reached : float
        Mean log of the longest follow-up over the latest printed median or limit of an arm in which
        a later one is not reached.
    scores : ndarray of float, shape (2, 21)
        How unusual real arms are, every fifth percentile: deaths and recurrences, then progression.
    log_ratio : tuple of float
        Mean and standard deviation of log hazard ratios, experimental over reference.
    rhythms : tuple of Rhythm
        How progression may be assessed; hazards of it are those on the clock of its rhythm.
    source : str
        The trials, their licence, and what made the file.
    """

    reached: Pair
    not_reached: Pair
    leaving: Pair
    follow_up: Normal
    follow_up_not_reached: Normal
    after_last_reached: float
    scores: Floats
    log_ratio: tuple[float, float]
    rhythms: tuple[Rhythm, ...]
    source: str

    def percentile(self, score: float, trial: Floats) -> float:
        """
        Return the percentage of real arms that are at least as unusual.

        Parameters
        ----------
        score : float
            How unusual an arm is, as a nearly normal score.
        trial : ndarray of float
            Its description.

        Returns
        -------
        float
            Between 0 and 100.
        """
        scores = self.scores[int(trial[1])]
        return float(np.interp(score, scores, np.linspace(100.0, 0.0, scores.size)))

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Shapes:
        """Read what `document` wrote."""
        pairs = {
            name: Pair(
                **{part: _curves(document[name][part]) for part in ("middle", "apart")},
                clumping=document[name]["clumping"],
            )
            for name in ("reached", "not_reached", "leaving")
        }
        mean, sd = document["log_ratio"]
        return cls(
            **pairs,
            follow_up=_normal(document["follow_up"]),
            follow_up_not_reached=_normal(document["follow_up_not_reached"]),
            after_last_reached=document["after_last_reached"],
            scores=np.array(document["scores"]),
            log_ratio=(mean, sd),
            rhythms=tuple(Rhythm(**entry) for entry in document["rhythms"]),
            source=document["source"],
        )

    @cached_property
    def document(self) -> dict[str, Any]:
        """The shapes as plain lists, four decimals, for a file."""
        pairs = {
            name: {
                "clumping": round(getattr(self, name).clumping, 4),
                **{
                    part: _listed(getattr(getattr(self, name), part))
                    for part in ("middle", "apart")
                },
            }
            for name in ("reached", "not_reached", "leaving")
        }
        return {
            "source": self.source,
            "log_ratio": _rounded(np.array(self.log_ratio)),
            "scores": _rounded(self.scores),
            "rhythms": [asdict(rhythm) for rhythm in self.rhythms],
            "follow_up": _listed_normal(self.follow_up),
            "follow_up_not_reached": _listed_normal(self.follow_up_not_reached),
            "after_last_reached": round(self.after_last_reached, 4),
            **pairs,
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the document, its first eight hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.document).encode()).hexdigest()[:8]


@cache
def shipped_shapes() -> Shapes:
    """Return the shapes that come with survkit."""
    text = files("survkit.reconstruction.population").joinpath(_FILE).read_text("utf-8")
    return Shapes.from_document(json.loads(text))


def _curves(entry: dict[str, Any]) -> Curves:
    """Read one curve; its covariance is stored row by row, up to the diagonal."""
    size = len(entry["knots"])
    covariance = np.zeros((size, size))
    for row, values in enumerate(entry["covariance"]):
        covariance[row, : row + 1] = covariance[: row + 1, row] = values
    return Curves(
        knots=np.array(entry["knots"]), mean=np.array(entry["mean"]), covariance=covariance
    )


def _normal(entry: dict[str, Any]) -> Normal:
    return Normal(mean=np.array(entry["mean"]), covariance=np.array(entry["covariance"]))


def _listed_normal(normal: Normal) -> dict[str, Any]:
    return {"mean": _rounded(normal.mean), "covariance": _rounded(normal.covariance)}


def _listed(curves: Curves) -> dict[str, Any]:
    rows = [_rounded(curves.covariance[row, : row + 1]) for row in range(curves.knots.size)]
    return {"knots": curves.knots.tolist(), "mean": _rounded(curves.mean), "covariance": rows}


def _rounded(values: Floats) -> Any:
    """Round to the digits of the file; adding zero makes a minus zero plain."""
    return (values.round(4) + 0.0).tolist()
