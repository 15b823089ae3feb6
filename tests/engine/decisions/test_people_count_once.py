"""Whoever approves counts as a person: once, at the moment of the decision, and for good."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import Group, User
from django.test import override_settings

from django_workflow_engine.approvals.approvers.sharing import required_of
from django_workflow_engine.choices import ApprovalTypes, RoleSelectionStrategy, StepOutcome
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import Conflict, NoApprover
from django_workflow_engine.services import approve_step, attach_workflow_to_object, delegate_step, escalate_step
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, group_of, template_for
from tests.runs import approve, asked, attachment_of, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile, Team

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]

COUNTED = [("quorum", {"quorum_count": 3}), ("majority", {}), ("percentage", {"percentage_required": 60})]


def running(strategy: int, approval: dict[str, Any], owner: User | None = None) -> Document:
    document = DocumentFactory(created_by=owner)
    attach_workflow_to_object(document, template_for(strategy, [[approval]]), UserFactory())
    return document


def by_package(document: Document, user: User) -> None:
    advance_flow(document, "approved", user)


def by_verb(document: Document, user: User) -> None:
    approve(document, user)


@pytest.mark.parametrize("approves", [by_verb, by_package])
@pytest.mark.parametrize(("selection", "numbers"), COUNTED)
def test_an_approval_outlives_the_account_that_gave_it(
    strategy: int, selection: str, numbers: dict[str, Any], approves: Any
) -> None:
    members = UserFactory.create_batch(5)
    document = running(strategy, by_role(group_of(*members), selection) | numbers)
    for member in members[:2]:
        approves(document, member)
    User.objects.filter(pk=members[0].pk).delete()
    approves(document, members[2])
    assert (attachment_of(document).status, asked(document)) == ("completed", [])


@override_settings(APPROVAL_ROLE_MODEL="testapp.Team", APPROVAL_ROLE_FIELD="teams")
def test_a_role_that_yields_a_person_twice_asks_once(strategy: int) -> None:
    twice, once = UserFactory.create_batch(2)
    team = Team.objects.create(name="Board")
    team.users.add(twice, once)
    with override_settings(APPROVAL_ROLE_FIELD="terms__team"):
        twice.terms.create(team=team)
        twice.terms.create(team=team)
        once.terms.create(team=team)
        document = running(strategy, by_role(team, "quorum") | {"quorum_count": 2})
        assert asked(document) == [twice, once]
        assert approve(document, twice).outcome == StepOutcome.STEP_APPROVED
        assert approve(document, once).outcome == StepOutcome.WORKFLOW_COMPLETED
        alone, other = template_for(strategy, [[by_role(team, "quorum") | {"quorum_count": 3}]]), DocumentFactory()
        with unchanged(), pytest.raises(NoApprover, match="has 2 active members and needs 3"):
            attach_workflow_to_object(other, alone)


def test_nobody_is_a_quorum_of_two_by_a_seat_that_the_package_passed_on(strategy: int) -> None:
    one, two, three = UserFactory.create_batch(3)
    document = running(strategy, by_role(group_of(one, two, three), "quorum") | {"quorum_count": 2})
    advance_flow(document, "delegated", one, delegate_to=two)
    assert approve_step(step_id=steps_of(document)[1].pk, actor=two).outcome == StepOutcome.STEP_APPROVED
    (passed,) = [step for step in steps_of(document) if step.assigned_to == two and step.status == "current"]
    for decides in (lambda: approve_step(step_id=passed.pk, actor=two), lambda: by_package(document, two)):
        with unchanged(), pytest.raises(Conflict):
            decides()
    assert approve(document, three).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.parametrize("selection", ["consensus", "quorum"])
@pytest.mark.parametrize("action", ["delegated", "escalated"])
def test_a_seat_that_the_package_passes_on_stays_what_it_was(
    strategy: int, selection: str, action: str, settings: Any
) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "boss"
    one, two, friend = UserFactory.create_batch(3)
    numbers = {"quorum_count": 2} if selection == "quorum" else {}
    role = group_of(one, two)
    document = running(strategy, by_role(role, selection) | numbers)
    one.boss = friend
    advance_flow(document, action, one, **({"delegate_to": friend} if action == "delegated" else {}))
    passed = seat(document, friend)
    kept = (passed.role_selection_strategy, passed.assigned_role_object_id, passed.delegation_chain[-1]["from_user"])
    assert kept == (selection, str(role.pk), str(one.pk))
    assert approve(document, friend).outcome == StepOutcome.STEP_APPROVED
    assert approve(document, two).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.parametrize(
    ("members", "percentage", "needed"),
    [(3, 33.34, 2), (3, 33.33, 1), (100, 7.0, 7), (1000, 55.1, 551), (1000, 0.1, 1), (50, 14.0, 7), (7, 100, 7)],
)
def test_a_percentage_is_exact(strategy: int, members: int, percentage: float, needed: int) -> None:
    approval = ApprovalConfiguration(
        approval_type=ApprovalTypes.ROLE,
        role_selection_strategy=RoleSelectionStrategy.PERCENTAGE,
        percentage_required=percentage,
    )
    assert required_of(approval, members) == needed


@pytest.fixture
def ladder(settings: Any) -> list[User]:
    """Five people, each the manager of the one before."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    people = UserFactory.create_batch(5)
    for person, manager in zip(people, [*people[1:], None], strict=True):
        Profile.objects.create(user=person, manager=manager)
    return people


