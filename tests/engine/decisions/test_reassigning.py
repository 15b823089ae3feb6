"""Reassigning: an open seat goes to somebody else, by whoever may put right who is asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import Model

from django_workflow_engine.choices import DutyRule
from django_workflow_engine.errors import (
    Conflict,
    DutyRuleBroken,
    Forbidden,
    InvalidInput,
    NotFound,
    NotInProgress,
    StepAlreadyDecided,
    StepClaimed,
    ValueMissing,
)
from django_workflow_engine.models import RunParticipation
from django_workflow_engine.services import (
    attach_workflow_to_object,
    claim_step,
    reassign_step,
    reject_step,
    request_changes,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture
def root() -> User:
    return UserFactory(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def gone() -> User:
    return UserFactory(username="gone")


@pytest.fixture
def document(strategy: int, gone: User) -> Model:
    """An object that waits for somebody."""
    made = DocumentFactory()
    attach_workflow_to_object(made, template_for(strategy, [[by_user(gone)]]), UserFactory())
    return made


def reassign(document: Model, actor: User, receiver: User, reason: str = "Left", **more: Any) -> Any:
    (step,) = open_steps(document)
    return reassign_step(step_id=step.pk, actor=actor, user_id=receiver.pk, reason=reason, **more)


def test_the_seat_goes_on_with_somebody_else(document: Model, root: User, gone: User) -> None:
    new = UserFactory()
    decision = reassign(document, root, new)
    assert (decision.outcome, decision.step.action_user, asked(document)) == ("reassigned", root, [new])
    told = history(document, "actor_name", "on_behalf_of_name", "comment")[-1]
    assert told == ("reassigned", "root", "", "Left")
    approve(document, new)
    assert history(document, "actor_name", "on_behalf_of_name")[-2:] == [
        ("approved", new.username, "gone"),
        ("completed", new.username, ""),
    ]


@pytest.mark.parametrize("how", ["inactive", "deleted"])
def test_whose_account_is_gone_is_replaced(document: Model, root: User, gone: User, how: str) -> None:
    if how == "deleted":
        gone.delete()
    else:
        User.objects.filter(pk=gone.pk).update(is_active=False)
    new = UserFactory()
    reassign(document, root, new)
    assert asked(document) == [new]
    approve(document, new)
    assert attachment_of(document).status == "completed"


def test_who_left_the_role_is_replaced_and_the_counting_stays(strategy: int, root: User) -> None:
    ann, ben, new = UserFactory.create_batch(3)
    role, document = group_of(ann, ben), DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_role(role, "consensus")]]), UserFactory())
    role.user_set.remove(ann)
    reassign_step(step_id=seat(document, ann).pk, actor=root, user_id=new.pk, reason="Left the board")
    approve(document, new)
    assert attachment_of(document).status == "in_progress"
    approve(document, ben)
    assert attachment_of(document).status == "completed"


class TestWhoMay:
    def test_whoever_may_change_the_template(self, strategy: int, gone: User) -> None:
        company, editor, document = UserFactory(), UserFactory(), DocumentFactory()
        editor.user_permissions.add(Permission.objects.get(codename="change_workflow"))
        template = template_for(strategy, [[by_user(gone)]], company_id=company.pk)
        attach_workflow_to_object(document, template, UserFactory())
        for actor in (company, User.objects.get(pk=editor.pk)):
            new = UserFactory()
            reassign(document, actor, new)
            assert asked(document) == [new]
            assert RunParticipation.objects.filter(principal=f"user:{actor.pk}").count() == 1

    def test_nobody_else(self, document: Model, gone: User) -> None:
        staff, starter = UserFactory(is_staff=True), attachment_of(document).started_by
        assert starter is not None
        for actor in (gone, staff, starter, UserFactory()):
            receiver = UserFactory()
            with unchanged(), pytest.raises(Forbidden):
                reassign(document, actor, receiver)

    def test_the_caller_s_own_rule_counts_instead(self, document: Model, root: User, gone: User) -> None:
        friend, new = UserFactory.create_batch(2)
        with unchanged(), pytest.raises(Forbidden):
            reassign(document, root, new, is_allowed=False)
        reassign(document, friend, new, is_allowed=True)
        assert asked(document) == [new]

    @pytest.mark.parametrize("whose", ["the object", "the run"])
    def test_nobody_where_it_is_their_own(self, strategy: int, root: User, gone: User, whose: str) -> None:
        document = DocumentFactory(created_by=root if whose == "the object" else None)
        starter = root if whose == "the run" else UserFactory()
        attach_workflow_to_object(document, template_for(strategy, [[by_user(gone)]]), starter)
        receiver = UserFactory()
        with unchanged(), pytest.raises(Forbidden):
            reassign(document, root, receiver)


class TestWhatIsRefused:
    def test_a_receiver_who_cannot_take_it(self, document: Model, root: User, gone: User) -> None:
        inactive = UserFactory(is_active=False)
        for receiver, error in ((inactive, NotFound), (gone, InvalidInput)):
            with unchanged(), pytest.raises(error) as refused:
                reassign(document, root, receiver)
            assert refused.value.path == ("user_id",)
        unknown = UserFactory()
        with unchanged(), pytest.raises(NotFound):
            reassign(document, root, unknown, among=User.objects.exclude(pk=unknown.pk))

    def test_a_receiver_who_has_a_seat_of_it(self, strategy: int, root: User) -> None:
        ann, ben = UserFactory.create_batch(2)
        document = DocumentFactory()
        attach_workflow_to_object(document, template_for(strategy, [[by_role(group_of(ann, ben))]]), UserFactory())
        with unchanged(), pytest.raises(Conflict):
            reassign_step(step_id=seat(document, ann).pk, actor=root, user_id=ben.pk, reason="Left")

    def test_a_receiver_who_must_not_decide(self, strategy: int, root: User, gone: User) -> None:
        own = UserFactory()
        document = DocumentFactory(created_by=own)
        template = template_for(strategy, [[by_user(gone)]], duty_rules=[DutyRule.REQUESTER_NEVER_DECIDES])
        attach_workflow_to_object(document, template, UserFactory())
        with unchanged(), pytest.raises(DutyRuleBroken) as refused:
            reassign(document, root, own)
        assert refused.value.path == ("user_id",)

    def test_a_reason_is_needed(self, document: Model, root: User) -> None:
        new = UserFactory()
        with unchanged(), pytest.raises(ValueMissing) as refused:
            reassign(document, root, new, reason=" ")
        assert refused.value.path == ("reason",)

    def test_a_step_that_is_decided(self, document: Model, root: User, gone: User) -> None:
        step, new = seat(document, gone), UserFactory()
        approve(document, gone)
        with unchanged(), pytest.raises(StepAlreadyDecided):
            reassign_step(step_id=step.pk, actor=root, user_id=new.pk, reason="Left")
        with unchanged(), pytest.raises(NotFound):
            reassign_step(step_id=step.pk + 100, actor=root, user_id=new.pk, reason="Left")

    def test_the_seat_of_who_has_to_send_it_again(self, strategy: int, root: User, gone: User) -> None:
        own, new = UserFactory.create_batch(2)
        document = DocumentFactory(created_by=own)
        attach_workflow_to_object(document, template_for(strategy, [[by_user(gone)]]), UserFactory())
        request_changes(step_id=seat(document, gone).pk, actor=gone, reason="Change it")
        with unchanged(), pytest.raises(NotInProgress):
            reassign(document, root, new)

    def test_a_run_whose_object_is_gone(self, document: Model, root: User) -> None:
        (step,) = open_steps(document)
        Document.objects.filter(pk=document.pk)._raw_delete("default")
        new = UserFactory()
        with unchanged(), pytest.raises(NotInProgress):
            reassign_step(step_id=step.pk, actor=root, user_id=new.pk, reason="Left")


def test_a_claim_ends_when_its_seat_is_reassigned(strategy: int, root: User) -> None:
    ann, ben, new = UserFactory.create_batch(3)
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_role(group_of(ann, ben))]]), UserFactory())
    claim_step(step_id=seat(document, ann).pk, actor=ann)
    with pytest.raises(StepClaimed):
        approve(document, ben)
    reassign_step(step_id=seat(document, ann).pk, actor=root, user_id=new.pk, reason="Ill")
    reject_step(step_id=seat(document, ben).pk, actor=ben, reason="No")
    assert [step.status for step in steps_of(document)] == ["delegated", "rejected", "cancelled"]
