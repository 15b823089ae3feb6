"""Inputs for start rules."""

from __future__ import annotations

import strawberry

from gql_workflows.inputs.conditions import ConditionInput

WEIGHT = (
    "Of the rules that hold for an object, the one with the greatest weight counts; a weight that another active rule "
    "of the model has is a CONFLICT."
)


@strawberry.input(description="Adds a rule that says which workflow the objects of a model take.")
class CreateStartRuleInput:
    """A rule to add."""

    model: str = strawberry.field(description="The model as app_label.ModelName; case is ignored.")
    workflow_id: strawberry.ID = strawberry.field(description="The template.")
    condition: ConditionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Which objects fall under it; left out: all of them."
    )
    weight: int = strawberry.field(default=0, description=WEIGHT)
    is_active: bool = strawberry.field(default=True, description="False: no object falls under it.")
    auto_start: bool = strawberry.field(default=False, description="Whether a new object takes the workflow by itself.")


@strawberry.input(description="Changes a start rule; what is left out stays.")
class UpdateStartRuleInput:
    """A rule and its changes."""

    id: strawberry.ID = strawberry.field(description="The rule.")
    workflow_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="The template.")
    condition: ConditionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Which objects fall under it; null: all of them."
    )
    weight: int | None = strawberry.field(default=strawberry.UNSET, description=WEIGHT)
    is_active: bool | None = strawberry.field(default=strawberry.UNSET, description="False: no object falls under it.")
    auto_start: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether a new object takes the workflow by itself."
    )
