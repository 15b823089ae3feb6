"""Whether the viewer may decide a step, and why not: what the verbs check, told beforehand."""

from __future__ import annotations

from typing import Any

from approval_workflow.choices import ApprovalStatus

from django_workflow_engine import conf
from django_workflow_engine.approvals import gateway, seats
from django_workflow_engine.choices import ApprovalTypes, AttachmentStatus
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.strategies import route_of_tree
from gql_workflows.context import Info
from gql_workflows.types.enums import ViewerCannotActReason as Reason
from gql_workflows.types.workflows import tree_of


async def reason_against(step: Any, info: Info) -> Reason | None:
    """Why the viewer may not decide this step now; None when nothing stands in the way."""
    if step.status != ApprovalStatus.CURRENT:
        return Reason.ALREADY_DECIDED
    attachment = await attachment_of(step, info)
    if attachment.status != AttachmentStatus.IN_PROGRESS:
        return Reason.NOT_IN_PROGRESS
    return await _of_the_seat(step, info) or await _of_the_object(step, attachment, info)


async def reason_against_all(attachment: Attachment, steps: list[Any], info: Info) -> Reason | None:
    """Why the viewer may decide none of these open steps; None when one of them is free to decide."""
    if not steps:
        return Reason.NOT_IN_PROGRESS
    reasons = [await reason_against(step, info) for step in steps]
    if None in reasons:
        return None
    own = [reason for reason in reasons if reason is not Reason.NOT_YOUR_STEP]
    return own[0] if own else Reason.NOT_YOUR_STEP


async def open_steps(attachment: Attachment, info: Info) -> list[Any]:
    """The steps of an attachment that wait for a decision."""
    if attachment.status != AttachmentStatus.IN_PROGRESS or attachment.approval_flow_id is None:
        return []
    info.context.loaders.attachments_by_flow.prime({attachment.approval_flow_id: attachment})
    return await info.context.loaders.open_steps.load(attachment.approval_flow_id)


async def attachment_of(step: Any, info: Info) -> Any:
    """The attachment of a step: the one that a verb changed with it, else from the loader."""
    flow = step._state.fields_cache.get("flow")
    loaded = flow and flow._state.fields_cache.get("workflow_attachment")
    return loaded or await info.context.loaders.attachments_by_flow.load(step.flow_id)


async def person_of(step: Any, name: str, info: Info) -> Any:
    """The user in this field of a step; None where there is none."""
    key = getattr(step, f"{name}_id")
    if key is None:
        return None
    return step._state.fields_cache.get(name) or await info.context.loaders.users.load(key)


async def workflow_of(attachment: Attachment, info: Info) -> Any:
    """The workflow row of an attachment: the one it was loaded with, else from the loader."""
    loaded = attachment._state.fields_cache.get("workflow")
    return loaded or await info.context.loaders.workflows.load(attachment.workflow_id)


async def _of_the_seat(step: Any, info: Info) -> Reason | None:
    viewer = info.context.user
    if step.assigned_to_id != viewer.pk:
        return Reason.NOT_YOUR_STEP
    rights = await info.context.loaders.rights.load(viewer.pk)
    if not seats.keeps_its_role(step, roles_held=rights.roles_held):  # a viewer is active
        return Reason.ROLE_LOST
    return None if rights.may_decide else Reason.PERMISSION_MISSING


async def _of_the_object(step: Any, attachment: Attachment, info: Info) -> Reason | None:
    if attachment.tombstone or await info.context.loaders.texts.load(target_key(attachment)) is None:
        return Reason.TARGET_GONE
    if conf.self_approval_forbidden() and await _is_ones_own(step, attachment, info):
        return Reason.SELF_APPROVAL_FORBIDDEN
    return None


async def _is_ones_own(step: Any, attachment: Attachment, info: Info) -> bool:
    """Whether it is the viewer's object, or run, and the viewer is not asked as its own person."""
    if await _asks_the_person(step, attachment, info):
        return False
    viewer_id = info.context.user.pk
    return attachment.started_by_id == viewer_id or viewer_id in await info.context.loaders.owners.load(
        target_key(attachment)
    )


def target_key(attachment: Attachment) -> tuple[int, str]:
    """What the loaders of objects know the attachment's object by."""
    return attachment.content_type_id, attachment.object_id


async def _asks_the_person(step: Any, attachment: Attachment, info: Info) -> bool:
    route = route_of_tree(await tree_of(await workflow_of(attachment, info), info))
    place = route.index(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)
    approvals = () if place is None else route.positions[place].approvals
    index = gateway.approval_index(step)
    return index < len(approvals) and approvals[index].approval_type == ApprovalTypes.SELF
