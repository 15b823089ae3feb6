"""The direction of an ordering: strawberry-django's own enum, which a project may have in its schema already."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

import strawberry
import strawberry_django

from gql_workflows import conf

_SMALLEST, _LARGEST = "Smallest first; rows without a value %s.", "Largest first; rows without a value %s."
_DESCRIPTIONS: Final = {
    "ASC": _SMALLEST % "last",
    "ASC_NULLS_FIRST": _SMALLEST % "first",
    "ASC_NULLS_LAST": _SMALLEST % "last",
    "DESC": _LARGEST % "first",
    "DESC_NULLS_FIRST": _LARGEST % "first",
    "DESC_NULLS_LAST": _LARGEST % "last",
}


def _described(ordering: Any) -> Any:
    """The enum with descriptions, which the library's has none of."""
    definition = ordering.__strawberry_definition__
    definition.description = "The direction of one ordering."
    for value in definition.values:
        value.description = _DESCRIPTIONS[value.name]
    return ordering


if TYPE_CHECKING or not conf.type_prefix():
    Ordering = strawberry_django.Ordering
else:  # the project's schema may have the library's beside ours, or an Ordering of its own
    Ordering = strawberry.enum(enum.Enum("Ordering", {name: name for name in _DESCRIPTIONS}, module=__name__))
_described(Ordering)
