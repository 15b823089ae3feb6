"""Where several things stand in the way of a decision, the first of the documented order is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.errors import (
    Forbidden,
    MissingPermission,
    NotInProgress,
    NotYourStep,
    StepAlreadyDecided,
)
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import approve_step, attach_workflow_to_object, delegate_step, reject_step
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, group_of, template_for
from tests.runs import approve, seat
from tests.snapshot import unchanged

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]

DECISIONS: dict[str, Callable[..., Any]] = {
    "approve": approve_step,
    "reject": lambda **given: reject_step(**given, reason="No"),
    "delegate": lambda **given: delegate_step(**given, user_id=User.objects.get(username="friend").pk),
}
decisions = pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)


class Case:
    """Two members who are asked, and everything that can be put into the way of the first one."""

    def __init__(self, strategy: int, settings: Any) -> None:
        self.settings = settings
        self.member, self.other, self.starter = UserFactory.create_batch(3)
        UserFactory(username="friend")
        self.role, self.document = group_of(self.member, self.other), DocumentFactory()
        template = template_for(strategy, [[by_role(self.role)]])
        attach_workflow_to_object(self.document, template, self.starter)
        self.step = seat(self.document, self.member)

    def ask_for_permission(self) -> None:
        """Nobody has it."""
        rules = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}
        self.settings.DJANGO_WORKFLOW_ENGINE = {**self.settings.DJANGO_WORKFLOW_ENGINE, **rules}

    def lose_the_role(self) -> None:
        self.role.user_set.remove(self.member)

    def let_the_other_decide(self) -> None:
        approve(self.document, self.other)

    def end_the_run(self) -> None:
        """Behind the engine's back; the step stays open."""
        WorkflowAttachment.objects.update(status="cancelled")

    def delete_the_object(self) -> None:
        self.document.delete()

    def make_it_ones_own(self) -> None:
        rules = {**self.settings.DJANGO_WORKFLOW_ENGINE, "FORBID_SELF_APPROVAL": True}
        self.settings.DJANGO_WORKFLOW_ENGINE = rules
        WorkflowAttachment.objects.update(started_by=self.member)


@pytest.fixture
def case(strategy: int, settings: Any) -> Case:
    return Case(strategy, settings)


# What is put in the way, from the last to the first of the order, and what is told once it is there.
OPEN: list[tuple[str, type[Exception], str]] = [
    ("make_it_ones_own", Forbidden, "somebody else has to decide"),
    ("delete_the_object", NotInProgress, "is gone"),
    ("end_the_run", NotInProgress, "Cancelled"),
    ("lose_the_role", NotYourStep, "a role that you do not hold any more"),
    ("ask_for_permission", MissingPermission, "permission"),
]


@decisions
def test_each_of_them_is_told_before_those_that_stood_there(case: Case, decide: Callable[..., Any]) -> None:
    for name, error, text in OPEN:
        getattr(case, name)()
        with unchanged(), pytest.raises(error, match=text):
            decide(step_id=case.step.pk, actor=User.objects.get(pk=case.member.pk))


@decisions
def test_a_decided_step_is_told_before_the_end_of_its_run_and_after_whose_it_is(
    case: Case, decide: Callable[..., Any]
) -> None:
    case.let_the_other_decide()
    case.delete_the_object()
    case.make_it_ones_own()
    told = [(lambda: None, StepAlreadyDecided), (case.lose_the_role, NotYourStep)]
    told.append((case.ask_for_permission, MissingPermission))
    for put, error in told:
        put()
        with unchanged(), pytest.raises(error):
            decide(step_id=case.step.pk, actor=User.objects.get(pk=case.member.pk))


@decisions
def test_who_has_no_seat_hears_of_it_whatever_became_of_the_step(case: Case, decide: Callable[..., Any]) -> None:
    puts = [lambda: None, case.let_the_other_decide, case.delete_the_object, case.make_it_ones_own]
    for put in puts:
        put()
        with unchanged(), pytest.raises(NotYourStep, match="does not wait for you") as refused:
            decide(step_id=case.step.pk, actor=case.starter)
        assert refused.value.path == ("step_id",)
    case.ask_for_permission()
    with unchanged(), pytest.raises(MissingPermission):
        decide(step_id=case.step.pk, actor=case.starter)


@pytest.mark.parametrize(
    ("name", "codename"),
    [("approve", "approve_workflow"), ("reject", "reject_workflow"), ("delegate", "delegate_workflow")],
)
def test_each_decision_asks_for_its_own_permission(case: Case, name: str, codename: str) -> None:
    case.ask_for_permission()
    others = Permission.objects.exclude(codename=codename)
    case.member.user_permissions.set(others)
    member = User.objects.get(pk=case.member.pk)
    with unchanged(), pytest.raises(MissingPermission) as refused:
        DECISIONS[name](step_id=case.step.pk, actor=member)
    assert refused.value.permission == f"django_workflow_engine.{codename}"
    member.user_permissions.set(Permission.objects.filter(codename=codename))
    User.objects.get(username="friend").user_permissions.set(Permission.objects.filter(codename="approve_workflow"))
    assert DECISIONS[name](step_id=case.step.pk, actor=User.objects.get(pk=member.pk)).step.pk == case.step.pk


def test_a_winner_whose_account_is_gone_is_somebody_else(case: Case) -> None:
    case.let_the_other_decide()
    with pytest.raises(StepAlreadyDecided, match=f"“Cancelled” already, by {case.other.username}"):
        approve_step(step_id=case.step.pk, actor=case.member)
    case.other.delete()
    with unchanged(), pytest.raises(StepAlreadyDecided, match="“Cancelled” already, by somebody else") as refused:
        approve_step(step_id=case.step.pk, actor=case.member)
    assert (refused.value.step.pk, refused.value.path) == (case.step.pk, ("step_id",))
