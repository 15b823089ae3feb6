"""Whether the viewer may act on a step or a run, and why not: what the verbs check, told beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus

from django_workflow_engine import conf, transitions
from django_workflow_engine.access.standing import persons_in
from django_workflow_engine.approvals import claims, steps
from django_workflow_engine.approvals.duties import Bar, Deed, Duties
from django_workflow_engine.approvals.eligibility import (
    ObjectFacts,
    Obstacle,
    SeatFacts,
    keeps_role,
    obstacle_to_claiming,
    obstacle_to_releasing,
    obstacles_of_object,
    obstacles_of_seat,
    refused_for,
)
from django_workflow_engine.approvals.receivers import (
    ReassignmentFacts,
    ReceiverFacts,
    obstacle_to_escalating,
    obstacle_to_reassigning,
)
from django_workflow_engine.choices import RUNNING, DutyRule
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.services.cancellation import CancelObstacle
from django_workflow_engine.services.changes import ResubmitObstacle, may_resubmit, obstacle_to_resubmitting
from django_workflow_engine.strategies import Position, route_of_tree
from django_workflow_engine.transitions import Verb
from gql_workflows.context import Info
from gql_workflows.dataloaders.people import Manager
from gql_workflows.types.reasons import ViewerCannotActReason as Reason
from gql_workflows.types.workflows import tree_of

DECISIONS: Final = ("approve_workflow", "reject_workflow")  # the permissions of which one is enough to decide at all


async def reason_against(step: Any, info: Info) -> Reason | None:
    """Why the viewer may not decide this step now; None when nothing stands in the way."""
    return next(iter(await _obstacles(step, info, *DECISIONS)), None)


async def reason_against_delegating(step: Any, info: Info) -> Reason | None:
    """Why delegateStep would refuse this step, whoever is named; None when nothing stands in the way."""
    return refused_for(await _obstacles(step, info, "delegate_workflow"))


async def reason_against_escalating(step: Any, info: Info) -> Reason | None:
    """The same of escalateStep, which names the manager."""
    reason = await reason_against_delegating(step, info)
    return reason or obstacle_to_escalating(await _facts_of_manager(step, info))


async def reason_against_claiming(step: Any, info: Info) -> Reason | None:
    """The same of claimStep."""
    return refused_for(await _obstacles(step, info, "approve_workflow")) or obstacle_to_claiming(step)


async def reason_against_releasing(step: Any, info: Info) -> Reason | None:
    """The same of releaseStep."""
    facts = await _facts_of_seat(step, await attachment_of(step, info), info)
    return obstacle_to_releasing(facts, is_claimant=claims.is_claimed_by(step, info.context.user))


async def reason_against_reassigning(step: Any, info: Info) -> Reason | None:
    """The same of reassignStep, whoever is named."""
    attachment = await attachment_of(step, info)
    is_there = await is_object_there(attachment, info)
    facts = ReassignmentFacts(
        is_allowed=await info.context.loaders.mendable.load(attachment),
        is_own=info.context.user.pk in await _own_people(attachment, info),
        is_open=step.status == ApprovalStatus.CURRENT,
        is_running=transitions.fits(Verb.MOVE, attachment),
        is_there=is_there,
    )
    return obstacle_to_reassigning(facts)


async def reason_against_all(attachment: Attachment, steps: list[Any], info: Info) -> Reason | None:
    """Why the viewer may decide none of these open steps; None when one of them is free to decide."""
    if not steps:
        return Reason.NOT_IN_PROGRESS
    reasons = [await reason_against(step, info) for step in steps]
    if None in reasons:
        return None
    own = [reason for reason in reasons if reason is not Reason.NOT_YOUR_STEP]
    return own[0] if own else Reason.NOT_YOUR_STEP


async def reason_against_cancelling(attachment: Attachment, info: Info) -> CancelObstacle | None:
    """Why cancelWorkflow would refuse the run; None when nothing stands in the way."""
    return await info.context.loaders.obstacles_to_cancelling.load(attachment)


async def reason_against_resubmitting(attachment: Attachment, info: Info) -> ResubmitObstacle | None:
    """The same of resubmit; whether anybody could decide where the run goes on is not asked."""
    waiting, persons = await open_steps(attachment, info), await persons_of(attachment, info)
    may = may_resubmit(attachment, waiting, info.context.user, persons)
    return obstacle_to_resubmitting(attachment, may=may, is_there=await is_object_there(attachment, info))


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


async def is_object_there(attachment: Attachment, info: Info) -> bool:
    """Whether the attachment's object has not been deleted."""
    return not attachment.tombstone and await info.context.loaders.texts.load(target_key(attachment)) is not None


