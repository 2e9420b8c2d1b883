"""The JSON Schema of trial files, for editors: ``python -m survkit.trial.schema`` prints it."""

from __future__ import annotations

import json
import sys
from typing import Any

from survkit.trial.model import Trial

__all__ = ["schema_text", "trial_schema"]

_DIALECT = "http://json-schema.org/draft-07/schema#"
_REFERENCE = "#/$defs/"


def trial_schema() -> dict[str, Any]:
    """
    Describe the format of trial files: a JSON Schema generated from the model.

    Its definitions bear the names of the tables.
    """
    generated = Trial.model_json_schema(by_alias=True, mode="validation")
    titles = {key: table["title"] for key, table in generated["$defs"].items()}
    schema: dict[str, Any] = _tidied(generated, titles)
    definitions = {titles[key]: table for key, table in schema.pop("$defs").items()}
    schema["$defs"] = dict(sorted(definitions.items()))
    return {"$schema": _DIALECT, **schema}


def schema_text() -> str:
    """Write the schema as the text of its file."""
    return json.dumps(trial_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidied(node: Any, titles: dict[str, str]) -> Any:
    """Return a part of the schema without what TOML cannot say, with references by title."""
    if isinstance(node, list):
        return [_tidied(item, titles) for item in node]
    if not isinstance(node, dict):
        return node
    named = _plain(node)
    if "$ref" in named:
        named["$ref"] = _REFERENCE + titles[named["$ref"].removeprefix(_REFERENCE)]
    return {key: _tidied(value, titles) for key, value in named.items()}


def _plain(node: dict[str, Any]) -> dict[str, Any]:
    """Return a key's schema as every version of pydantic means it, without wrappers and null."""
    plain = dict(node)
    if "const" in plain:
        plain.pop("type", None)
    for wrapper in ("anyOf", "allOf"):
        choices = plain.pop(wrapper, [])
        kept = [choice for choice in choices if choice != {"type": "null"}]
        if len(kept) < len(choices):
            plain.pop("default", None)
        if len(kept) == 1:
            plain = {**kept[0], **plain}
        elif kept:
            plain[wrapper] = kept
    return plain


if __name__ == "__main__":
    sys.stdout.write(schema_text())
