"""What mutations answer: the changed object, and why a request was not carried out."""

from __future__ import annotations

from typing import Any, cast

import strawberry

from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.services import Decision
from gql_workflows.conf import MAX_FAULTS
from gql_workflows.errors.messages import shortened
from gql_workflows.types import enums
from gql_workflows.types.action_runs import ActionRun
from gql_workflows.types.actions import WorkflowAction
from gql_workflows.types.attachments import WorkflowAttachment
from gql_workflows.types.configurations import ModelConfiguration
from gql_workflows.types.paths import path_of
from gql_workflows.types.people import User
from gql_workflows.types.start_rules import StartRule
from gql_workflows.types.steps import ApprovalStep
from gql_workflows.types.substitutions import Substitution
from gql_workflows.types.workflows import Pipeline, Stage, Workflow


@strawberry.type(description="Why a request was not carried out. Nothing was changed.")
class UserError:
    """One refusal."""

    code: enums.ErrorCode = strawberry.field(description="The reason; branch on this.")
    message: str = strawberry.field(description="The reason for people, in the language of the request.")
    path: list[str] = strawberry.field(
        description='Where in the input, e.g. ["pipelines", "0", "stages", "1", "approvals", "0", "userRole"].'
    )


@strawberry.type(description="Who is signed in.")
class Viewer:
    """The signed-in user."""

    user: User = strawberry.field(description="The user.")
    permissions: list[str] = strawberry.field(
        description="The names of the model permissions held for this API, as app_label.codename, sorted."
    )


@strawberry.type(description="The answer to a login.")
class LoginPayload:
    """Who is signed in now, or why nobody is."""

    viewer: Viewer | None = strawberry.field(default=None, description="Who is signed in now.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why the login failed.")
    retry_after_seconds: int | None = strawberry.field(
        default=None,
        description="After how many seconds this name may be tried again here, where too many log-ins failed; the same "
        "whether there is such an account or not.",
    )


@strawberry.type(description="A workflow after a change.")
class WorkflowPayload:
    """The changed template."""

    workflow: Workflow | None = strawberry.field(default=None, description="The workflow; null on errors.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Every fault at once.")


@strawberry.type(description="A pipeline after a change.")
class PipelinePayload:
    """The changed pipeline."""

    pipeline: Pipeline | None = strawberry.field(default=None, description="The pipeline; null on errors.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Every fault at once.")


@strawberry.type(description="A stage after a change.")
class StagePayload:
    """The changed stage."""

    stage: Stage | None = strawberry.field(default=None, description="The stage; null on errors.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Every fault at once.")


@strawberry.type(description="An action after a change.")
class ActionPayload:
    """The changed action."""

    action: WorkflowAction | None = strawberry.field(default=None, description="The action; null on errors.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Every fault at once.")


@strawberry.type(description="A call of an action after somebody settled it.")
class ActionRunPayload:
    """The settled call."""

    action_run: ActionRun | None = strawberry.field(default=None, description="The call; null on errors.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why nothing was changed.")


@strawberry.type(description="A start rule after a change.")
class StartRulePayload:
    """The changed rule."""

    start_rule: StartRule | None = strawberry.field(default=None, description="The rule; null on errors.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Every fault at once.")


@strawberry.type(description="A substitution after a change.")
class SubstitutionPayload:
    """The changed substitution."""

    substitution: Substitution | None = strawberry.field(default=None, description="The substitution; null on errors.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why nothing was changed.")


@strawberry.type(description="The answer to a deletion.")
class DeletePayload:
    """What was deleted."""

    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The global id of what was deleted; null on errors."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why nothing was deleted.")


@strawberry.type(description="An attachment after a change.")
class AttachmentPayload:
    """The changed attachment."""

    attachment: WorkflowAttachment | None = strawberry.field(
        default=None, description="The attachment; null on errors."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why nothing was changed.")


@strawberry.type(description="Several attachments, each by itself.")
class AttachmentsPayload:
    """What became of each object."""

    results: list[AttachmentPayload] = strawberry.field(
        default_factory=list, description="One answer for each object, in the order of the targets."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why none of them was even tried.")


@strawberry.type(
    description="A step after a decision. On STEP_ALREADY_DECIDED step and attachment hold the state now "
    "(step.actionUser won) and outcome is null, and on the CONFLICT of expect too; on other errors all three are null."
)
class StepPayload:
    """What a decision did."""

    step: ApprovalStep | None = strawberry.field(default=None, description="The step.")
    attachment: WorkflowAttachment | None = strawberry.field(default=None, description="The run.")
    outcome: enums.StepOutcome | None = strawberry.field(default=None, description="The furthest effect.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why nothing was changed.")


@strawberry.type(description="Several decisions, each by itself.")
class StepsPayload:
    """What each decision did."""

    results: list[StepPayload] = strawberry.field(
        default_factory=list, description="One answer for each id, in the order of the ids."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why none of them was even tried.")


@strawberry.type(description="A model's configuration after a change.")
class ModelConfigurationPayload:
    """The changed configuration."""

    configuration: ModelConfiguration | None = strawberry.field(
        default=None, description="The configuration; null on errors."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description="Every fault at once.")


@strawberry.type(description="What a cleanup deleted, or would delete.")
class CleanupPayload:
    """The numbers of a cleanup."""

    attachments_deleted: int = strawberry.field(default=0, description="The number of attachments; 0 on errors.")
    approval_flows_deleted: int = strawberry.field(default=0, description="The number of their approval flows.")
    dry_run: bool = strawberry.field(default=True, description="True: nothing was deleted, only counted.")
    errors: list[UserError] = strawberry.field(default_factory=list, description="Why nothing was done.")


def user_errors(error: WorkflowError) -> list[UserError]:
    """The refusal as data, its path in the words of the schema."""
    return [
        UserError(
            code=fault.code,
            message=shortened(str(fault.message)),
            path=path_of(fault.path),
        )
        for fault in error.faults[:MAX_FAULTS]
    ]


def step_payload_of(error: WorkflowError) -> dict[str, Any]:
    """The state now, which the loser of a race is told."""
    return {
        "step": cast(ApprovalStep, error.facts.get("step")),
        "attachment": cast(WorkflowAttachment, error.facts.get("attachment")),
    }


def step_payload_with(decision: Decision) -> StepPayload:
    """What a decision did."""
    return StepPayload(
        step=cast(ApprovalStep, decision.step),
        attachment=cast(WorkflowAttachment, decision.attachment),
        outcome=cast(Any, decision.outcome),
    )
