"""What an attachment points at, and how far its run is."""

from __future__ import annotations

import datetime

import strawberry
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.strategies.progress import Progress
from gql_workflows.access.targets import target_id
from gql_workflows.types import enums


@strawberry.type(description="The object that a workflow is attached to: any model's row.")
class Target:
    """Where an attachment points."""

    model: str = strawberry.field(description="The object's model, as app_label.ModelName.")
    id: strawberry.ID = strawberry.field(
        description="A global id of the object, unique over all models, for caches; no id that node takes."
    )
    key: strawberry.ID = strawberry.field(description="The object's primary key, as text.")
    display: str = strawberry.field(description="The object's own text; empty when the object is gone.")


@strawberry.type(
    description="How far a run is. Stage names are the position's: the pipeline's in strategy WORKFLOW_PIPELINE, "
    "the workflow's in WORKFLOW_ONLY."
)
class WorkflowProgress:
    """The place of a run on its route."""

    status: enums.AttachmentStatus = strawberry.field(description="Where the run stands.")
    percentage: int = strawberry.field(
        description="Completed positions of all, in per cent, rounded down; 100 only when completed; a rejected or "
        "cancelled run keeps its last value."
    )
    position: int = strawberry.field(
        description="The 1-based place among the positions; 0 before the start, total when completed."
    )
    total: int = strawberry.field(description="The number of positions.")
    current_stage: str | None = strawberry.field(description="The name of the position that the run stands on.")
    current_pipeline: str | None = strawberry.field(description="The name of the pipeline that the run stands in.")
    next_stage: str | None = strawberry.field(description="The name of the position that comes next.")
    started_at: datetime.datetime | None = strawberry.field(description="When the run started.")
    completed_at: datetime.datetime | None = strawberry.field(
        description="When the run ended: completed, rejected or cancelled."
    )


def target_type(attachment: WorkflowAttachment, text: str | None) -> Target:
    """The object of an attachment; `text` is its own text, or None when it is gone."""
    return Target(
        model=model_label(attachment.content_type_id),
        id=strawberry.ID(target_id(attachment)),
        key=strawberry.ID(attachment.object_id),
        display=text or "",
    )


def model_label(content_type_id: int) -> str:
    """The model as app_label.ModelName; content types are kept in the process, so this costs no statement."""
    content_type = ContentType.objects.get_for_id(content_type_id)
    model = content_type.model_class()
    return model._meta.label if model else f"{content_type.app_label}.{content_type.model}"


def progress_type(progress: Progress, root: WorkflowAttachment) -> WorkflowProgress:
    """The progress of a run as clients see it."""
    current, following = progress.current, progress.next
    return WorkflowProgress(
        status=progress.status,
        percentage=progress.percentage,
        position=progress.place,
        total=progress.total,
        current_stage=current.name if current else None,
        current_pipeline=current.pipeline_name if current else None,
        next_stage=following.name if following else None,
        started_at=root.started_at,
        completed_at=root.completed_at,
    )
