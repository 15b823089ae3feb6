"""What the approval package's own door may not do to a run: refused before anything is stored."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.models import ApprovalInstance
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User
from django.db.models.signals import post_save, pre_save

from django_workflow_engine.errors import (
    Forbidden,
    MissingPermission,
    NoApprover,
    NotInProgress,
    NotYourStep,
    StepAlreadyDecided,
)
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


def start(*approvals: dict[str, Any]) -> Any:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(1, [[approval] for approval in approvals]))
    return document


@pytest.mark.parametrize("action", ["approved", "rejected", "delegated"])
@pytest.mark.parametrize("kind", ["user", "role"])
def test_a_step_that_was_read_before_it_was_decided_decides_nothing(action: str, kind: str) -> None:
    boss = UserFactory()
    approval = by_user(boss) if kind == "user" else by_role(group_of(boss, UserFactory()))
    document = start(approval, approval, approval)
    stale = ApprovalInstance.objects.get(pk=seat(document, boss).pk)
    approve(document, boss)
    with unchanged(), pytest.raises(StepAlreadyDecided):
        advance_flow(instance=stale, action=action, user=boss, delegate_to=UserFactory.build())


def test_an_approval_that_nobody_could_follow_is_not_stored() -> None:
    boss, group = UserFactory(), group_of(UserFactory())
    document = start(by_user(boss), by_role(group))
    group.user_set.clear()
    with unchanged(), pytest.raises(NoApprover):
        advance_flow(document, "approved", boss)
    group.user_set.add(boss)
    advance_flow(document, "approved", boss)
    assert asked(document) == [boss]


def test_the_package_s_own_resubmission_is_refused() -> None:
    boss = UserFactory()
    document = start(by_user(boss), by_user(boss))
    with unchanged(), pytest.raises(NotInProgress):
        advance_flow(document, "resubmission", boss, resubmission_steps=[{"step": 9, "assigned_to": boss}])


def is_deleted(one: Any, group: Any) -> None:
    User.objects.filter(pk=one.pk).delete()


def leaves(one: Any, group: Any) -> None:
    group.user_set.remove(one)


def is_switched_off(one: Any, group: Any) -> None:
    User.objects.filter(pk=one.pk).update(is_active=False)


@pytest.mark.parametrize("action", ["approved", "rejected", "delegated"])
@pytest.mark.parametrize("goes", [is_deleted, leaves, is_switched_off])
@pytest.mark.parametrize("selection", ["anyone", "consensus", "quorum"])
def test_nobody_decides_on_the_seat_of_somebody_who_may_not_any_more(
    action: str, goes: Any, selection: str, settings: Any
) -> None:
    settings.APPROVAL_ROLE_FIELD = "groups"  # as the package reads it, a member may take a seat that nobody holds
    one, two = UserFactory.create_batch(2)
    group = group_of(one, two)
    document = start(by_role(group, selection) | ({"quorum_count": 2} if selection == "quorum" else {}))
    step = seat(document, one)
    goes(one, group)
    step.refresh_from_db()
    with unchanged(), pytest.raises(NotYourStep):
        advance_flow(instance=step, action=action, user=step.assigned_to or two, delegate_to=UserFactory.build())


def test_nobody_decides_on_what_has_become_their_own_by_the_package_either(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "FORBID_SELF_APPROVAL": True}
    boss = UserFactory()
    document = start(by_role(group_of(boss, UserFactory())))
    document.created_by = boss
    document.save()
    with unchanged(), pytest.raises(Forbidden):
        advance_flow(document, "approved", boss)


@pytest.mark.parametrize(
    ("action", "told"), [("approved", "completed"), ("rejected", "rejected"), ("delegated", "in_progress")]
)
def test_the_permissions_of_the_settings_are_asked_for_by_the_verbs_alone(
    action: str, told: str, settings: Any
) -> None:
    boss, friend = UserFactory.create_batch(2)
    document = start(by_user(boss))
    settings.DJANGO_WORKFLOW_ENGINE = {
        **settings.DJANGO_WORKFLOW_ENGINE,
        "PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True},
    }
    with unchanged(), pytest.raises(MissingPermission):
        approve(document, boss)
    advance_flow(document, action, boss, delegate_to=friend)
    assert attachment_of(document).status == told
    assert asked(document) == ([friend] if action == "delegated" else [])


@pytest.mark.parametrize("last", [False, True])
def test_an_approval_that_the_package_stores_after_the_run_went_on_moves_nothing(last: bool) -> None:
    one, two = UserFactory.create_batch(2)
    group = group_of(one, two)
    document = start(*[by_role(group)] * (1 if last else 3))
    waiting = seat(document, two)

    def be_first(sender: Any, instance: ApprovalInstance, **kwargs: Any) -> None:
        if instance.pk == waiting.pk:
            pre_save.disconnect(be_first, sender=ApprovalInstance)
            approve(document, one)

    pre_save.connect(be_first, sender=ApprovalInstance)
    advance_flow(instance=waiting, action="approved", user=two)
    attachment = attachment_of(document)
    expected = ("completed", "Stage 1", []) if last else ("in_progress", "Stage 2", [one, two])
    assert (attachment.status, attachment.current_stage.name_en, asked(document)) == expected


def test_a_decision_on_another_object_inside_a_decision_is_followed_too() -> None:
    boss = UserFactory()
    one, two = start(by_user(boss), by_user(boss)), start(by_user(boss), by_user(boss))
    waiting = seat(two, boss)

    def decide_the_other(sender: Any, instance: ApprovalInstance, **kwargs: Any) -> None:
        if instance.flow.object_id == str(one.pk) and instance.status == "approved":
            advance_flow(instance=waiting, action="approved", user=boss)

    post_save.connect(decide_the_other, sender=ApprovalInstance)
    try:
        approve(one, boss)
    finally:
        post_save.disconnect(decide_the_other, sender=ApprovalInstance)
    for document in (one, two):
        assert attachment_of(document).current_stage.name_en == "Stage 2"
        assert history(document)[2:4] == ["approved", "stage_moved"]
