"""Whether the viewer may decide a step, and why not: what the verbs check, told beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from approval_workflow.choices import ApprovalStatus

from django_workflow_engine import conf, transitions
from django_workflow_engine.access.standing import persons_in
from django_workflow_engine.approvals import claims, steps
from django_workflow_engine.approvals.duties import Bar, Deed, Duties
from django_workflow_engine.approvals.eligibility import (
    ObjectFacts,
    SeatFacts,
    keeps_role,
    obstacles_of_object,
    obstacles_of_seat,
)
from django_workflow_engine.choices import RUNNING, DutyRule
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.strategies import Position, route_of_tree
from django_workflow_engine.transitions import Verb
from gql_workflows.context import Info
from gql_workflows.types.enums import ViewerCannotActReason as Reason
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
    return await info.context.loaders.open_steps.load(attachment) if has_open_steps(attachment) else []


def has_open_steps(attachment: Attachment) -> bool:
    """Whether there may be steps that wait for a decision."""
    return attachment.status in RUNNING and attachment.approval_flow_id is not None


async def attachment_of(step: Any, info: Info) -> Attachment:
    """The attachment of a step: the one that a verb changed with it, else from the loader."""
    attachment: Attachment = attachment_at_hand(step) or await info.context.loaders.attachments_by_flow.load(
        step.flow_id
    )
    return attachment


def attachment_at_hand(step: Any) -> Attachment | None:
    """The attachment that a verb changed together with the step, or None."""
    flow = held("flow")(step)
    attachment: Attachment | None = flow and held("workflow_attachment")(flow)
    return attachment


async def workflow_of(attachment: Attachment, info: Info) -> WorkFlow:
    """The workflow row of an attachment: the one it was loaded with, else from the loader."""
    workflow: WorkFlow = held("workflow")(attachment) or await info.context.loaders.workflows.load(
        attachment.workflow_id
    )
    return workflow


def held(name: str) -> Callable[[Any], Any]:
    """What gives the row in this field of a row, where it was read with it; else None."""
    return lambda row: row._state.fields_cache.get(name)


async def persons_of(attachment: Attachment, info: Info) -> set[Any]:
    """The primary keys of the viewer, and of those in whose place the viewer may act in this run."""
    viewer = info.context.user
    rights = await info.context.loaders.rights.load(viewer.pk)
    if not rights.stand_ins:
        return {viewer.pk}
    workflow = await workflow_of(attachment, info)
    return {viewer.pk} | persons_in(rights.stand_ins, workflow, attachment.content_type_id)


async def _facts_of_seat(step: Any, attachment: Attachment, info: Info) -> SeatFacts:
    viewer = info.context.user
    rights = await info.context.loaders.rights.load(viewer.pk)
    return SeatFacts(
        is_open=step.status == ApprovalStatus.CURRENT,
        is_running=transitions.fits(Verb.MOVE, attachment),
        is_held=step.assigned_to_id in await persons_of(attachment, info) & {viewer.pk, *rights.deciding_for},
        keeps_role=keeps_role(step, roles_held=rights.roles_held.get(step.assigned_to_id, ())),
        is_permitted=rights.may_decide,
        is_unclaimed=claims.is_free_for(step, viewer),
    )


async def _facts_of_object(step: Any, attachment: Attachment, info: Info) -> ObjectFacts:
    loaders, key = info.context.loaders, target_key(attachment)
    is_there = not attachment.tombstone and await loaders.texts.load(key) is not None
    return ObjectFacts(is_there=is_there, bar=await _bar_against(step, attachment, info))


async def _bar_against(step: Any, attachment: Attachment, info: Info) -> Bar | None:
    """What keeps the viewer, or the seat's holder, from deciding.

    People and decisions are read only where a rule looks at them.
    """
    position = await _position_of(attachment, info)
    if position is None or steps.asks_the_requester(step, position):
        return None
    rules = position.workflow.duty_rules
    own, deeds = frozenset[Any](), list[Deed]()
    if conf.self_approval_forbidden() or DutyRule.REQUESTER_NEVER_DECIDES in rules:
        own = await info.context.loaders.owners.load(target_key(attachment)) | {attachment.started_by_id}
    if DutyRule.DISTINCT_APPROVERS in rules:
        deeds = await info.context.loaders.deeds.load(attachment)
    barred = Duties(own=lambda: own, deeds=lambda: deeds).barred_at(position)
    return barred.get(info.context.user.pk) or barred.get(step.assigned_to_id)  # neither of the two, where they are two


def target_key(attachment: Attachment) -> tuple[int, str]:
    """What the loaders of objects know the attachment's object by."""
    return attachment.content_type_id, attachment.object_id


async def _position_of(attachment: Attachment, info: Info) -> Position | None:
    """Where the run stands; None where an unfrozen template lost its place."""
    route = route_of_tree(await tree_of(await workflow_of(attachment, info), info))
    return route.at(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)
