"""Whatever is handed to a function that callers find, they are told in a sentence what it takes."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

import pandas as pd

from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

ROOMS = (
    "survkit",
    *(
        f"survkit.{room}"
        for room in (
            *("plot", "export", "results", "scene", "ensembles", "reproduction", "slips"),
            *("comparison", "second_opinion", "refit", "crossvalidation", "transcription"),
            *("drawings", "consistency", "digitized", "reconstruction", "reconstruction.curves"),
        )
    ),
)
"""Rooms whose functions take what users have at hand; numbers and arrays are for those below."""
WRONG: tuple[Any, ...] = (None, "no-such", 3, [], pd.DataFrame({"a": [1]}))


def functions() -> dict[str, Callable[..., Any]]:
    """Every exported function once, under the room that exports it last."""
    found: dict[Callable[..., Any], str] = {}
    for room in ROOMS:
        module = importlib.import_module(room)
        exported = {name: getattr(module, name) for name in module.__all__}
        found |= {
            one: f"{room}.{name}" for name, one in exported.items() if inspect.isfunction(one)
        }
    return {name: function for function, name in found.items()}


FUNCTIONS = functions()


def answer(function: Callable[..., Any], wrong: object) -> str:
    """What comes of a wrong argument in every place: nothing, or a traceback's last line."""
    several = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
    needed = [
        one
        for one in inspect.signature(function).parameters.values()
        if one.default is one.empty and one.kind not in several
    ]
    named = [one.name for one in needed if one.kind is one.KEYWORD_ONLY]
    places = len(needed) - len(named)
    try:
        function(*[wrong] * places, **dict.fromkeys(named, wrong))
    except SurvkitError as error:
        return "" if str(error) else "an error without a sentence"
    except Exception as error:  # noqa: BLE001 - what is looked for
        documented = isinstance(error, ValueError) and "must" in str(error)
        return "" if documented else f"{type(error).__name__}: {error}"
    return ""


def test_a_wrong_type_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but an error of ours, or a documented ValueError that says what must be given."""
    monkeypatch.chdir(tmp_path)
    answers = {
        f"{name}({type(wrong).__name__})": answer(function, wrong)
        for name, function in FUNCTIONS.items()
        for wrong in WRONG
    }
    assert len(answers) > 300
    assert {name: said for name, said in answers.items() if said} == {}
    assert not list(tmp_path.iterdir())
