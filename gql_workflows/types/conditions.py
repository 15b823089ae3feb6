"""Conditions of templates, and what they may look at."""

from __future__ import annotations

from typing import cast

import strawberry
from strawberry.scalars import JSON

from django_workflow_engine.conditions.fields import ConditionField as Field
from django_workflow_engine.conditions.names import field_name
from django_workflow_engine.definitions.conditions.expressions import Expression, as_input
from django_workflow_engine.definitions.conditions.words import in_words
from gql_workflows.execution.fields import planned
from gql_workflows.types.condition_enums import ComparisonOperator, ConditionFieldType


@strawberry.type(description="When a part of a template is asked: it is skipped where the condition does not hold.")
class Condition:
    """A stored condition."""

    node: strawberry.Private[Expression]

    @planned(description="The tree as ConditionInput takes it.")
    def expression(self) -> JSON:
        return cast(JSON, as_input(self.node))

    @planned(description="The condition as a sentence, in the language of the request.")
    def text(self) -> str:
        return in_words(self.node, field_name)


@strawberry.type(description="One value of a field that has a set of them.")
class ConditionChoice:
    """A choice."""

    value: JSON = strawberry.field(description="What a comparison names: a text or a number.")
    label: str = strawberry.field(description="What people call it, in the language of the request.")


@strawberry.type(description="What a condition may look at: a field of the model, or of a row that the model names.")
class ConditionField:
    """One field of the allow-list."""

    field: str = strawberry.field(description="Its name in a comparison, as amount or requester.department.")
    label: str = strawberry.field(description="What people call it, in the language of the request.")
    type: ConditionFieldType = strawberry.field(description="What it is compared with.")
    operators: list[ComparisonOperator] = strawberry.field(description="How it can be compared.")
    choices: list[ConditionChoice] = strawberry.field(description="Of CHOICE: the values that it can have.")

    @classmethod
    def of(cls, found: Field) -> ConditionField:
        """The field as clients see it."""
        return cls(
            field=found.field,
            label=found.label,
            type=found.type,
            operators=list(found.operators),
            choices=[ConditionChoice(value=value, label=label) for value, label in found.choices],
        )
