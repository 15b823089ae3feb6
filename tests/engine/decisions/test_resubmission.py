"""Sending a run back, and cancelling it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import Forbidden, InvalidInput, NoApprover, NotFound, NotInProgress, ValueMissing
from django_workflow_engine.models import Stage
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    reorder_stages,
    request_resubmission,
    start_workflow,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, place, progress, seat, steps_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    return UserFactory.create_batch(3)


@pytest.fixture
def staged(people: list[User]) -> Any:
    """A document on a workflow of three stages in two pipelines, one person at each."""
    document = DocumentFactory()
    template = template_for(1, [[by_user(person)] for person in people])
    attach_workflow_to_object(document, template, UserFactory(username="starter"))
    return document


def send_back(document: Any, user: User, **fields: Any) -> Any:
    fields = {"reason": "Please add the offers"} | fields
    return request_resubmission(step_id=seat(document, user).pk, actor=user, **fields)


def stages_of(document: Any, *, template: bool) -> list[Stage]:
    workflow = attachment_of(document).workflow
    workflow = workflow.cloned_from if template else workflow
    return list(Stage.objects.filter(pipeline__workflow=workflow).order_by("pipeline__order", "order"))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_a_stage_the_current_position_is_asked_again(strategy: int, people: list[User]) -> None:
    document, group = DocumentFactory(), group_of(*people)
    attach_workflow_to_object(document, template_for(strategy, [[by_role(group)]]), UserFactory())
    before, old = place(document), seat(document, people[0])
    decision = send_back(document, people[0])
    assert decision.outcome == StepOutcome.RESUBMISSION_REQUESTED
    assert (decision.step.pk, decision.step.status) == (old.pk, "resubmission")
    assert place(document) == before
    assert asked(document) == people
    assert [(step.step_number, step.status) for step in steps_of(document)] == [
        (1, "resubmission"),
        (1, "cancelled"),
        (1, "cancelled"),
        (2, "current"),
        (2, "current"),
        (2, "current"),
    ]
    assert history(document)[2:] == ["resubmission_requested", "seat_closed", "seat_closed"]


@pytest.mark.parametrize("template", [True, False])
def test_a_run_goes_back_to_an_earlier_stage_and_on_again(people: list[User], staged: Any, template: bool) -> None:
    first, second, third = people
    approve(staged, first)
    approve(staged, second)
    assert progress(staged) == (66, 3, 3, None)
    send_back(staged, third, stage_id=stages_of(staged, template=template)[0].pk)
    assert (place(staged), asked(staged)) == (("Pipeline 1", "Stage 1"), [first])
    assert progress(staged) == (0, 1, 3, "Stage 2")
    for person, outcome in zip(people, ("stage_advanced", "pipeline_advanced", "workflow_completed"), strict=True):
        assert approve(staged, person).outcome == outcome
    told = [line for line in history(staged, "from_stage", "to_stage") if line[0] == "resubmission_requested"]
    assert told == [("resubmission_requested", "Stage 3", "Stage 1")]


def test_a_run_is_not_sent_ahead_or_to_another_workflow(people: list[User], staged: Any) -> None:
    stranger = template_for(1, [[by_user(people[0])]]).pipelines.get().stages.get()
    cases = [
        (stages_of(staged, template=False)[1].pk, InvalidInput),
        (stranger.pk, NotFound),
        (10**6, NotFound),
        ("x", NotFound),
    ]
    for stage_id, error in cases:
        with unchanged(), pytest.raises(error) as refused:
            send_back(staged, people[0], stage_id=stage_id)
        assert refused.value.path == ("stage_id",)


def test_a_reason_is_needed_and_an_approver_at_the_place(people: list[User], staged: Any) -> None:
    with unchanged(), pytest.raises(ValueMissing) as refused:
        send_back(staged, people[0], reason=" \n")
    assert refused.value.path == ("reason",)
    approve(staged, people[0])
    User.objects.filter(pk=people[0].pk).update(is_active=False)
    with unchanged(), pytest.raises(NoApprover):
        send_back(staged, people[1], stage_id=stages_of(staged, template=False)[0].pk)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("started", [True, False])
def test_the_starter_cancels_a_run(strategy: int, people: list[User], started: bool) -> None:
    starter, document = UserFactory(), DocumentFactory()
    template = template_for(strategy, [[by_role(group_of(*people))]])
    attachment = attach_workflow_to_object(document, template, starter, auto_start=started)
    cancelled = cancel_workflow(attachment_id=attachment.pk, actor=starter, reason="Not needed any more")
    assert cancelled.status == attachment_of(document).status == "cancelled"
    assert cancelled.completed_at is not None
    assert asked(document) == []
    assert {(step.status, step.action_user) for step in steps_of(document)} <= {("cancelled", starter)}
    closed = ["seat_closed"] * 3 if started else []
    assert history(document)[-4 if started else -1 :] == ["cancelled", *closed]
    assert attach_workflow_to_object(document, template, starter).run_number == 2


def test_an_administrator_cancels_and_nobody_else(people: list[User], staged: Any) -> None:
    attachment = attachment_of(staged)
    permission = Permission.objects.get(codename="change_workflowattachment")
    admin, staff, holder = UserFactory(is_staff=True), UserFactory(is_staff=True), UserFactory()
    admin.user_permissions.add(permission)
    holder.user_permissions.add(permission)
    for actor in (staff, holder, people[0]):
        with unchanged(), pytest.raises(Forbidden):
            cancel_workflow(attachment_id=attachment.pk, actor=actor, reason="x")
    assert cancel_workflow(attachment_id=attachment.pk, actor=admin, reason="x").status == "cancelled"


def test_an_ended_run_is_not_cancelled(staged: Any) -> None:
    attachment, starter = attachment_of(staged), User.objects.get(username="starter")
    with unchanged(), pytest.raises(ValueMissing):
        cancel_workflow(attachment_id=attachment.pk, actor=starter, reason="")
    cancel_workflow(attachment_id=attachment.pk, actor=starter, reason="x")
    with unchanged(), pytest.raises(NotInProgress):
        cancel_workflow(attachment_id=attachment.pk, actor=starter, reason="x")
    with unchanged(), pytest.raises(NotInProgress):
        start_workflow(attachment_id=attachment.pk, actor=starter)
    with pytest.raises(NotFound):
        cancel_workflow(attachment_id="x", actor=starter, reason="x")


def test_a_template_s_stage_means_itself_after_the_template_was_reordered(staged: Any, people: list[User]) -> None:
    first, second, third = stages_of(staged, template=True)
    approve(staged, people[0])
    reorder_stages(pipeline_id=first.pipeline_id, stage_ids=[second.pk, first.pk])
    with unchanged(), pytest.raises(InvalidInput):
        send_back(staged, people[1], stage_id=third.pk)
    send_back(staged, people[1], stage_id=first.pk)
    assert (place(staged)[1], asked(staged)) == ("Stage 1", [people[0]])


def test_a_stage_that_took_the_place_of_another_is_no_stage_of_the_run(staged: Any, people: list[User]) -> None:
    first, second, _third = stages_of(staged, template=True)
    approve(staged, people[0])
    pipeline, values = first.pipeline, {"name_en": first.name_en, "stage_info": first.stage_info, "order": first.order}
    first.delete()
    other = Stage.objects.create(pipeline=pipeline, **values)
    with unchanged(), pytest.raises(NotFound):
        send_back(staged, people[1], stage_id=other.pk)
    document = DocumentFactory()
    attach_workflow_to_object(document, pipeline.workflow, UserFactory())
    assert attachment_of(document).workflow != attachment_of(staged).workflow
    approve(document, people[0])
    send_back(document, people[1], stage_id=other.pk)
    assert asked(document) == [people[0]]
    assert second.pk in {stage.origin_id for stage in stages_of(document, template=False)}


def test_a_pipeline_is_named_where_approvals_sit_on_pipelines(people: list[User]) -> None:
    document, template = DocumentFactory(), template_for(2, [[by_user(person)] for person in people])
    attach_workflow_to_object(document, template, UserFactory())
    approve(document, people[0])
    first, second, third = template.pipelines.order_by("order")
    for wrong, error in ((third.pk, InvalidInput), (4711, NotFound), ("?", NotFound)):
        with unchanged(), pytest.raises(error) as refused:
            send_back(document, people[1], pipeline_id=wrong)
        assert refused.value.path == ("pipeline_id",)
    with unchanged(), pytest.raises(InvalidInput):
        send_back(document, people[1], pipeline_id=second.pk, stage_id=1)
    send_back(document, people[1], pipeline_id=first.pk)
    assert (place(document)[0], asked(document)) == ("Pipeline 1", [people[0]])
