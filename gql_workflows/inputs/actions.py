"""Inputs for actions."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.scalars import JSON

from django_workflow_engine.definitions.changes import ActionChanges
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.definitions.unset import UNSET as KEEP
from gql_workflows.scalars.absent import change, given
from gql_workflows.types import enums


@strawberry.input(description="A function for an event to call.")
class ActionInput:
    """An action to create."""

    action_type: enums.ActionType = strawberry.field(description="The event that calls it.")
    function_path: str = strawberry.field(description="One of registeredActions.")
    parameters: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="A JSON object that the function is given."
    )
    order: int | None = strawberry.field(
        default=strawberry.UNSET, description="The place among the actions, from 0; left out: behind the last one."
    )
    is_active: bool = strawberry.field(default=True, description="False: the event does not call it.")

    def to_service(self) -> ActionSpec:
        """The action as the engine takes it."""
        return ActionSpec(
            action_type=self.action_type.value,
            function_path=self.function_path,
            parameters=given(self.parameters),
            order=given(self.order),
            is_active=self.is_active,
        )


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
class UpdateActionInput:
    """Changes of an action."""

    id: strawberry.ID = strawberry.field(description="The action.")
    action_type: enums.ActionType | None = strawberry.field(
        default=strawberry.UNSET, description="The event that calls it."
    )
    function_path: str | None = strawberry.field(default=strawberry.UNSET, description="One of registeredActions.")
    parameters: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="A JSON object that the function is given; null: none."
    )
    order: int | None = strawberry.field(default=strawberry.UNSET, description="The place among the actions, from 0.")
    is_active: bool | None = strawberry.field(
        default=strawberry.UNSET, description="False: the event does not call it."
    )

    def to_service(self) -> ActionChanges:
        """The changes as the engine takes them."""
        action_type = change(self.action_type)
        return ActionChanges(
            action_type=action_type if action_type in (None, KEEP) else action_type.value,
            function_path=change(self.function_path),
            parameters=change(self.parameters),
            order=change(self.order),
            is_active=change(self.is_active),
        )
