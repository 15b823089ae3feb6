"""Inputs for running the system itself."""

from __future__ import annotations

import strawberry

from gql_workflows.types import enums


@strawberry.input(description="Configures how the objects of a model take workflows; what is left out stays.")
class ConfigureModelInput:
    """A model's configuration."""

    model: str = strawberry.field(description="The model as app_label.ModelName; case is ignored.")
    is_enabled: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether its objects take workflows."
    )
    auto_start_workflow: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether each new object gets the default workflow at once."
    )
    default_workflow_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The template for autoStartWorkflow; null: none."
    )
    status_field: str | None = strawberry.field(
        default=strawberry.UNSET, description="The field that follows what becomes of a run; empty: none."
    )
    stage_field: str | None = strawberry.field(
        default=strawberry.UNSET, description="The field that follows the position's name; empty: none."
    )
    completion_status_value: str | None = strawberry.field(
        default=strawberry.UNSET, description="What statusField is set to at completion; empty: it stays."
    )
    rejection_status_value: str | None = strawberry.field(
        default=strawberry.UNSET, description="What statusField is set to at rejection; empty: it stays."
    )
    changes_requested_status_value: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="What statusField is set to when the requester is asked for changes; empty: it stays.",
    )
    resubmission_status_value: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="What statusField is set to when the requester has sent the run again; empty: it stays.",
    )


@strawberry.input(description="Deletes old runs with their history.")
class CleanupWorkflowsInput:
    """What is old."""

    older_than_days: int = strawberry.field(default=30, description="Only runs that ended so many days ago or earlier.")
    status: list[enums.AttachmentStatus] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Only runs that ended so: COMPLETED, REJECTED or CANCELLED; the first two when left out.",
    )
    dry_run: bool = strawberry.field(default=True, description="True: count, and delete nothing.")