def chain(levels: int) -> dict[str, Any]:
    return by_role(Group.objects.create(name="Managers"), "hierarchy_chain") | {"hierarchy_levels": levels}


@pytest.mark.parametrize("approves", [by_verb, by_package])
def test_a_chain_asks_one_manager_after_the_other_from_the_lowest(
    strategy: int, ladder: list[User], approves: Any
) -> None:
    document = running(strategy, chain(3), owner=ladder[0])
    for manager in ladder[1:4]:
        assert asked(document) == [manager]
        approves(document, manager)
    assert (attachment_of(document).status, [step.status for step in steps_of(document)]) == (
        "completed",
        ["approved"] * 3,
    )


def test_a_chain_that_finds_too_few_managers_is_not_entered(strategy: int, ladder: list[User]) -> None:
    document, template = DocumentFactory(created_by=ladder[2]), template_for(strategy, [[chain(3)]])
    with unchanged(), pytest.raises(NoApprover, match="nobody stands 3 levels up"):
        attach_workflow_to_object(document, template)


@pytest.mark.parametrize("approves", [by_verb, by_package])
def test_a_chain_does_not_go_on_to_a_manager_who_is_gone(strategy: int, ladder: list[User], approves: Any) -> None:
    document = running(strategy, chain(2), owner=ladder[0])
    User.objects.filter(pk=ladder[2].pk).update(is_active=False)
    with unchanged(), pytest.raises(NoApprover, match="the manager who is asked next"):
        approves(document, ladder[1])
    User.objects.filter(pk=ladder[2].pk).update(is_active=True)
    approves(document, ladder[1])
    assert asked(document) == [ladder[2]]


def test_nobody_of_a_chain_takes_over_a_seat_below(strategy: int, ladder: list[User]) -> None:
    document = running(strategy, chain(3), owner=ladder[0])
    step = seat(document, ladder[1])
    for pass_on in (
        lambda: delegate_step(step_id=step.pk, actor=ladder[1], user_id=ladder[3].pk),
        lambda: escalate_step(step_id=step.pk, actor=ladder[1]),
    ):
        with unchanged(), pytest.raises(Conflict):
            pass_on()
    friend = UserFactory()
    delegate_step(step_id=step.pk, actor=ladder[1], user_id=friend.pk)
    for manager in (friend, *ladder[2:4]):
        assert asked(document) == [manager]
        approve(document, manager)
    assert attachment_of(document).status == "completed"
