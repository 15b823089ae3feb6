"""Inputs for conditions."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.scalars import JSON

from gql_workflows.types.condition_enums import ComparisonOperator


@strawberry.input(description="A field held against a value.")
class ComparisonInput:
    """One comparison."""

    field: str = strawberry.field(
        description="One of conditionFields, or metadata.KEY or form.KEY for what is given in a run."
    )
    operator: ComparisonOperator = strawberry.field(description="How it is compared.")
    value: JSON | None = strawberry.field(
        default=UNSET,
        description="What it is held against: a list for IN and NOT_IN, left out for IS_EMPTY and IS_NOT_EMPTY; the "
        "JSON that conditionFields tells for the field's type.",
    )

    def as_json(self) -> dict[str, Any]:
        """The comparison as the engine reads it."""
        written = {"field": self.field, "operator": self.operator.value, "value": self.value}
        return {name: value for name, value in written.items() if value is not UNSET}


@strawberry.input(
    one_of=True,
    description="A condition: exactly one of the four. At most 10 levels and 200 parts. A missing value makes a "
    "comparison neither true nor false, and what is neither is asked.",
)
class ConditionInput:
    """A tree of comparisons."""

    all: list[ConditionInput] | None = strawberry.field(default=UNSET, description="Every one of these holds.")
    any: list[ConditionInput] | None = strawberry.field(default=UNSET, description="One of these holds.")
    not_: ConditionInput | None = strawberry.field(default=UNSET, name="not", description="This one does not hold.")
    compare: ComparisonInput | None = strawberry.field(default=UNSET, description="A field held against a value.")

    def as_json(self) -> dict[str, Any]:
        """The condition as the engine reads it."""
        if self.compare:
            return {"compare": self.compare.as_json()}
        if self.not_:
            return {"not": self.not_.as_json()}
        name = "any" if self.all is UNSET else "all"
        return {name: [part.as_json() for part in (self.any if name == "any" else self.all) or ()]}
