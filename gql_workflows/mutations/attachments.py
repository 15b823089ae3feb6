"""Attaching and starting."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.errors import Forbidden, NotFound, NotInProgress
from django_workflow_engine.models import WorkFlow
from gql_workflows.access.targets import find_target
from gql_workflows.context import Info
from gql_workflows.ids import required_key
from gql_workflows.inputs.attachments import AttachWorkflowInput, CancelWorkflowInput, StartWorkflowInput
from gql_workflows.limits.prices import ATTACHMENT
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.mutations.permitted import visible_attachment
from gql_workflows.scalars.absent import given
from gql_workflows.types.payloads import AttachmentPayload


@workflow_mutation(
    AttachmentPayload,
    price=ATTACHMENT,
    description="Attach a template to an object and, unless autoStart is false, start its run.",
)
def attach_workflow(
    info: Info, input: Annotated[AttachWorkflowInput, strawberry.argument(description="What is attached to what.")]
) -> AttachmentPayload:
    """Attach a template that the caller sees to an object that the caller may act on."""
    key = required_key(input.workflow_id, "Workflow", WorkFlow, "workflow_id")
    template = info.context.policy.workflows(info.context.user).filter(pk=key).first()
    if template is None:
        raise NotFound(_("There is no such workflow."), path=("workflow_id",))
    target = _visible_target(info, input.target.model, input.target.id)
    _check_may_act(info, target, "target")
    if input.disable_clone:
        _check_may_run_on_template(info, template, target)
    attachment: Any = services.attach_workflow_to_object(
        target,
        template,
        user=info.context.user,
        auto_start=input.auto_start,
        metadata=given(input.metadata),
        disable_clone=input.disable_clone,
    )
    return AttachmentPayload(attachment=attachment)


@workflow_mutation(AttachmentPayload, description="Start the run of an object that was attached with autoStart: false.")
def start_workflow(
    info: Info, input: Annotated[StartWorkflowInput, strawberry.argument(description="What is started.")]
) -> AttachmentPayload:
    """Start a run that the caller sees, on an object that the caller may act on."""
    found = visible_attachment(info, input.attachment_id)
    if found.target is None:
        raise NotInProgress(_("The object is gone; the run can only be cancelled."), path=("attachment_id",))
    _check_may_act(info, found.target, "attachment_id")
    attachment: Any = services.start_workflow(attachment_id=found.pk, actor=info.context.user)
    return AttachmentPayload(attachment=attachment)


@workflow_mutation(AttachmentPayload, description="Call a run off, started or not; for its starter and administrators.")
def cancel_workflow(
    info: Info, input: Annotated[CancelWorkflowInput, strawberry.argument(description="What is called off, and why.")]
) -> AttachmentPayload:
    """Call a run off that the caller sees."""
    found = visible_attachment(info, input.attachment_id)
    attachment: Any = services.cancel_workflow(attachment_id=found.pk, actor=info.context.user, reason=input.reason)
    return AttachmentPayload(attachment=attachment)


def _check_may_act(info: Info, target: Any, *path: str) -> None:
    if not info.context.policy.may_act_on(info.context.user, target):
        raise Forbidden(_("You may not start workflows on this object."), path=path)


def _check_may_run_on_template(info: Info, template: WorkFlow, target: Any) -> None:
    if not info.context.policy.may_run_on_template(info.context.user, template, target):
        message = _(
            "Only who may change the workflow runs objects on the template itself, and no objects of one's own."
        )
        raise Forbidden(message, path=("disable_clone",))


def _visible_target(info: Info, model: str, key: str) -> Any:
    """An object that the caller may know of; raises ModelNotEnabled and NotFound."""
    target = find_target(model, key, "target")
    if not info.context.policy.sees_target(info.context.user, target):
        raise NotFound(_("There is no such object."), path=("target", "id"))
    return target
