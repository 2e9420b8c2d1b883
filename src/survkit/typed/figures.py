"""An analysis from figures typed in a call: the document of a trial file, written by itself."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from survkit.errors import SurvkitError, TrialFileError
from survkit.printed import Printed
from survkit.quantity import FOLLOW_UP
from survkit.trial import Analysis, trial_from_document
from survkit.typed.spelling import names_spread, read_range, read_spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["from_figures"]

_OF_ARMS = (
    "n",
    "events",
    "median",
    "lower_quartile",
    "upper_quartile",
    "median_follow_up",
    "max_follow_up",
    "event_rate",
)
"""Figures of an arm that have one value."""
_AT_TIMES = {"survival": "percent", "incidence": "percent", "at_risk": "n", "rmst": "value"}
"""Figures of an arm by point in time, and the key of their value in a trial file."""
_OF_CONTRASTS = ("hazard_ratio", "p_value", "risk_reduction")
_ALONE = ("total_n", "total_events", "overall_median_follow_up", "overall_p_value")
_CONVENTIONS = (
    "assessment_every",
    "median_interval",
    "plateau",
    "survival_interval",
    "stratified_by",
    "ties",
    "note",
)
_UNITS = ("day", "week", "month", "year")
_PLACE = re.compile(r"^(?P<origin>[^:]*): analysis\[0\]\.?(?P<path>[^:]*): ")
_EXAMPLES = {
    "n": "203",
    "events": "165",
    "total_n": "410",
    "total_events": "274",
    "at_risk": "98",
    "survival": "26 (20-33)",
    "incidence": "26 (20-33)",
    "max_follow_up": "28.3",
    "median_follow_up": "17.0 (range 0-28.3)",
    "overall_median_follow_up": "17.0 (range 0-28.3)",
    "hazard_ratio": "0.35 (0.27-0.45)",
    "p_value": "<0.001",
    "overall_p_value": "<0.001",
}
"""How figures other than medians are printed."""
_COUNTS, _SHARES = {"n", "events", "total_n", "total_events", "at_risk"}, {"survival", "incidence"}
_OF_ALL = re.compile(
    r"(?:\s*(?:patients|pts\.?|participants|subjects|events|deaths))?"
    r"(?:\s*\(\s*\d+(?:[.·]\d+)?\s*%\s*\))?$"
)
"""What and which share it is, as journals print it behind a count: 165 patients (81%)."""


def from_figures(  # noqa: PLR0913 - one parameter per figure
    *,
    arms: Mapping[str, Mapping[str, Any]],
    hazard_ratio: Any = None,
    p_value: Any = None,
    risk_reduction: Any = None,
    total_n: Any = None,
    total_events: Any = None,
    overall_median_follow_up: Any = None,
    overall_p_value: Any = None,
    time_unit: str = "month",
    endpoint: str = "time to event",
    name: str = "typed figures",
    **further: Any,
) -> Analysis:
    """
    Make an analysis of figures as a paper prints them, in one call and without a file.

    Figures are typed as text, because ``0.30`` and ``0.3`` are printed differently; whole numbers
    may be numbers. Journals' spellings are read: ``"0·35 (95% CI, 0·27 to 0·45)"``, ``"7,090"``,
    ``"10.3 (6.7-NR)"``, ``"34%"``, ``"<.001"``. A range of follow-up is called one, ``"17 (range
    0-28)"``, and ends with the longest. A figure may also be a table as in a trial file, such as
    ``dict(value="4.6", role="check")``.

    Parameters
    ----------
    arms : mapping of str to mapping
        The arms by name, the reference first. Each has ``n`` and what else is printed: ``events``,
        ``median``, ``lower_quartile``, ``upper_quartile``, ``median_follow_up``,
        ``max_follow_up``, ``event_rate`` (events per 100 patient-years, a check), and by point in
        time ``survival``, ``incidence`` (in percent),
        ``at_risk`` and ``rmst``, such as ``survival={12: "26 (20-33)"}``.
    hazard_ratio, p_value, risk_reduction : str, mapping or None
        The comparison of the second arm with the first: ratios are second over first, a reduction
        is in percent. With other contrasts, a mapping such as ``{"high vs placebo": "0.61"}``.
    total_n, total_events : int, str or None
        Patients and events of all arms together.
    overall_median_follow_up, overall_p_value : str or None
        Median follow-up of all arms together; log-rank test of all arms at once, a check.
    time_unit : {"day", "week", "month", "year"}
        Unit of all times.
    endpoint : str
        Endpoint, such as ``"OS"``.
    name : str
        What plots and exports call the trial.
    **further : Any
        Conventions of the analysis as in a trial file: ``assessment_every``, ``median_interval``,
        ``plateau``, ``survival_interval``, ``stratified_by``, ``ties``, ``note``.

    Returns
    -------
    Analysis
        The analysis, to be handed to `reconstruct`, `reproduce`, `audit` and the plots.

    Raises
    ------
    SurvkitError
        If a name is not known or a figure cannot be read; one sentence per fault, all at once.

    Examples
    --------
    >>> import survkit
    >>> analysis = survkit.from_figures(
    ...     arms={
    ...         "placebo": dict(n=203, events=165, median="4.6 (3.1-5.4)"),
    ...         "everolimus": dict(n=207, events=109, median="11.0 (8.4-13.9)"),
    ...     },
    ...     hazard_ratio="0.35 (0.27-0.45)",
    ...     time_unit="month",
    ... )
    >>> survkit.reproduce(analysis).reproduced
    True
    """
    sheet = _Sheet(time_unit)
    sheet.refuse_unknown("", further, _CONVENTIONS, _known_arguments())
    alone = {
        "total_n": total_n,
        "total_events": total_events,
        "overall_median_follow_up": overall_median_follow_up,
        "overall_p_value": overall_p_value,
    }
    table: dict[str, Any] = {
        "id": "typed",
        "endpoint": endpoint,
        "time_unit": time_unit,
        "source": "typed",
        **further,
        **sheet.figures("", alone, _ALONE),
        "arm": sheet.arms(arms),
    }
    stated = {
        "hazard_ratio": hazard_ratio,
        "p_value": p_value,
        "risk_reduction": risk_reduction,
    }
    table["contrast"] = sheet.contrasts(stated)
    if (ends := sheet.ranges.get("overall_median_follow_up")) is not None:
        table["follow_up"] = dict(zip(("min", "max"), ends, strict=True))
    if sheet.faults:
        raise SurvkitError(*sheet.faults)
    document = {
        "spec_version": 1,
        "id": "typed",
        "name": name,
        "sources": {"typed": {"citation": "figures typed in a call"}},
        "analysis": [table],
    }
    try:
        return trial_from_document(document, origin="from_figures").analyses[0]
    except TrialFileError as error:
        raise SurvkitError(*(sheet.in_words(fault) for fault in error.faults)) from None


def _known_arguments() -> tuple[str, ...]:
    """List what `from_figures` takes."""
    named = ("arms", *_OF_CONTRASTS, *_ALONE, "time_unit", "endpoint", "name")
    return (*named, *_CONVENTIONS)


class _Sheet:
    """What was typed, on its way to a document; faults are gathered."""

    def __init__(self, time_unit: object) -> None:
        self.faults: list[str] = []
        self._time_unit = time_unit
        self._ids: dict[str, str] = {}  # by the name that was typed
        self.ranges: dict[str, tuple[Any, Any]] = {}  # of follow-up, by place

    def refuse(self, place: str, what: str) -> None:
        """Put a fault on record."""
        self.faults.append(f"from_figures: {place}{': ' if place else ''}{what}")

    def refuse_unknown(
        self, place: str, given: Iterable[Any], known: Iterable[str], listed: Iterable[str] = ()
    ) -> None:
        """Refuse names that are not known, with the one that may be meant."""
        known, listed = list(known), list(listed) or list(known)
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(str(name)[:60], listed, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(listed)}"
                self.refuse(place, f"{str(name)[:60]!r} is not known; {hint}")

    def arms(self, given: object) -> list[dict[str, Any]]:
        """Write the arms."""
        such = 'such as {"placebo": dict(n=203, events=165), "everolimus": dict(n=207)}'
        if not isinstance(given, Mapping) or not given:
            what = f"must be a mapping of names to figures, {such}, got {_shown(given)}"
            self.refuse("arms", what)
            return []
        for name in given:
            self._ids[str(name)] = _identifier(str(name), len(self._ids))
        return [self._arm(str(name), figures) for name, figures in given.items()]

    def _arm(self, name: str, given: object) -> dict[str, Any]:
        """Write one arm."""
        place = f"arms[{name!r}]"
        arm: dict[str, Any] = {"id": self._ids[name]}
        if arm["id"] != name:
            arm["name"] = name
        if not isinstance(given, Mapping):
            self.refuse(place, f"must be a mapping, such as dict(n=203), got {_shown(given)}")
            return arm
        self.refuse_unknown(place, given, (*_OF_ARMS, *_AT_TIMES))
        arm |= self.figures(place, given, _OF_ARMS)
        if (ends := self.ranges.get(f"{place}['median_follow_up']")) is not None:
            arm.setdefault("max_follow_up", ends[1])
        for key, value in _AT_TIMES.items():
            if given.get(key) is not None:
                arm[key] = self._at_times(f"{place}[{key!r}]", given[key], value)
        return arm

    def figures(self, place: str, given: Mapping[Any, Any], keys: Iterable[str]) -> dict[str, Any]:
        """Write figures with one value each; what is None is not printed."""
        stated = {key: given[key] for key in keys if given.get(key) is not None}
        return {
            key: self._figure(f"{place}[{key!r}]" if place else key, value)
            for key, value in stated.items()
        }

    def _at_times(self, place: str, given: object, value: str) -> list[Any]:
        """Write figures by point in time."""
        if isinstance(given, list | tuple) and all(isinstance(row, Mapping) for row in given):
            return list(given)
        if not isinstance(given, Mapping):
            what = (
                f'must be a mapping of times to figures, such as {{12: "26"}}, got {_shown(given)}'
            )
            self.refuse(place, what)
            return []
        rows = []
        for time, stated in given.items():
            row = self._figure(f"{place}[{time!r}]", stated)
            row = row if isinstance(row, dict) else {"value": row}
            rows.append({"time": self._time(place, time), value: row.pop("value", None), **row})
        return rows

    def contrasts(self, stated: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Write the contrasts that have a figure."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        names = list(self._ids)
        for key, given in stated.items():
            if given is None:
                continue
            whole = not isinstance(given, Mapping) or "value" in given
            if whole and len(names) != 2:
                such = '{"everolimus vs placebo": "0.35 (0.27-0.45)"}'
                what = (
                    f"must name its arms where there are not two, such as {such}, got {len(names)}"
                )
                self.refuse(key, what)
                continue
            pairs = {f"{names[1]} vs {names[0]}": given} if whole else given
            for pair, figure in pairs.items():
                arms = self._pair(key, str(pair))
                if arms is not None:
                    place = key if whole else f"{key}[{pair!r}]"
                    found.setdefault(arms, {})[key] = self._figure(place, figure)
        return [
            {"experimental": experimental, "reference": reference, **figures}
            for (experimental, reference), figures in found.items()
        ]

    def _pair(self, key: str, text: str) -> tuple[str, str] | None:
        """Find the two arms of a contrast."""
        experimental, _, reference = text.partition(" vs ")
        for name in (experimental, reference):
            if name not in self._ids:
                self.refuse_unknown(f"{key}[{text!r}]: the arm", [name], self._ids)
                return None
        return self._ids[experimental], self._ids[reference]

    def _figure(self, place: str, given: object) -> Any:
        """Write a figure as a trial file has it."""
        if isinstance(given, Mapping):
            rest = {str(key): value for key, value in given.items() if key != "value"}
            if isinstance(rest.get("ci"), list | tuple):
                rest["ci"] = [self._figure(f"{place}.ci", limit) for limit in rest["ci"]]
            inner = self._figure(place, given.get("value"))
            return {**(inner if isinstance(inner, dict) else {"value": inner}), **rest}
        if isinstance(given, bool) or not isinstance(given, int | str | float | Decimal | Printed):
            self.refuse(place, f"must be {_spelling(place)}, got {_shown(given)}")
            return None
        if isinstance(given, float):
            hint = f'must be text, such as "{given:g}", because a float has lost its printed digits'
            self.refuse(place, f"{hint}, got {given!r}")
            return None
        return self._spelled(place, given) if isinstance(given, str) else _plain(given)

    def _spelled(self, place: str, text: str) -> Any:
        """Read a figure from its characters."""
        key = _quantity(place)
        if key in FOLLOW_UP and (ranged := read_range(text)) is not None:
            text, *ends = ranged
            self.ranges[place] = (_plain(ends[0]), _plain(ends[1]))
        found = read_spelled(_OF_ALL.sub("", text) if key in _COUNTS else text)
        if found is None:
            no_interval = "; a range is no confidence interval" if names_spread(text) else ""
            self.refuse(place, f"must be {_spelling(place)}{no_interval}, got {text[:60]!r}")
            return None
        if key in _SHARES and "%" not in text and _is_share(found.value):
            meant = f'such as "26 (20-33)", or "{found.value}%" if that is meant'
            self.refuse(place, f"must be in percent, {meant}, got {text[:60]!r}")
        self._hold_to_unit(place, text, found.units)
        value = _plain(found.value)
        if found.limits is None:
            return value
        limits: Any = dict(zip(("lower", "upper"), map(_plain, found.limits), strict=True))
        if found.level is not None:
            limits["level"] = Decimal(found.level)
        return {"value": value, "ci": limits}

    def _hold_to_unit(self, place: str, text: str, units: frozenset[str]) -> None:
        """Refuse a time in another unit than the analysis has."""
        if units - {self._time_unit} and self._time_unit in _UNITS:
            self.refuse(place, f"must be in {self._time_unit}s, got {text[:60]!r}")

    def _time(self, place: str, given: object) -> Any:
        """Read a point in time; what is none is left to the reader."""
        found = read_spelled(given) if isinstance(given, str) else None
        if found is None or not found.value.exact or found.limits is not None:
            return given
        self._hold_to_unit(place, str(given), found.units)
        return found.value.number

    def in_words(self, fault: str) -> str:
        """Say of a fault where it stands in the call, not in the document."""
        found = _PLACE.match(fault)
        if found is None:
            return fault
        names = list(self._ids)
        path = re.sub(r"arm\[(\d+)\]", lambda arm: f"arms[{names[int(arm[1])]!r}]", found["path"])
        path = re.sub(r"contrast\[\d+\]\.", "", path)
        return f"from_figures: {path}: {fault[found.end() :]}"


def _identifier(name: str, place: int) -> str:
    """Make an id of a name."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or f"arm-{place + 1}"


def _quantity(place: str) -> str:
    """Name the quantity of a place in the call, such as arms['placebo']['survival'][12]."""
    named = [key for key in re.findall(r"[a-z_]+", place) if key in _EXAMPLES]
    return named[-1] if named else ""


def _spelling(place: str) -> str:
    """Show how the figure of a place is printed."""
    return f'a figure as printed, such as "{_EXAMPLES.get(_quantity(place), "4.6 (3.1-5.4)")}"'


def _is_share(value: Printed) -> bool:
    """Tell whether a percentage looks like a share of one: no journal prints 0.35 % survival."""
    number = value.number if value.exact else None
    return number is not None and 0 < number < 1 and value.decimals > 1


def _plain(given: int | Decimal | Printed) -> Any:
    """Write a number as TOML would give it; words and thresholds stay words."""
    if isinstance(given, Printed):
        return given.number if given.exact else str(given)
    return given


def _shown(given: object) -> str:
    """Show what was handed in: itself if it is short, else its type."""
    text = repr(given) if isinstance(given, str | int | float | Decimal | None) else ""
    return text if 0 < len(text) <= 60 else f"a {type(given).__name__}"
