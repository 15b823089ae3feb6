"""Where in an input, or in a template, something is: in the words of the schema."""

from __future__ import annotations

from collections.abc import Sequence

from gql_workflows.errors.messages import shortened


def path_of(path: Sequence[str]) -> list[str]:
    """A fault's path in the words of the schema; the keys within `parameters` are the project's own."""
    words = [shortened(name) for name in path]
    inside = words.index("parameters") if "parameters" in words else len(words)
    return [*map(camel_case, words[:inside]), *words[inside:]]


def camel_case(name: str) -> str:
    """An engine's name as GraphQL writes it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
