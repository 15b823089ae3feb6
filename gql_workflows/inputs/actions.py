"""Inputs for actions."""

from __future__ import annotations

from typing import Any

import strawberry

from django_workflow_engine.definitions.changes import ActionChanges
from django_workflow_engine.definitions.specs import ActionSpec
from gql_workflows.inputs.declared import changes, creates, to_change, to_create
from gql_workflows.scalars.absent import given


@strawberry.input(description="A function for an event to call.")
@creates(ActionSpec)
class ActionInput:
    """An action to create."""

    def to_service(self) -> ActionSpec:
        """The action as the engine takes it."""
        return ActionSpec(**to_create(self, None))


def actions_to_service(inputs: Any) -> list[ActionSpec]:
    """The actions of one node; an empty list where they were left out."""
    return [action.to_service() for action in given(inputs, ())]


@strawberry.input(description="Adds an action to a workflow, a pipeline or a stage: exactly one of the three.")
class CreateActionInput:
    """An action and its owner."""

    workflow_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The template whose events call it."
    )
    pipeline_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The pipeline whose events call it."
    )
    stage_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The stage whose events call it."
    )
    action: ActionInput = strawberry.field(description="The action.")


@strawberry.input(description="Changes an action; what is left out stays, and the action stays where it is.")
@changes(ActionSpec)
class UpdateActionInput:
    """Changes of an action."""

    id: strawberry.ID = strawberry.field(description="The action.")

    def to_service(self) -> ActionChanges:
        """The changes as the engine takes them."""
        return ActionChanges(**to_change(self, None))
