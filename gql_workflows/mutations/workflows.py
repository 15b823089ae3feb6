"""Changing templates."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.errors import MissingPermission
from gql_workflows.context import Info
from gql_workflows.inputs.workflows import CreateWorkflowInput
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.types.payloads import WorkflowPayload

Input = Annotated[CreateWorkflowInput, strawberry.argument(description="The whole template.")]


@workflow_mutation(
    WorkflowPayload,
    description="Create a template with its pipelines, stages and approvals; all of it, or nothing and every fault.",
)
def create_workflow(info: Info, input: Input) -> WorkflowPayload:
    """Create a whole template."""
    user, spec = info.context.user, input.to_service(info.context)
    if not info.context.policy.may_create_template(user, spec.company_id):
        permission = "django_workflow_engine.add_workflow"
        raise MissingPermission(_("This needs the permission “%s”.") % permission, permission=permission)
    workflow: Any = services.create_workflow(spec=spec, actor=user)
    return WorkflowPayload(workflow=workflow)
