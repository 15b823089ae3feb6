"""The engine's choices as enums of the schema: each value with a description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry


def describe(enum_class: Any, description: str, values: Mapping[str, str], name: str | None = None) -> Any:
    """Make a GraphQL enum of a Django choices class; every value must be described.

    A choices class cannot hold strawberry's own descriptions, so they are set on its definition.
    """
    strawberry.enum(enum_class, name=name, description=description)
    for value in enum_class.__strawberry_definition__.values:
        value.description = values[value.name]
    return enum_class
