"""Attaching again after an end: the next run, on the same row."""

from __future__ import annotations

import pytest
from approval_workflow.services import advance_flow, extend_flow
from django.utils import timezone

from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object, reject_step
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of, history, open_steps, progress, seat, steps_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

ENDS = {"completed": ["approved", "completed"], "rejected": ["rejected"]}


@pytest.fixture
def boss():
    return UserFactory()


def end(document, boss, how):
    if how == "completed":
        approve(document, boss)
    else:
        reject_step(step_id=seat(document, boss).pk, actor=boss, reason="No")
    assert attachment_of(document).status == how


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("how", ENDS)
def test_a_further_run_starts_on_the_same_row(strategy, how, boss):
    document, workflow, second = DocumentFactory(), template_for(strategy, [[by_user(boss)]]), UserFactory()
    first = attach_workflow_to_object(document, workflow, user=boss, metadata={"run": 1})
    end(document, boss, how)
    before = timezone.now()
    attach_workflow_to_object(document, workflow, user=second, metadata={"run": 2})
    again = attachment_of(document)
    assert (again.pk, again.run_number, again.first_step_number) == (first.pk, 2, 2)
    assert (again.status, again.started_by, again.metadata) == ("in_progress", second, {"run": 2})
    assert again.started_at >= before
    assert again.completed_at is None
    assert progress(document)[:3] == (0, 1, 1)
    assert [(step.step_number, step.status) for step in steps_of(document)] == [
        (1, "approved" if how == "completed" else "rejected"),
        (2, "current"),
    ]
    assert history(document, "run_number") == [
        *[(kind, 1) for kind in ("attached", "started", *ENDS[how])],
        ("attached", 2),
        ("started", 2),
    ]
    end(document, boss, "completed")
    assert progress(document)[:3] == (100, 1, 1)


def test_a_further_run_may_wait_and_may_use_another_template(boss):
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]))
    end(document, boss, "rejected")
    other = template_for(2, [[by_user(boss)]] * 2, name_en="Other")
    attach_workflow_to_object(document, other, auto_start=False)
    waiting = attachment_of(document)
    assert (waiting.workflow.cloned_from, waiting.status, waiting.run_number) == (other, "not_started", 2)
    assert (waiting.started_at, waiting.completed_at, waiting.current_pipeline) == (None, None, None)
    assert waiting.metadata == {}
    assert (open_steps(document), progress(document)) == ([], (0, 0, 2, "Pipeline 1"))


def test_every_run_counts_on(boss):
    document, workflow = DocumentFactory(), template_for(3, [[by_user(boss)]])
    for number in (1, 2, 3):
        attach_workflow_to_object(document, workflow)
        assert (attachment_of(document).run_number, attachment_of(document).first_step_number) == (number, number)
        end(document, boss, "completed")
    assert WorkflowAttachment.objects.count() == 1
    assert WorkflowEvent.objects.count() == 12


def test_after_the_end_the_project_s_own_approvals_of_the_object_are_its_own(boss):
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]))
    end(document, boss, "completed")
    flow, told = attachment_of(document).approval_flow, history(document)
    extend_flow(flow, [{"step": 2, "assigned_to": boss}])
    advance_flow(document, "approved", boss)
    assert [step.status for step in steps_of(document)] == ["approved", "approved"]
    assert (attachment_of(document).status, history(document)) == ("completed", told)


def test_a_further_run_that_is_refused_leaves_the_ended_one_as_it_was(boss):
    document, workflow = DocumentFactory(), template_for(3, [[by_user(boss)]])
    attach_workflow_to_object(document, workflow, metadata={"run": 1})
    end(document, boss, "completed")
    boss.is_active = False
    boss.save()
    with unchanged(), pytest.raises(ValueError, match="Nobody can decide"):
        attach_workflow_to_object(document, workflow, metadata={"run": 2})
