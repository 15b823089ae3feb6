"""Decisions that are refused: each tells its own cause and changes nothing."""

from __future__ import annotations

import pytest
from approval_workflow.services import start_flow
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import IntegrityError
from django.test import override_settings

from django_workflow_engine.choices import ErrorCode, StepOutcome
from django_workflow_engine.errors import (
    MissingPermission,
    NoApprover,
    NotFound,
    NotYourStep,
    StepAlreadyDecided,
    ValueMissing,
    WorkflowError,
)
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import approve_step, attach_workflow_to_object, reject_step
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, open_steps, place, seat, steps_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

NEEDED = {"REQUIRE_PERMISSION_TO_APPROVE": True}
PERMISSION_NEEDED = override_settings(DJANGO_WORKFLOW_ENGINE={"PERMISSIONS": NEEDED})


def approving(step_id, actor):
    return approve_step(step_id=step_id, actor=actor)


def rejecting(step_id, actor):
    return reject_step(step_id=step_id, actor=actor, reason="No")


both_verbs = pytest.mark.parametrize("decide", [approving, rejecting])


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def colleague():
    return UserFactory()


def start(strategy, *approvals, then=None):
    """A document that these approvals decide first, and `then` after them: at the next position, if there is one."""
    after = [then] if then else []
    positions = [[*approvals, *after]] if strategy == 3 else [list(approvals), *([after] if after else [])]
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, positions))
    return document


def refused(error, decide, step_id, actor) -> WorkflowError:
    with unchanged(), pytest.raises(error) as told:
        decide(step_id, actor)
    return told.value


@both_verbs
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_stranger_does_not_decide(strategy, decide, boss, colleague):
    document = start(strategy, by_user(boss))
    for stranger in (colleague, User.objects.create_superuser("root"), AnonymousUser()):
        error = refused(NotYourStep, decide, seat(document, boss).pk, stranger)
        assert (error.code, error.path) == (ErrorCode.NOT_YOUR_STEP, ("step_id",))
        assert isinstance(error, PermissionError)
        assert isinstance(error, ValueError)


@both_verbs
def test_a_member_of_the_role_decides_on_the_own_seat_only(decide, boss, colleague):
    document = start(1, by_role(group_of(boss, colleague)))
    refused(NotYourStep, decide, seat(document, boss).pk, colleague)
    assert decide(seat(document, colleague).pk, colleague).step.action_user == colleague


@both_verbs
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_step_is_decided_once(strategy, decide, boss):
    document = start(strategy, by_user(boss))
    step = seat(document, boss)
    approve(document, boss)
    error = refused(StepAlreadyDecided, decide, step.pk, boss)
    assert (error.code, error.path) == (ErrorCode.STEP_ALREADY_DECIDED, ("step_id",))
    assert (error.step.pk, error.step.status, error.step.action_user) == (step.pk, "approved", boss)
    assert error.attachment == attachment_of(document)
    assert error.attachment.status == "completed"
    assert boss.username in str(error)


@both_verbs
def test_whoever_comes_late_to_a_shared_step_is_told_who_decided(decide, boss, colleague):
    document = start(2, by_role(group_of(boss, colleague)), then=by_user(boss))
    late = seat(document, colleague)
    approve(document, boss)
    error = refused(StepAlreadyDecided, decide, late.pk, colleague)
    assert (error.step.pk, error.step.status, error.step.action_user) == (late.pk, "cancelled", boss)
    assert error.attachment.current_pipeline.name_en == "Pipeline 2"


@both_verbs
def test_a_seat_of_a_consensus_is_decided_once(decide, boss, colleague):
    document = start(1, by_role(group_of(boss, colleague), "consensus"))
    step = seat(document, boss)
    approve(document, boss)
    assert refused(StepAlreadyDecided, decide, step.pk, boss).step.action_user == boss
    assert asked(document) == [colleague]


@both_verbs
def test_nothing_is_decided_after_a_rejection(decide, boss, colleague):
    document = start(3, by_role(group_of(boss, colleague)))
    late = seat(document, colleague)
    reject_step(step_id=seat(document, boss).pk, actor=boss, reason="No")
    error = refused(StepAlreadyDecided, decide, late.pk, colleague)
    assert (error.step.action_user, error.attachment.status) == (boss, "rejected")


@both_verbs
@pytest.mark.parametrize("key", [987654, "987654", "no-key", None, 10**30])
def test_a_step_that_does_not_exist_is_not_found(decide, key, boss):
    start(1, by_user(boss))
    error = refused(NotFound, decide, key, boss)
    assert (error.code, error.path) == (ErrorCode.NOT_FOUND, ("step_id",))


@both_verbs
def test_a_step_of_no_workflow_is_not_found(decide, boss):
    flow = start_flow(DocumentFactory(), [{"step": 1, "assigned_to": boss}])
    refused(NotFound, decide, flow.instances.get().pk, boss)


@both_verbs
@pytest.mark.parametrize("asks", [by_user, lambda user: by_role(group_of(user))], ids=["user", "role"])
def test_a_person_who_is_inactive_decides_nothing(decide, asks, boss):
    document = start(1, asks(boss))
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert boss.is_active  # what the caller holds is not what is stored
    refused(NotYourStep, decide, seat(document, boss).pk, boss)


@both_verbs
def test_a_member_who_left_the_role_decides_nothing(decide, boss, colleague):
    role = group_of(boss, colleague)
    document = start(1, by_role(role), then=by_user(boss))
    role.user_set.remove(boss)
    refused(NotYourStep, decide, seat(document, boss).pk, boss)
    assert decide(seat(document, colleague).pk, colleague).step.action_user == colleague


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_rejection_needs_a_reason(reason, boss):
    document = start(1, by_user(boss))
    with unchanged(), pytest.raises(ValueMissing) as told:
        reject_step(step_id=seat(document, boss).pk, actor=boss, reason=reason)
    assert (told.value.code, told.value.path) == (ErrorCode.REQUIRED, ("reason",))


