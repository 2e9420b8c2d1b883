"""Faults of a trial file: where they stand, what they say, and how a reader sees them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

__all__ = ["Fault", "Path", "in_file_order", "model_faults", "unknown_id"]

Path = tuple[str | int, ...]
"""Keys and list positions that lead to a value; short forms count as the tables they stand for."""

_ABSENT = object()
_LIMITS = {"lower": 0, "upper": 1}
_NAMES = {"lower": "lower limit", "upper": "upper limit", "[key]": "id"}
_LONGEST = 60

_TYPES = {
    "bool_type": "true or false",
    "date_type": "a date such as 2010-02-28, without quotes",
    "dict_type": "a table",
    "model_type": "a table",
    "string_too_short": "text that is not empty",
    "string_type": "text",
    "too_short": "a table or list with at least one entry",
    "tuple_type": "a list",
}
_PATTERNS = {
    "^[a-z": 'lower-case letters, digits and hyphens, such as "radiant-3"',
    "^10": 'a DOI such as "10.1056/NEJMoa1009290"',
    r"^\d": "digits in quotes",
    "^http": "an address that begins with https://",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a trial file."""

    path: Path  # where it stands
    says: str  # the sentence after the name of the key
    shown: bool = True  # whether the sentence ends with the value found there

    def sentence(self, origin: str, document: Mapping[str, Any]) -> str:
        """Say what is wrong, and where: <file>: <key path>: <name> must be <what>, got <value>."""
        keys, value = _locate(self.path, document)
        got = f", got {_as_toml(value)}" if self.shown else ""
        return f"{origin}: {_as_path(keys)}: {self._name} {self.says}{got}"

    @property
    def _name(self) -> str:
        """Name of the figure or the key, as a reader would say it."""
        keys = [key for key in self.path if isinstance(key, str)]
        if keys[-1] == "value" and len(keys) > 1:
            keys.pop()
        return _NAMES.get(keys[-1], _short(keys[-1]))


def model_faults(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Put the faults that the model found into words."""
    details = error.errors(include_url=False)
    return [fault for detail in details if not _echo(detail) for fault in _told(detail, model)]


def in_file_order(faults: Sequence[Fault], document: Mapping[str, Any]) -> list[Fault]:
    """Sort faults from the top of the file; what is missing comes last in its table."""
    return sorted(faults, key=lambda fault: _position(fault.path, document))


def _echo(detail: ErrorDetails) -> bool:
    """Whether a list only counts as too short because its entries are at fault themselves."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _told(detail: ErrorDetails, model: type[BaseModel]) -> list[Fault]:
    """Put into words what the model found in one place: a curve may have several faults."""
    if detail["type"] != "curve":
        return [_model_fault(detail, model)]
    found = detail["ctx"]["faults"]
    return [Fault((*detail["loc"], key), says, shown=False) for key in found for says in found[key]]


def _model_fault(detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    """Put one fault that the model found into words."""
    kind, path = detail["type"], detail["loc"]
    if kind == "missing":
        return Fault(path, "must be given", shown=False)
    if kind == "extra_forbidden":
        return Fault(path, _unknown_key(path, model), shown=False)
    if kind == "kind":
        return Fault(path, detail["msg"])
    if kind == "literal_error":
        return Fault(path, f"must be {detail['ctx']['expected']}".replace("'", '"'))
    if kind == "string_pattern_mismatch":
        pattern = detail["ctx"]["pattern"]
        what = next(what for start, what in _PATTERNS.items() if pattern.startswith(start))
        return Fault(path, f"must be {what}")
    return Fault(path, f"must be {_TYPES[kind]}" if kind in _TYPES else detail["msg"].lower())


def _unknown_key(path: Path, model: type[BaseModel]) -> str:
    """Say that a key is not known, and which one may have been meant."""
    keys = _known_keys(path[:-1], model)
    near = difflib.get_close_matches(_short(str(path[-1])), keys, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(keys)}"
    return f"is not a known key; {hint}"


def _known_keys(path: Path, model: type[BaseModel]) -> list[str]:
    """Return the keys of the table that a path leads to."""
    for key in path:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if key in fields:
            model = _table_in(fields[str(key)].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _table_in(annotation: Any) -> type[BaseModel] | None:
    """Return the table that a field holds, alone, in a list or in a dict."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_table_in(argument) for argument in get_args(annotation))
    return next((table for table in found if table is not None), None)


def _locate(path: Path, document: Mapping[str, Any]) -> tuple[Path, object]:
    """Return the path as far as the file goes, and the value there."""
    node: object = document
    keys: list[str | int] = []
    for step in path:
        if isinstance(node, Mapping):
            key, node = step, node.get(step, _ABSENT)
        elif isinstance(node, Sequence) and not isinstance(node, str):
            key = _LIMITS.get(step, step) if isinstance(step, str) else step
            node = node[key] if isinstance(key, int) else node
        else:
            break
        if key == "[key]":
            return tuple(keys), keys[-1]
        keys.append(key)
    return tuple(keys), node


def _position(path: Path, document: Mapping[str, Any]) -> list[int]:
    """Return where a path stands in the file, comparable with other paths."""
    node: object = document
    position: list[int] = []
    for key in _locate(path, document)[0]:
        if isinstance(node, Mapping):
            position.append(list(node).index(key) if key in node else len(node))
            node = node.get(key)
        elif isinstance(node, Sequence) and isinstance(key, int):
            position.append(key)
            node = node[key]
    return position


def _as_path(keys: Path) -> str:
    """Write a path the way people write it: ``analysis[0].arm[1].n``."""
    written = "".join(f"[{key}]" if isinstance(key, int) else f".{_short(key)}" for key in keys)
    return written.removeprefix(".")


def _as_toml(value: object) -> str:
    """Write a value the way the author of the file would, shortened if it is long."""
    return _short(_value_text(value))


def _short(text: str) -> str:
    """Shorten what is too long for a sentence."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _value_text(value: object) -> str:
    """Write a value the way the author of the file would."""
    if value is _ABSENT:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key} = {_value_text(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(_value_text(inner) for inner in value)}]"
    return str(value).lower() if isinstance(value, Decimal) and value.is_nan() else str(value)


def unknown_id(owner: str, what: str, asked: str, known: Iterable[str]) -> str:
    """Return the sentence for an id that does not exist, with the nearest one that does."""
    names = sorted(known)
    near = difflib.get_close_matches(asked[:60], names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names) or 'none'}"
    return f"{owner} has no {what} {asked!r}; {hint}"
