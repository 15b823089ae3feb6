"""Attaching and starting."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import strawberry
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.errors import Forbidden, InvalidInput, NotFound, NotInProgress, WorkflowError
from django_workflow_engine.models import WorkFlow
from gql_workflows import conf
from gql_workflows.access.targets import find_target, find_targets
from gql_workflows.context import Info
from gql_workflows.ids import required_key
from gql_workflows.inputs.attachments import (
    AttachWorkflowInput,
    AttachWorkflowsInput,
    CancelWorkflowInput,
    ResubmitInput,
    StartWorkflowInput,
)
from gql_workflows.limits.prices import ATTACHMENT, ATTACHMENTS
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.mutations.permitted import visible_attachment
from gql_workflows.scalars.absent import given
from gql_workflows.types.payloads import AttachmentPayload, AttachmentsPayload, user_errors


@workflow_mutation(
    AttachmentPayload,
    price=ATTACHMENT,
    description="Attach a template to an object and, unless autoStart is false, start its run.",
)
def attach_workflow(
    info: Info, input: Annotated[AttachWorkflowInput, strawberry.argument(description="What is attached to what.")]
) -> AttachmentPayload:
    """Attach a template that the caller sees to an object that the caller may act on."""
    named = given(input.workflow_id)
    template = None if named is None else _visible_template(info, named)
    target = _visible_target(info, input.target.model, input.target.id)
    _check_may_act(info, target, "target")
    if template is None:
        template = _by_rules(info, target, given(input.metadata))
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


@workflow_mutation(
    AttachmentsPayload,
    price=ATTACHMENTS,
    description="Attach a template to several objects and, unless autoStart is false, start their runs. Each is "
    "attached or refused by itself: one that fails leaves the others attached.",
)
def attach_workflows(
    info: Info, input: Annotated[AttachWorkflowsInput, strawberry.argument(description="What is attached to what.")]
) -> AttachmentsPayload:
    """Attach a template that the caller sees to those of the objects that the caller may act on."""
    if len(input.targets) > conf.MAX_PAGE_SIZE:
        message = _("A workflow is attached to at most %d objects at once.") % conf.MAX_PAGE_SIZE
        raise InvalidInput(message, path=("targets",))
    template = _visible_template(info, input.workflow_id)
    found = find_targets([(target.model, target.id) for target in input.targets])
    answers = [one if isinstance(one, WorkflowError) else _reason_against(info, one) or one for one in found]
    free = {index: one for index, one in enumerate(answers) if not isinstance(one, WorkflowError)}
    attached = services.attach_workflow_to_objects(
        list(free.values()),
        template,
        user=info.context.user,
        auto_start=input.auto_start,
        metadata=given(input.metadata),
    )
    for index, one in zip(free, attached, strict=True):
        answers[index] = one.error or one.attachment
    return AttachmentsPayload(results=[_placed(answer, index) for index, answer in enumerate(answers)])


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


@workflow_mutation(
    AttachmentPayload,
    description="Send a run again after changes were asked for; for whoever has the requester's seat, and for "
    "administrators.",
)
def resubmit(
    info: Info, input: Annotated[ResubmitInput, strawberry.argument(description="What is sent again.")]
) -> AttachmentPayload:
    """Send a run again that the caller sees."""
    found = visible_attachment(info, input.attachment_id)
    attachment: Any = services.resubmit(
        attachment_id=found.pk,
        actor=info.context.user,
        comment=given(input.comment, ""),
        metadata=given(input.metadata),
    )
    return AttachmentPayload(attachment=attachment)


def _visible_template(info: Info, workflow_id: str) -> WorkFlow:
    """A template that the caller sees; raises NotFound."""
    key = required_key(workflow_id, "Workflow", WorkFlow, "workflow_id")
    template = info.context.policy.workflows(info.context.user).filter(pk=key).first()
    if template is None:
        raise NotFound(_("There is no such workflow."), path=("workflow_id",))
    return template


def _by_rules(info: Info, target: Any, metadata: Any) -> WorkFlow:
    """The template that the start rules give the object, among those that the caller sees; raises NotFound."""
    found = services.matching_workflow(target, metadata=metadata)
    if found.workflow is None:
        raise NotFound(found.because, path=("workflow_id",))
    template = info.context.policy.workflows(info.context.user).filter(pk=found.workflow.pk).first()
    if template is None:
        raise NotFound(_("There is no such workflow."), path=("workflow_id",))
    return template


def _reason_against(info: Info, target: Any) -> WorkflowError | None:
    """Why the caller may not act on an object, if so; one that the caller may not know of is not found."""
    try:
        _check_is_seen(info, target, "id")
        _check_may_act(info, target)
    except WorkflowError as error:
        return error
    return None


def _placed(answer: Any, index: int) -> AttachmentPayload:
    """The answer for the object in this place, its errors with a path to it."""
    if not isinstance(answer, WorkflowError):
        return AttachmentPayload(attachment=answer)
    place = ["targets", str(index)]
    errors = [replace(error, path=[*place, *_below_the_target(error.path)]) for error in user_errors(answer)]
    return AttachmentPayload(errors=errors)


def _below_the_target(path: list[str]) -> list[str]:
    return path[1:] if path[:1] == ["target"] else path


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
    _check_is_seen(info, target, "target", "id")
    return target


def _check_is_seen(info: Info, target: Any, *path: str) -> None:
    if not info.context.policy.sees_target(info.context.user, target):
        raise NotFound(_("There is no such object."), path=path)
