"""Editing start rules."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from django.utils.translation import gettext as _
from strawberry import UNSET

from django_workflow_engine import services
from django_workflow_engine.definitions.unset import UNSET as KEEP
from django_workflow_engine.errors import NotFound
from gql_workflows.access.targets import configurable_model
from gql_workflows.context import Info
from gql_workflows.ids import key_in
from gql_workflows.inputs.start_rules import CreateStartRuleInput, UpdateStartRuleInput
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.nodes.lookup import find_nodes, find_part
from gql_workflows.rules import Staff
from gql_workflows.scalars.absent import change, given
from gql_workflows.types.arguments import NodeId
from gql_workflows.types.payloads import DeletePayload, StartRulePayload

NewRule = Annotated[CreateStartRuleInput, strawberry.argument(description="The rule.")]
Changes = Annotated[UpdateStartRuleInput, strawberry.argument(description="The rule and its changes.")]


@workflow_mutation(
    StartRulePayload,
    rule=Staff("django_workflow_engine.add_startrule"),
    description="Add a rule that says which workflow the objects of a model take.",
)
def create_start_rule(info: Info, input: NewRule) -> StartRulePayload:
    """Add a rule."""
    condition = given(input.condition)
    rule: Any = services.create_start_rule(
        model=configurable_model(input.model, "model"),
        workflow_id=find_part(info.context, "Workflow", input.workflow_id, "workflow_id").key,
        condition=None if condition is None else condition.as_json(),
        weight=input.weight,
        is_active=input.is_active,
        auto_start=input.auto_start,
    )
    return StartRulePayload(start_rule=rule)


@workflow_mutation(
    StartRulePayload, rule=Staff("django_workflow_engine.change_startrule"), description="Change a start rule."
)
def update_start_rule(info: Info, input: Changes) -> StartRulePayload:
    """Change a rule."""
    rule: Any = services.update_start_rule(
        id=_visible(info, input.id),
        workflow_id=_workflow_key(info, input.workflow_id),
        condition=input.condition.as_json() if input.condition else change(input.condition),
        weight=change(input.weight),
        is_active=change(input.is_active),
        auto_start=change(input.auto_start),
    )
    return StartRulePayload(start_rule=rule)


@workflow_mutation(
    DeletePayload, rule=Staff("django_workflow_engine.delete_startrule"), description="Delete a start rule."
)
def delete_start_rule(info: Info, id: NodeId) -> DeletePayload:
    """Delete a rule."""
    services.delete_start_rule(id=_visible(info, id))
    return DeletePayload(deleted_id=id)


def _visible(info: Info, value: str) -> Any:
    """The key of a rule that the caller sees; raises NotFound."""
    found = find_nodes(info.context, [value])[0] if key_in(value, "StartRule") is not None else None
    if found is None:
        raise NotFound(_("There is no such rule."), path=("id",))
    return found.pk


def _workflow_key(info: Info, value: Any) -> Any:
    """The key of a template that the caller sees, None for null; raises NotFound."""
    if value is UNSET:
        return KEEP
    return None if value is None else find_part(info.context, "Workflow", value, "workflow_id").key