async def _obstacles(step: Any, info: Info, *permissions: str) -> list[Obstacle]:
    """What stands between the viewer and the step; one of these permissions is enough where one is asked for."""
    attachment = await attachment_of(step, info)
    found = [*obstacles_of_seat(await _facts_of_seat(step, attachment, info, *permissions))]
    return found or [*obstacles_of_object(await _facts_of_object(step, attachment, info))]


async def _facts_of_seat(step: Any, attachment: Attachment, info: Info, *permissions: str) -> SeatFacts:
    viewer = info.context.user
    rights = await info.context.loaders.rights.load(viewer.pk)
    return SeatFacts(
        is_open=step.status == ApprovalStatus.CURRENT,
        is_running=transitions.fits(Verb.MOVE, attachment),
        is_held=step.assigned_to_id in await persons_of(attachment, info) & {viewer.pk, *rights.deciding_for},
        keeps_role=keeps_role(step, roles_held=rights.roles_held.get(step.assigned_to_id, ())),
        is_permitted=not permissions or not rights.permitted.isdisjoint(permissions),
        is_unclaimed=claims.is_free_for(step, viewer),
    )


async def _facts_of_object(step: Any, attachment: Attachment, info: Info) -> ObjectFacts:
    barred = await _barred(step, attachment, info)
    bar = barred.get(info.context.user.pk) or barred.get(step.assigned_to_id)  # neither of the two, where they are two
    return ObjectFacts(is_there=await is_object_there(attachment, info), bar=bar)


async def _facts_of_manager(step: Any, info: Info) -> ReceiverFacts | None:
    """What is known of the manager of the viewer, or of the seat's holder where the viewer stands in; None: of none."""
    manager: Manager | None = await info.context.loaders.managers.load(step.assigned_to_id)
    if manager is None:
        return None
    return ReceiverFacts(
        has_seat=str(manager.user_id) in await info.context.loaders.holders_beside.load(step),
        is_permitted=manager.is_permitted,
        bar=(await _barred(step, await attachment_of(step, info), info)).get(manager.user_id),
    )


async def _barred(step: Any, attachment: Attachment, info: Info) -> Mapping[Any, Bar]:
    """Who must not decide on the step, by primary key.

    People and decisions are read only where a rule looks at them.
    """
    position = await _position_of(attachment, info)
    if position is None or steps.asks_the_requester(step, position):
        return {}
    rules = position.workflow.duty_rules
    own, deeds = frozenset[Any](), list[Deed]()
    if conf.self_approval_forbidden() or DutyRule.REQUESTER_NEVER_DECIDES in rules:
        own = await _own_people(attachment, info)
    if DutyRule.DISTINCT_APPROVERS in rules:
        deeds = await info.context.loaders.deeds.load(attachment)
    return Duties(own=lambda: own, deeds=lambda: deeds).barred_at(position)


async def _own_people(attachment: Attachment, info: Info) -> frozenset[Any]:
    """The primary keys of everybody whose the object is, while it is there, and of whoever started the run."""
    people = await info.context.loaders.owners.load(target_key(attachment)) if not attachment.tombstone else frozenset()
    return people | {attachment.started_by_id} - {None}


def target_key(attachment: Attachment) -> tuple[int, str]:
    """What the loaders of objects know the attachment's object by."""
    return attachment.content_type_id, attachment.object_id


async def _position_of(attachment: Attachment, info: Info) -> Position | None:
    """Where the run stands; None where an unfrozen template lost its place."""
    route = route_of_tree(await tree_of(await workflow_of(attachment, info), info))
    return route.at(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)
