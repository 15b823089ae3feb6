"""Whether the viewer may decide a step, and why not: what the verbs check, told beforehand."""

from __future__ import annotations

from typing import Any

from approval_workflow.choices import ApprovalStatus

from django_workflow_engine import conf, transitions
from django_workflow_engine.approvals import steps
from django_workflow_engine.approvals.eligibility import (
    ObjectFacts,
    SeatFacts,
    barred,
    is_held,
    keeps_role,
    obstacles_of_object,
    obstacles_of_seat,
)
from django_workflow_engine.choices import ApprovalTypes, AttachmentStatus
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.strategies import route_of_tree
from django_workflow_engine.transitions import Verb
from gql_workflows.context import Info
from gql_workflows.types.enums import ViewerCannotActReason as Reason
from gql_workflows.types.people import User
from gql_workflows.types.workflows import tree_of


async def reason_against(step: Any, info: Info) -> Reason | None:
    """Why the viewer may not decide this step now; None when nothing stands in the way."""
    attachment = await attachment_of(step, info)
    of_seat = next(obstacles_of_seat(await _facts_of_seat(step, attachment, info)), None)
    return of_seat or next(obstacles_of_object(await _facts_of_object(step, attachment, info)), None)


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


async def attachment_of(step: Any, info: Info) -> Attachment:
    """The attachment of a step: the one that a verb changed with it, else from the loader."""
    flow = step._state.fields_cache.get("flow")
    loaded = flow and flow._state.fields_cache.get("workflow_attachment")
    attachment: Attachment = loaded or await info.context.loaders.attachments_by_flow.load(step.flow_id)
    return attachment


async def person_of(step: Any, name: str, info: Info) -> User | None:
    """The user in this field of a step; None where there is none."""
    key = getattr(step, f"{name}_id")
    if key is None:
        return None
    person: User | None = step._state.fields_cache.get(name) or await info.context.loaders.users.load(key)
    return person


async def workflow_of(attachment: Attachment, info: Info) -> WorkFlow:
    """The workflow row of an attachment: the one it was loaded with, else from the loader."""
    loaded = attachment._state.fields_cache.get("workflow")
    workflow: WorkFlow = loaded or await info.context.loaders.workflows.load(attachment.workflow_id)
    return workflow


async def _facts_of_seat(step: Any, attachment: Attachment, info: Info) -> SeatFacts:
    viewer = info.context.user
    rights = await info.context.loaders.rights.load(viewer.pk)
    return SeatFacts(
        is_open=step.status == ApprovalStatus.CURRENT,
        is_running=transitions.fits(Verb.MOVE, attachment),
        is_held=is_held(step, viewer, is_active=True),  # nobody else is signed in
        keeps_role=keeps_role(step, roles_held=rights.roles_held),
        is_permitted=rights.may_decide,
    )


async def _facts_of_object(step: Any, attachment: Attachment, info: Info) -> ObjectFacts:
    loaders, key = info.context.loaders, target_key(attachment)
    is_there = not attachment.tombstone and await loaders.texts.load(key) is not None
    if not conf.self_approval_forbidden():  # spares the look-up of whose object it is
        return ObjectFacts(is_there=is_there, bars=False)
    own = await loaders.owners.load(key) | {attachment.started_by_id}
    bars = info.context.user.pk in barred(lambda: own) and not await _asks_the_person(step, attachment, info)
    return ObjectFacts(is_there=is_there, bars=bars)


def target_key(attachment: Attachment) -> tuple[int, str]:
    """What the loaders of objects know the attachment's object by."""
    return attachment.content_type_id, attachment.object_id


async def _asks_the_person(step: Any, attachment: Attachment, info: Info) -> bool:
    route = route_of_tree(await tree_of(await workflow_of(attachment, info), info))
    place = route.index(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)
    approvals = () if place is None else route.positions[place].approvals
    index = steps.approval_index(step)
    return index < len(approvals) and approvals[index].approval_type == ApprovalTypes.SELF
