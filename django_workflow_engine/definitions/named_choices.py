"""Choices that are written by value or by name, in any case, as JSON does."""

from __future__ import annotations

from functools import cache
from typing import Any

from django_workflow_engine.definitions.values import shown


def find_choice(choices: Any, value: Any) -> Any:
    """The choice with this value, or with this text as its value or name in any case; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    found = _by_value(choices).get(value)
    if found is not None or not isinstance(value, str):
        return found
    wanted = shown(value).lower()
    return next((one for one in choices if wanted in (str(one.value).lower(), one.name.lower())), None)


@cache
def _by_value(choices: Any) -> dict[Any, Any]:
    """The choices by their values: every stored approval looks up four."""
    return {choice.value: choice for choice in choices}
