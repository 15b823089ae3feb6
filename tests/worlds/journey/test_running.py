"""Templates of each strategy and of each kind of approver, made in Python and run to their ends."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.models import ApprovalInstance

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.recipient_resolver import resolve_recipients
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    create_workflow,
    delegate_step,
    escalate_step,
    get_workflow_attachment,
    get_workflow_progress,
    reject_step,
    request_resubmission,
)
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of


def template(strategy: int, *approvals: dict[str, Any], positions: int = 2, **fields: Any) -> WorkFlow:
    """A template whose positions all ask the same."""
    fields |= {"name_en": "Purchase approval", "name_ar": "شراء", "strategy": strategy}
    if strategy == WorkflowStrategy.WORKFLOW_ONLY:
        return create_workflow(spec=WorkflowSpec(approvals=approvals, **fields))
    if strategy == WorkflowStrategy.WORKFLOW_PIPELINE:
        pipelines = [PipelineSpec(name_en=f"Pipeline {n}", approvals=approvals) for n in range(positions)]
    else:
        stages = [StageSpec(name_en=f"Stage {n}", approvals=approvals) for n in range(positions)]
        pipelines = [PipelineSpec(name_en="Pipeline", stages=stages)]
    return create_workflow(spec=WorkflowSpec(pipelines=pipelines, **fields))


def by(person: Any) -> dict[str, Any]:
    """An approval by this user."""
    return {"approval_type": "user", "approval_user": person.pk}


def open_steps(request: Any) -> list[ApprovalInstance]:
    """The steps that wait for a decision."""
    flow = get_workflow_attachment(request).approval_flow
    return list(flow.instances.filter(status="current").order_by("pk"))


def decide(request: Any, person: Any, **sent: Any) -> None:
    """Approve the step that waits for this person."""
    (step,) = [step for step in open_steps(request) if step.assigned_to == person]
    approve_step(step_id=step.pk, actor=person, **sent)


def status(request: Any) -> str:
    """The run's status."""
    return get_workflow_attachment(request).status


@pytest.mark.parametrize("strategy", list(WorkflowStrategy))
def test_a_run_of_each_strategy_is_completed(office: Office, strategy: int) -> None:
    request, made = request_of(office.requester), template(strategy, by(office.boss))
    attach_workflow_to_object(request, made, office.requester)
    positions = 1 if strategy == WorkflowStrategy.WORKFLOW_ONLY else 2
    for place in range(positions):
        assert get_workflow_progress(made, request)["progress_percentage"] == 100 * place // positions
        decide(request, office.boss, comment="Fine")
    assert status(request) == "completed"
    request.refresh_from_db()
    assert request.status == "completed"
    approved = WorkflowEvent.objects.filter(kind="approved")
    assert [(event.actor_id, event.comment) for event in approved] == [(str(office.boss.pk), "Fine")] * positions


ROLES = {
    "anyone": 1,
    "round_robin": 1,
    "consensus": 3,
    "quorum": 2,
    "majority": 2,
    "percentage": 2,
}
NUMBERS = {"quorum": {"quorum_count": 2}, "percentage": {"percentage_required": 60}}


@pytest.mark.parametrize("strategy", ROLES)
def test_a_role_decides(office: Office, strategy: str) -> None:
    request = request_of(office.requester)
    asked = {"approval_type": "role", "user_role": office.role.pk, "role_selection_strategy": strategy}
    attach_workflow_to_object(request, template(3, asked | NUMBERS.get(strategy, {})), office.requester)
    for left in reversed(range(ROLES[strategy])):
        step = open_steps(request)[0]
        assert step.assigned_to in office.members
        approve_step(step_id=step.pk, actor=step.assigned_to)
        assert status(request) == ("in_progress" if left else "completed")


def test_the_requester_and_the_heads_decide(office: Office) -> None:
    stages = [
        StageSpec(name_en=kind, approvals=[{"approval_type": kind}])
        for kind in ("self-approved", "team_head", "department_head")
    ]
    pipeline = PipelineSpec(name_en="All", stages=stages, department_id=office.department.pk)
    request = request_of(office.requester)
    attach_workflow_to_object(
        request, create_workflow(spec=WorkflowSpec(name_en="W", pipelines=[pipeline])), office.requester
    )
    for person in (office.requester, office.boss, office.boss):
        decide(request, person)
    assert status(request) == "completed"


def test_the_people_of_a_run_have_addresses(office: Office) -> None:
    attached = attach_workflow_to_object(request_of(office.requester), template(3, by(office.boss)), office.requester)
    found = resolve_recipients(["workflow_starter", "current_approver", office.deputy.pk], attached)
    assert found == {f"{name}@example.com" for name in ("requester", "boss", "deputy")}


def test_a_form_and_a_check_in(office: Office) -> None:
    submit = by(office.boss) | {"step_approval_type": "submit", "required_form": office.form.pk}
    verify = by(office.boss) | {"step_approval_type": "check_in_verify"}
    request = request_of(office.requester)
    attach_workflow_to_object(request, template(3, submit, verify), office.requester)
    decide(request, office.boss, form_data={"amount": 3})
    decide(request, office.boss)
    assert status(request) == "in_progress"
    decide(request, office.boss)
    assert status(request) == "completed"


def test_a_step_is_passed_on(office: Office) -> None:
    request = request_of(office.requester)
    attach_workflow_to_object(request, template(3, by(office.deputy)), office.requester)
    delegate_step(step_id=open_steps(request)[0].pk, actor=office.deputy, user_id=office.requester.pk, reason="Away")
    escalate_step(step_id=open_steps(request)[0].pk, actor=office.requester, reason="Too dear")
    decide(request, office.boss)
    kinds = WorkflowEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert {"delegated", "escalated", "approved", "completed"} <= set(kinds)


def test_a_run_is_sent_back_rejected_attached_again_and_cancelled(office: Office) -> None:
    request, made = request_of(office.requester), template(1, by(office.boss))
    attach_workflow_to_object(request, made, office.requester)
    decide(request, office.boss)
    first = get_workflow_attachment(request).workflow.pipelines.get().stages.order_by("order")[0]
    request_resubmission(step_id=open_steps(request)[0].pk, actor=office.boss, stage_id=first.pk, reason="Again")
    assert get_workflow_attachment(request).current_stage == first
    reject_step(step_id=open_steps(request)[0].pk, actor=office.boss, reason="No")
    assert status(request) == "rejected"
    attach_workflow_to_object(request, made, office.requester)
    cancel_workflow(attachment_id=get_workflow_attachment(request).pk, actor=office.requester, reason="Changed my mind")
    assert status(request) == "cancelled"
    assert WorkflowAttachment.objects.get().target == request
