"""A run whose object, requester or steps are gone is stuck, and says so; since when it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.choices import StuckProblem
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_without_object,
    each_stuck_run,
    explain_stuck,
    request_changes,
    resubmit,
    stuck_runs,
)
from tests.engine.stuck.finding import deactivate, message_of, problem_of, problems, started
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import attachment_of, open_steps
from tests.snapshot import unchanged

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture
def ann() -> User:
    return UserFactory(username="ann")


class TestTheObject:
    def test_was_deleted(self, strategy: int, ann: User) -> None:
        document, other = started(strategy, by_user(ann)), started(strategy, by_user(ann))
        gone = attachment_of(document)
        document.delete()
        assert problems() == {gone.pk: StuckProblem.TARGET_GONE}
        (stuck,) = explain_stuck([gone, attachment_of(other)])
        assert stuck.message == "The object of this workflow is gone; the run can only be cancelled."

    def test_comes_before_what_else_is_wrong(self, strategy: int, ann: User) -> None:
        document = started(strategy, by_user(ann))
        gone = attachment_of(document)
        deactivate(ann)
        document.delete()
        assert problems() == {gone.pk: StuckProblem.TARGET_GONE}

    def test_has_a_model_that_is_installed_no_more(self, strategy: int, ann: User) -> None:
        gone = attachment_of(started(strategy, by_user(ann)))
        removed = ContentType.objects.create(app_label="removed", model="thing")
        WorkflowAttachment.objects.filter(pk=gone.pk).update(content_type=removed)
        assert problems() == {gone.pk: StuckProblem.TARGET_GONE}

    def test_makes_a_run_that_has_not_started_no_case(self, strategy: int, ann: User) -> None:
        document = DocumentFactory()
        template = template_for(strategy, [[by_user(ann)]])
        attach_workflow_to_object(document, template, UserFactory(), auto_start=False)
        document.delete()
        assert problems() == {}


class TestTheRequester:
    def waiting(self, strategy: int, ann: User, requester: User, *, inactive: bool) -> Any:
        document = started(strategy, by_user(ann), by=requester)
        if inactive:
            deactivate(requester)
        request_changes(step_id=open_steps(document)[0].pk, actor=ann, reason="More")
        return document

    @pytest.mark.parametrize("before", [True, False])
    def test_is_gone(self, strategy: int, ann: User, before: bool) -> None:
        requester, root = UserFactory(), UserFactory(is_staff=True, is_superuser=True)
        document = self.waiting(strategy, ann, requester, inactive=before)
        assert problem_of(document) == (StuckProblem.REQUESTER_GONE if before else None)
        deactivate(requester)
        assert problem_of(document) == StuckProblem.REQUESTER_GONE
        assert message_of(document) == (
            "Whoever has to make changes is gone or inactive; an administrator may send the run again."
        )
        resubmit(attachment_id=attachment_of(document).pk, actor=root)
        assert problem_of(document) is None

    def test_needs_no_permission_to_approve(self, strategy: int, ann: User, settings: Any) -> None:
        document = self.waiting(strategy, ann, UserFactory(), inactive=False)
        needed = {"REQUIRE_PERMISSION_TO_APPROVE": True}
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "PERMISSIONS": needed}
        assert problem_of(document) is None


def test_a_run_without_an_open_step(strategy: int, ann: User) -> None:
    document = started(strategy, by_user(ann))
    ApprovalInstance.objects.all().delete()  # as the package's own services do
    assert problem_of(document) == StuckProblem.NO_OPEN_STEP
    WorkflowAttachment.objects.update(approval_flow=None)
    assert problem_of(document) == StuckProblem.NO_OPEN_STEP
    assert message_of(document) == "The run is in progress, but nobody is asked; it can only be cancelled."


def test_since_the_newest_seat_was_asked_for(strategy: int, ann: User) -> None:
    document = started(strategy, by_role(group_of(ann, UserFactory()), "consensus"))
    asked = datetime(2026, 1, 2, tzinfo=UTC)
    for days, step in enumerate(open_steps(document)):
        ApprovalInstance.objects.filter(pk=step.pk).update(started_at=asked - timedelta(days=days))
    deactivate(ann)
    assert [stuck.since for stuck in explain_stuck([attachment_of(document)])] == [asked]
    ApprovalInstance.objects.all().delete()
    last = WorkflowEvent.objects.order_by("pk").values_list("at", flat=True).last()
    assert [stuck.since for stuck in explain_stuck([attachment_of(document)])] == [last]


def test_many_are_explained_in_as_many_statements_as_one(strategy: int, django_assert_num_queries: Any) -> None:
    def stand_still(number: int) -> None:
        for _number in range(number):
            one, two = UserFactory(), UserFactory()
            role, template = group_of(two), [by_user(one)]
            started(strategy, *template)
            started(strategy, by_role(role))
            deactivate(one)
            role.delete()
            started(strategy, by_user(UserFactory())).delete()

    stand_still(1)
    with django_assert_num_queries(17):
        assert len(explain_stuck(list(stuck_runs()))) == 3
    stand_still(9)
    with django_assert_num_queries(17):
        assert len(explain_stuck(list(stuck_runs()))) == 30


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda: stuck_runs(WorkflowAttachment), ("among",)),
        (lambda: explain_stuck(None), ("attachments",)),
        (lambda: explain_stuck([None]), ("attachments", "0")),
        (lambda: list(each_stuck_run(size=0)), ("size",)),
        (lambda: list(each_stuck_run(size=True)), ("size",)),
    ],
)
def test_wrong_arguments_are_told_where_they_are(strategy: int, call: Any, path: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        call()
    assert refused.value.path == path


class TestCancellingWithoutAnObject:
    def test_ends_the_run_in_nobody_s_name(self, strategy: int, ann: User) -> None:
        document = started(strategy, by_user(ann))
        run = attachment_of(document)
        document.delete()
        assert cancel_without_object(attachment_id=run.pk) is True
        run.refresh_from_db()
        assert run.status == "cancelled"
        told = WorkflowEvent.objects.filter(attachment=run).order_by("pk").values_list("kind", "actor_name", "comment")
        assert list(told)[-2:] == [("cancelled", "", "The object is gone."), ("seat_closed", "", "")]
        assert set(ApprovalInstance.objects.values_list("status", "action_user")) == {("cancelled", None)}
        assert problems() == {}

    def test_is_done_once(self, strategy: int, ann: User) -> None:
        document = started(strategy, by_user(ann))
        run = attachment_of(document)
        document.delete()
        cancel_without_object(attachment_id=run.pk)
        with unchanged():
            assert cancel_without_object(attachment_id=run.pk) is False

    def test_leaves_a_run_alone_whose_object_is_there(self, strategy: int, ann: User) -> None:
        run = attachment_of(started(strategy, by_user(ann)))
        for key in (run.pk, run.pk + 1, "none"):
            with unchanged():
                assert cancel_without_object(attachment_id=key) is False
