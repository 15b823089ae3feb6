"""How models take workflows."""

from __future__ import annotations

import strawberry
import strawberry_django

from django_workflow_engine.models import WorkflowConfiguration
from gql_workflows.execution.fields import loaded, planned
from gql_workflows.types.targets import model_label
from gql_workflows.types.workflows import Workflow


@strawberry_django.type(
    WorkflowConfiguration,
    name="ModelConfiguration",
    description="How the objects of one model take workflows; for administrators only.",
)
class ModelConfiguration:
    """A configuration row."""

    is_enabled: bool = strawberry_django.field(description="Whether its objects take workflows.")
    auto_start_workflow: bool = strawberry_django.field(
        description="Whether each new object gets the default workflow at once."
    )
    status_field: str = strawberry_django.field(
        description="The field that follows what becomes of a run; empty: none."
    )
    stage_field: str = strawberry_django.field(description="The field that follows the position's name; empty: none.")
    completion_status_value: str = strawberry_django.field(
        description="What statusField is set to at completion; empty: it stays."
    )
    rejection_status_value: str = strawberry_django.field(
        description="What statusField is set to at rejection; empty: it stays."
    )
    changes_requested_status_value: str = strawberry_django.field(
        description="What statusField is set to when the requester is asked for changes; empty: it stays."
    )
    resubmission_status_value: str = strawberry_django.field(
        description="What statusField is set to when the requester has sent the run again; empty: it stays."
    )
    default_workflow: Workflow | None = loaded(
        "visible_templates",
        by="default_workflow_id",
        description="The template for autoStartWorkflow; null: none, or you may not see it.",
    )

    @planned(description="The model, as app_label.ModelName.")
    def model(self, root: strawberry.Parent[WorkflowConfiguration]) -> str:
        return model_label(root.content_type_id)
