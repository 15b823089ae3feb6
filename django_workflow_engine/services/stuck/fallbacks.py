"""The one way out that the template of a stuck run may give: the fallback of an approval that nobody can decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from approval_workflow.choices import ApprovalStatus

from django_workflow_engine.approvals import flows, steps
from django_workflow_engine.approvals.fallbacks import Instead, look_up
from django_workflow_engine.approvals.known_people import CommonPeople
from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.content import contents_of_rows
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.fallbacks import ask_instead
from django_workflow_engine.services.objects import lock_target
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.stuck.runs import Inspection
from django_workflow_engine.strategies import Position, route_of_tree
from django_workflow_engine.transactions import verb


@verb
def ask_fallback(*, attachment_id: Any) -> bool:
    """Ask the fallback of each approval of a stuck run that is left to nobody, in nobody's name; whether one was asked.

    A run that goes on meanwhile, or has no such approval, is left as it is. Raises NoApprover where the fallback is
    asked already, is nobody who is active, or must not decide.
    """
    found = WorkflowAttachment.objects.filter(pk=to_primary_key(WorkflowAttachment, attachment_id)).first()
    target = None if found is None else lock_target(found)
    if found is None or target is None:
        return False
    running = WorkflowAttachment.objects.locked_all(pk=found.pk, status=AttachmentStatus.IN_PROGRESS)
    return any(_ask(attachment, target) for attachment in running)  # one at most


def _ask(attachment: WorkflowAttachment, target: Any) -> bool:
    flows.lock_flow(attachment)
    inspection = Inspection(WorkflowAttachment.objects.filter(pk=attachment.pk))
    run = WorkflowRun(attachment=attachment, actor=None, target=target, path=("attachment_id",))
    if run.current_position is None or not inspection.stuck.exists():
        return False
    vacant = list(inspection.hopeless.select_related("assigned_to").order_by("pk"))
    left = list(_left_to_nobody(run.position, vacant, steps.open_steps(attachment)))
    for approval, seats in left:
        ask_instead(run, approval, seats, inspection.vacancies.reason_of(seats[0]))
    if left:
        run.save()
    return bool(left)


def with_fallbacks(runs: Sequence[WorkflowAttachment], vacant: Mapping[Any, Sequence[Step]]) -> set[int]:
    """Which of these stuck runs have an approval that is left to nobody and whose fallback is somebody who is active.

    `vacant` are the seats on which nobody may decide, by flow; as many statements for many runs as for one. Duty rules
    are not looked at.
    """
    known = WorkFlow.objects.filter(pk__in={run.workflow_id for run in runs if vacant.get(run.approval_flow_id)})
    trees = contents_of_rows(known, actions=False)
    routes = {pk: route_of_tree(tree) for pk, tree in trees.items() if any(one.fallback for one in tree.all_approvals)}
    waiting = _open_by_flow([run.approval_flow_id for run in runs if run.workflow_id in routes])
    found: dict[int, list[ApprovalConfiguration]] = {}
    for run in runs:
        route = routes.get(run.workflow_id)
        place = {"pipeline_id": run.current_pipeline_id, "stage_id": run.current_stage_id}
        position = None if route is None else route.at(**place)
        flow_id = run.approval_flow_id
        left = () if position is None else _left_to_nobody(position, vacant.get(flow_id, ()), waiting[flow_id])
        found[run.pk] = [approval for approval, seats in left if not steps.is_of_fallback(seats[0])]
    people = CommonPeople([approval for approvals in found.values() for approval in approvals], looking=True)
    return {key for key, approvals in found.items() if any(_is_there(one, people) for one in approvals)}


def _is_there(approval: ApprovalConfiguration, people: CommonPeople) -> bool:
    return approval.fallback is not None and isinstance(look_up(approval.fallback, people), Instead)


def _open_by_flow(flow_ids: Collection[Any]) -> Mapping[Any, Sequence[Step]]:
    found: dict[Any, list[Step]] = defaultdict(list)
    if flow_ids:
        for seat in Step.objects.filter(flow__in=flow_ids, status=ApprovalStatus.CURRENT).order_by("pk"):
            found[seat.flow_id].append(seat)
    return found


def _left_to_nobody(
    position: Position, vacant: Sequence[Step], waiting: Sequence[Step]
) -> Iterator[tuple[ApprovalConfiguration, Sequence[Step]]]:
    """The approvals with a fallback all of whose open seats are vacant, each with those seats.

    As long as somebody has a seat who may decide on it, that person is asked, and nobody takes the seat away.
    """
    by_number: dict[int, list[Step]] = defaultdict(list)
    for seat in vacant:
        by_number[seat.step_number].append(seat)
    for number, seats in by_number.items():
        index = steps.approval_index(seats[0])
        approval = next((one for one in position.approvals if one.index == index), None)
        open_seats = [seat for seat in waiting if seat.step_number == number]
        if approval is not None and approval.fallback is not None and len(open_seats) == len(seats):
            yield approval, seats
