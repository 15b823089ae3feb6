"""Deadlines in every world: keys of any kind among their fallbacks, and times as the project has them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_workflow_engine.approvals.deadlines import is_overdue
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import attach_workflow_to_object, delegate_step, fire_due_timers
from tests.api.documents import CREATE
from tests.api.inputs import template_input
from tests.clock import at
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of
from tests.worlds.journey.test_api import Session, attach
from tests.worlds.journey.test_running import by, open_steps, template

LATE = """
query Late($filters: ApprovalStepFilter) {
  myApprovals(filters: $filters, ordering: [{ dueAt: ASC }], first: 1) {
    pageInfo { endCursor }
    edges { node { dueAt isOverdue } }
  }
}
"""
NEXT = "query ($after: String) { myApprovals(ordering: [{ dueAt: ASC }], after: $after) { edges { node { id } } } }"


@pytest.mark.parametrize("working_time", [True, False])
def test_a_step_is_due_by_the_clock_of_the_project_and_falls_back_to_keys_of_its_kind(
    office: Office, working_time: bool
) -> None:
    named = {"fallback_user": office.deputy.pk}, {"fallback_role": office.role.pk}
    deadlines = [{"after": "P2D", "working_time": working_time, "on_timeout": "fallback", **one} for one in named]
    made = template(3, *(by(office.boss) | {"deadline": one} for one in deadlines))
    request = request_of(office.requester)
    attach_workflow_to_object(request, made, office.requester)
    (step,) = open_steps(request)
    assert step.due_date > timezone.now() + timedelta(days=1)
    if not working_time:
        assert step.due_date - step.started_at < timedelta(days=2, minutes=1)
    delegate_step(step_id=step.pk, actor=office.boss, user_id=office.deputy.pk)
    (passed,) = open_steps(request)
    assert (passed.due_date, is_overdue(passed)) == (step.due_date, False)


def test_the_inbox_has_what_is_late_first(office: Office) -> None:
    administrator, boss = Session(office.administrator), Session(office.boss)
    asked: dict[str, Any] = {"approvalType": "USER", "approvalUser": administrator.pick("users", "boss")}
    fallback = {"onTimeout": "FALLBACK", "fallbackRole": administrator.pick("roles", "buyers")}
    for after in ("P9D", "P2D"):
        sent = template_input(
            WorkflowStrategy.WORKFLOW_ONLY, [[asked | {"deadline": {"after": after, "workingTime": True, **fallback}}]]
        )
        made = administrator.ask(CREATE, input=sent)["workflow"]
        attach(Session(office.requester), made, request_of(office.requester))
    first, last = Step.objects.order_by("due_date")
    Step.objects.filter(pk=first.pk).update(due_date=timezone.now() - timedelta(hours=1))
    page = boss.ask(LATE, filters={"isOverdue": True})
    assert [edge["node"]["isOverdue"] for edge in page["edges"]] == [True]
    page = boss.ask(LATE)
    assert [edge["node"]["isOverdue"] for edge in page["edges"]] == [True]
    (left,) = boss.ask(NEXT, after=page["pageInfo"]["endCursor"])["edges"]
    assert left["node"]["id"] in boss.waiting()
    assert last.due_date > timezone.now() + timedelta(days=8)


def test_when_the_time_is_up_others_are_asked_once(office: Office) -> None:
    deadline = {"after": "P2D", "remind_before": ["P1D"], "on_timeout": "fallback", "fallback_role": office.role.pk}
    request = request_of(office.requester)
    made = template(3, by(office.boss) | {"deadline": deadline})
    attach_workflow_to_object(request, made, office.requester)
    due = open_steps(request)[0].due_date
    with at(due - timedelta(days=1)):
        assert fire_due_timers() == {"reminder": 1}
    with at(due):
        assert fire_due_timers() == {"timeout": 1}
        assert fire_due_timers() == {}
    assert office.boss.pk not in {step.assigned_to_id for step in open_steps(request)}
    assert {step.assigned_role_object_id for step in open_steps(request)} == {str(office.role.pk)}