def test_words_that_postgresql_cannot_store_are_refused(boss):
    document = start(1, by_user(boss))
    step = seat(document, boss)
    with unchanged(), pytest.raises(WorkflowError) as told:
        approve_step(step_id=step.pk, actor=boss, comment="a\x00b")
    assert (told.value.code, told.value.path) == (ErrorCode.INVALID, ("comment",))
    with unchanged(), pytest.raises(WorkflowError) as told:
        reject_step(step_id=step.pk, actor=boss, reason="a\x00b")
    assert (told.value.code, told.value.path) == (ErrorCode.INVALID, ("reason",))


@pytest.mark.parametrize(
    ("decide", "codename"), [(approving, "approve_workflow"), (rejecting, "reject_workflow")], ids=["approve", "reject"]
)
def test_deciding_needs_the_permission_where_the_settings_say_so(decide, codename, boss):
    document = start(1, by_user(boss))
    step = seat(document, boss)
    with PERMISSION_NEEDED:
        error = refused(MissingPermission, decide, step.pk, boss)
        assert (error.code, error.permission) == (ErrorCode.FORBIDDEN, f"django_workflow_engine.{codename}")
        assert isinstance(error, PermissionError)
        boss.user_permissions.add(Permission.objects.get(codename=codename))
        assert decide(step.pk, User.objects.get(pk=boss.pk)).step.action_user == boss


@PERMISSION_NEEDED
def test_a_superuser_has_every_permission():
    root = User.objects.create_superuser("root")
    document = start(1, by_user(root))
    assert approve(document, root).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_causes_are_told_in_a_fixed_order(boss, colleague, settings):
    """Not found, forbidden, not your step, already decided, and then the input."""
    document = start(1, by_user(boss), then=by_self())
    step = seat(document, boss)
    settings.DJANGO_WORKFLOW_ENGINE = {"PERMISSIONS": NEEDED}

    def told(step_id, actor):
        with unchanged(), pytest.raises(WorkflowError) as error:
            reject_step(step_id=step_id, actor=User.objects.get(pk=actor.pk), reason="")
        return type(error.value)

    assert told(987654, colleague) is NotFound
    assert told(step.pk, colleague) is MissingPermission
    for user in (boss, colleague):
        user.user_permissions.set(Permission.objects.filter(codename__in=["approve_workflow", "reject_workflow"]))
    assert told(step.pk, colleague) is NotYourStep
    assert told(step.pk, boss) is ValueMissing
    reject_step(step_id=step.pk, actor=User.objects.get(pk=boss.pk), reason="No")
    assert told(step.pk, colleague) is NotYourStep
    assert told(step.pk, boss) is StepAlreadyDecided


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_next_position_that_nobody_can_decide_is_not_entered(strategy, boss, colleague):
    role = group_of(colleague, name="Board")
    document = start(strategy, by_user(boss), then=by_role(role))
    where = place(document)
    role.user_set.clear()
    error = refused(NoApprover, approving, seat(document, boss).pk, boss)
    assert (error.code, error.approval.user_role) == (ErrorCode.NO_APPROVER, role.pk)
    assert error.position == {1: "Stage 2", 2: "Pipeline 2", 3: "Purchase approval (Copy)"}[strategy]
    assert "Board" in str(error)
    assert (asked(document), place(document)) == ([boss], where)
    role.user_set.add(colleague)
    approve(document, boss)
    assert asked(document) == [colleague]


def test_the_other_seats_of_a_refused_decision_stay_open(boss, colleague):
    third = UserFactory()
    document = start(1, by_role(group_of(boss, colleague)), then=by_user(third))
    third.delete()
    refused(NoApprover, approving, seat(document, boss).pk, boss)
    assert asked(document) == [boss, colleague]
    assert rejecting(seat(document, colleague).pk, colleague).outcome == StepOutcome.WORKFLOW_REJECTED


@both_verbs
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_failure_in_the_middle_of_a_verb_rolls_everything_back(strategy, decide, boss, colleague, monkeypatch):
    document = start(strategy, by_role(group_of(boss, colleague)), then=by_user(boss))
    step = seat(document, boss)

    def fail(lines, **options):
        assert lines
        assert [row.status for row in steps_of(document)].count("cancelled") == 1  # the verb was well under way
        raise IntegrityError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(WorkflowEvent.objects, "bulk_create", fail)
        with unchanged(), pytest.raises(IntegrityError, match="no room"):
            decide(step.pk, boss)
    assert decide(step.pk, boss).step.action_user == boss


def test_a_failure_while_attaching_rolls_everything_back(boss, monkeypatch):
    workflow, document = template_for(1, [[by_user(boss)]]), DocumentFactory()

    def fail(lines, **options):
        assert len(open_steps(document)) == 1
        raise IntegrityError("no room")

    monkeypatch.setattr(WorkflowEvent.objects, "bulk_create", fail)
    with unchanged(), pytest.raises(IntegrityError, match="no room"):
        attach_workflow_to_object(document, workflow)


def test_a_place_that_an_uncloned_run_lost_is_refused_and_not_a_crash(boss):
    document, workflow = DocumentFactory(), template_for(2, [[by_user(boss)], [by_user(boss)]])
    attach_workflow_to_object(document, workflow, disable_clone=True)
    second = workflow.pipelines.get(order=1)
    second.pipeline_info = {}
    second.save()
    refused(WorkflowError, approving, seat(document, boss).pk, boss)
