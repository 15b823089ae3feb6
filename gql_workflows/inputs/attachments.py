"""Inputs for running workflows."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON


@strawberry.input(description="An object of a model that takes workflows.")
class TargetInput:
    """Which object is meant."""

    model: str = strawberry.field(description="The model as app_label.ModelName; case is ignored.")
    id: strawberry.ID = strawberry.field(
        description="The object's primary key, as text (Target.key), or its global id (Target.id)."
    )


@strawberry.input(description="Attaches a template to an object.")
class AttachWorkflowInput:
    """What is attached to what."""

    workflow_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The template; left out: the one that the start rules say (matchingWorkflow).",
    )
    target: TargetInput = strawberry.field(description="The object.")
    auto_start: bool = strawberry.field(default=True, description="False: wait for startWorkflow.")
    metadata: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="A JSON object to store with the attachment."
    )
    disable_clone: bool = strawberry.field(
        default=False,
        description="True: run on the template itself, unprotected against its edits; for who may change the "
        "template, and not on an object of one's own.",
    )


@strawberry.input(description="Attaches a template to several objects, each by itself.")
class AttachWorkflowsInput:
    """What is attached to what."""

    workflow_id: strawberry.ID = strawberry.field(description="The template.")
    targets: list[TargetInput] = strawberry.field(description="The objects, at most 100, of any models.")
    auto_start: bool = strawberry.field(default=True, description="False: wait for startWorkflow.")
    metadata: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="A JSON object to store with each of the attachments."
    )


@strawberry.input(description="Starts the run of an attached object.")
class StartWorkflowInput:
    """What is started."""

    attachment_id: strawberry.ID = strawberry.field(description="The attachment.")


@strawberry.input(description="Calls a run off.")
class CancelWorkflowInput:
    """What is called off, and why."""

    attachment_id: strawberry.ID = strawberry.field(description="The attachment.")
    reason: str = strawberry.field(description="Why; must not be blank.")


@strawberry.input(description="Sends a run again after changes were asked for.")
class ResubmitInput:
    """What is sent again."""

    attachment_id: strawberry.ID = strawberry.field(description="The attachment.")
    comment: str | None = strawberry.field(default=strawberry.UNSET, description="What you have changed.")
    metadata: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="A JSON object, merged into the attachment's metadata."
    )
