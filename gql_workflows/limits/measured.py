"""The sizes of documents that were measured before, kept with the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import DocumentNode

from gql_workflows.documents.cache import beside
from gql_workflows.limits.pages import Variables

_KEPT: Final = 32  # of one document
_KEY: Final = "sizes"


def measured_before(
    document: DocumentNode, part: Any, variables: Variables, measure: Callable[[], Mapping[str, int]]
) -> Mapping[str, int]:
    """The sizes of this part of the document, as `measure` gives them.

    Of the variables they follow from the numbers alone, where none of them is a list or an object.
    """
    if any(isinstance(value, list | dict) for value in variables.values()):
        return measure()
    key = (part, *((name, _weighed(value)) for name, value in variables.items()))
    kept: dict[Any, Mapping[str, int]] = beside(document).setdefault(_KEY, {})
    if key not in kept:
        if len(kept) >= _KEPT:
            kept.clear()
        kept[key] = measure()
    return kept[key]


def _weighed(value: Any) -> Any:
    """What a size may follow from: True is no number, though it is equal to 1."""
    return (type(value), value) if isinstance(value, int | float) else None
