"""What administrators do: how models take workflows, and cleaning up."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from django_workflow_engine import services
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.definitions.unset import UNSET as KEEP
from gql_workflows.access.targets import configurable_model
from gql_workflows.context import Info
from gql_workflows.inputs.operations import CleanupWorkflowsInput, ConfigureModelInput
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.nodes.lookup import find_part
from gql_workflows.rules import Staff
from gql_workflows.scalars.absent import change, given
from gql_workflows.types.payloads import CleanupPayload, ModelConfigurationPayload

Configuration = Annotated[ConfigureModelInput, strawberry.argument(description="The model and its changes.")]
Cleanup = Annotated[CleanupWorkflowsInput, strawberry.argument(description="What is old.")]


@workflow_mutation(
    ModelConfigurationPayload,
    rule=Staff("django_workflow_engine.change_workflowconfiguration"),
    description="Configure how the objects of a model take workflows.",
)
def configure_model(info: Info, input: Configuration) -> ModelConfigurationPayload:
    """Change a model's configuration."""
    model = configurable_model(input.model, "model")
    changes = services.ConfigurationChanges(
        is_enabled=change(input.is_enabled),
        auto_start_workflow=change(input.auto_start_workflow),
        default_workflow_id=_workflow_key(info, input.default_workflow_id),
        status_field=change(input.status_field),
        stage_field=change(input.stage_field),
        completion_status_value=change(input.completion_status_value),
        rejection_status_value=change(input.rejection_status_value),
        changes_requested_status_value=change(input.changes_requested_status_value),
        resubmission_status_value=change(input.resubmission_status_value),
    )
    configuration: Any = services.configure_model(model=model, changes=changes)
    return ModelConfigurationPayload(configuration=configuration)


@workflow_mutation(
    CleanupPayload,
    rule=Staff("django_workflow_engine.delete_workflowattachment"),
    description="Delete old runs with their history; running ones are never touched.",
)
def cleanup_workflows(info: Info, input: Cleanup) -> CleanupPayload:
    """Clean up, or count what a cleanup would delete."""
    found = cleanup_completed_workflow_attachments(
        older_than_days=input.older_than_days,
        dry_run=input.dry_run,
        status=[status.value for status in given(input.status, ())] or None,
    )
    return CleanupPayload(
        attachments_deleted=found["attachments_deleted"],
        approval_flows_deleted=found["approval_flows_deleted"],
        dry_run=found["dry_run"],
    )


def _workflow_key(info: Info, value: Any) -> Any:
    """The key of a template that the caller sees; raises NotFound."""
    if value is UNSET:
        return KEEP
    return None if value is None else find_part(info.context, "Workflow", value, "default_workflow_id").key
