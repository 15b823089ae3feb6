"""Which type of the schema a declared field of the engine has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import strawberry
from strawberry.scalars import JSON

from django_workflow_engine.definitions.declared import Declared, Kind
from gql_workflows.types import enums
from gql_workflows.types.conditions import Condition

_TYPES: Final[Mapping[Kind, Any]] = {
    Kind.TEXT: str,
    Kind.NUMBER: int,
    Kind.DECIMAL: float,
    Kind.FLAG: bool,
    Kind.JSON: JSON,
    Kind.KEY: strawberry.ID,
    Kind.CONDITION: Condition,
    Kind.DURATION: str,
    Kind.DURATIONS: list[str],
}


def type_of(field: Declared) -> Any:
    """The type of the value; raises KeyError for a set of values that `enums` does not describe."""
    if field.kind is Kind.CHOICES:
        return list[enums.described(field.choices)]  # type: ignore[misc]  # which choices is said by the field
    return enums.described(field.choices) if field.kind is Kind.CHOICE else _TYPES[field.kind]
