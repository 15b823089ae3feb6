"""Where in an input, or in a template, something is: in the words of the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gql_workflows.errors.messages import shortened

_OF_THE_PROJECT: Final = frozenset({"parameters", "form_data"})


def path_of(path: Sequence[str]) -> list[str]:
    """A fault's path in the words of the schema; the keys within `parameters` and `form_data` are the project's own."""
    words = [shortened(name) for name in path]
    inside = next((index for index, word in enumerate(words) if word in _OF_THE_PROJECT), len(words) - 1) + 1
    return [*map(camel_case, words[:inside]), *words[inside:]]


def camel_case(name: str) -> str:
    """An engine's name as GraphQL writes it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
