"""Values that nobody declares: keys of the metadata and of forms, compared by the kind that they have in the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django_workflow_engine.choices import ConditionFieldType
from django_workflow_engine.conditions.kinds import KINDS
from django_workflow_engine.definitions.conditions.expressions import Literal

TYPES: Final[Mapping[type[Any], ConditionFieldType]] = {
    bool: ConditionFieldType.BOOLEAN,
    int: ConditionFieldType.DECIMAL,
    float: ConditionFieldType.DECIMAL,
    str: ConditionFieldType.TEXT,
}


def type_of(value: Any) -> ConditionFieldType | None:
    """The type of a JSON value; of several that are compared with, the type that all of them have. None for others."""
    if not isinstance(value, tuple):
        return TYPES.get(type(value))
    found = {type_of(one) for one in value}
    return found.pop() if len(found) == 1 else None


def free_value(value: Any, held: Literal) -> Any:
    """A value as it is compared with what a condition names; None where the two are not of one type."""
    if held is None:  # it is only asked whether it is empty
        return None if value in ("", [], {}) else value
    wanted = type_of(held)
    return KINDS[wanted].value(value) if wanted is not None and type_of(value) is wanted else None
