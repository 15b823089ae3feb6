"""Changing whole templates."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.errors import MissingPermission
from gql_workflows.context import Info
from gql_workflows.inputs.changes import UpdateWorkflowInput
from gql_workflows.inputs.workflows import CreateWorkflowInput, has_actions
from gql_workflows.limits.prices import WHOLE_TEMPLATE
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.mutations.permitted import changeable, check_may_handle_actions, deletable
from gql_workflows.nodes.lookup import find_part
from gql_workflows.types.arguments import NodeId
from gql_workflows.types.payloads import DeletePayload, WorkflowPayload

Template = Annotated[CreateWorkflowInput, strawberry.argument(description="The whole template.")]
Changes = Annotated[UpdateWorkflowInput, strawberry.argument(description="The template and its changes.")]


@workflow_mutation(
    WorkflowPayload,
    description="Create a template with its pipelines, stages, approvals and actions; all of it, or nothing and every "
    "fault.",
)
def create_workflow(info: Info, input: Template) -> WorkflowPayload:
    """Create a whole template."""
    if has_actions(*input.nodes):
        check_may_handle_actions(info, "add")
    spec = input.to_service(info.context)
    _check_may_create(info, spec.company_id)
    return _payload(services.create_workflow(spec=spec, actor=info.context.user))


@workflow_mutation(WorkflowPayload, description="Change a template's own values; what runs already is not touched.")
def update_workflow(info: Info, input: Changes) -> WorkflowPayload:
    """Change a template; moving it to another company needs the right to create one there."""
    part = changeable(info, "Workflow", input.id, "id")
    changes = input.to_service(info.context)
    company_id = changes.values.get("company_id", part.workflow.company_id)
    if company_id != part.workflow.company_id:
        _check_may_create(info, company_id)
    return _payload(services.update_workflow(id=part.key, changes=changes, actor=info.context.user))


@workflow_mutation(
    WorkflowPayload,
    price=WHOLE_TEMPLATE,
    description="Copy a template with all below it into a new one, named “… (Copy)”.",
)
def clone_workflow(info: Info, id: NodeId) -> WorkflowPayload:
    """Copy a template that the caller sees, for the same company."""
    part = find_part(info.context, "Workflow", id, "id")
    _check_may_create(info, part.workflow.company_id)
    return _payload(services.clone_workflow(id=part.key, actor=info.context.user))


@workflow_mutation(
    DeletePayload,
    price=WHOLE_TEMPLATE,
    description="Delete a template with all below it; IN_USE while objects hang on it.",
)
def delete_workflow(info: Info, id: NodeId) -> DeletePayload:
    """Delete a template."""
    services.delete_workflow(id=deletable(info, id, "id").key, actor=info.context.user)
    return DeletePayload(deleted_id=id)


def _check_may_create(info: Info, company_id: Any) -> None:
    if not info.context.policy.may_create_template(info.context.user, company_id):
        permission = "django_workflow_engine.add_workflow"
        raise MissingPermission(_("This needs the permission “%s”.") % permission, permission=permission)


def _payload(workflow: Any) -> WorkflowPayload:
    return WorkflowPayload(workflow=workflow)
