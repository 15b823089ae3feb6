"""Quorum, majority, percentage, and the hierarchies."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.services import attach_workflow_to_object, delegate_step
from gql_workflows.demo.models import Department
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, group_of, template_for
from tests.runs import approve, asked, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Desk, Profile, Seat

pytestmark = pytest.mark.django_db


def by_count(role: Group, strategy: str, **numbers: Any) -> dict[str, Any]:
    return by_role(role, strategy) | numbers


def running(strategy: int, approval: dict[str, Any], owner: User | None = None) -> Any:
    document = DocumentFactory(created_by=owner)
    attach_workflow_to_object(document, template_for(strategy, [[approval]]), UserFactory())
    return document


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("selection", "numbers", "needed"),
    [
        ("quorum", {"quorum_count": 2}, 2),
        ("quorum", {"quorum_count": 5}, 5),
        ("majority", {}, 3),
        ("percentage", {"percentage_required": 60}, 3),
        ("percentage", {"percentage_required": 60.1}, 4),
        ("percentage", {"percentage_required": 1}, 1),
        ("percentage", {"percentage_required": 100}, 5),
    ],
)
def test_the_step_ends_as_soon_as_enough_have_approved(
    strategy: int, selection: str, numbers: dict[str, Any], needed: int
) -> None:
    members = UserFactory.create_batch(5)
    document = running(strategy, by_count(group_of(*members), selection, **numbers))
    assert asked(document) == members
    for member in members[: needed - 1]:
        assert approve(document, member).outcome == StepOutcome.STEP_APPROVED
    assert approve(document, members[needed - 1]).outcome == StepOutcome.WORKFLOW_COMPLETED
    statuses = [step.status for step in steps_of(document)]
    assert statuses == ["approved"] * needed + ["cancelled"] * (5 - needed)


def test_a_majority_of_an_even_number_is_more_than_half() -> None:
    members = UserFactory.create_batch(4)
    document = running(3, by_count(group_of(*members), "majority"))
    outcomes = [approve(document, member).outcome for member in members[:3]]
    assert outcomes == ["step_approved", "step_approved", "workflow_completed"]


def test_a_delegated_seat_counts_once_in_a_quorum() -> None:
    first, second, third, friend = UserFactory.create_batch(4)
    document = running(3, by_count(group_of(first, second, third), "quorum", quorum_count=2))
    delegate_step(step_id=seat(document, first).pk, actor=first, user_id=friend.pk)
    assert approve(document, friend).outcome == StepOutcome.STEP_APPROVED
    assert approve(document, second).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_a_quorum_larger_than_the_role_is_not_entered() -> None:
    document, template = DocumentFactory(), None
    template = template_for(3, [[by_count(group_of(UserFactory(), name="Few"), "quorum", quorum_count=2)]])
    with unchanged(), pytest.raises(NoApprover, match=r"Few.* has 1 active members and needs 2"):
        attach_workflow_to_object(document, template)


@pytest.fixture
def ladder(settings: Any) -> list[User]:
    """Four people, each the manager of the one before."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    people = UserFactory.create_batch(4)
    for person, manager in zip(people, [*people[1:], None], strict=True):
        Profile.objects.create(user=person, manager=manager)
    return people


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_hierarchy_up_asks_the_manager_so_many_levels_above_the_requester(
    strategy: int, levels: int, ladder: list[User]
) -> None:
    approval = by_count(group_of(), "hierarchy_up", hierarchy_levels=levels)
    document = running(strategy, approval, owner=ladder[0])
    assert asked(document) == [ladder[levels]]
    assert approve(document, ladder[levels]).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_hierarchy_chain_asks_every_manager_lowest_first(strategy: int, ladder: list[User]) -> None:
    document = running(strategy, by_count(group_of(), "hierarchy_chain", hierarchy_levels=2), owner=ladder[0])
    assert asked(document) == [ladder[1]]
    assert approve(document, ladder[1]).outcome == StepOutcome.STEP_APPROVED
    assert asked(document) == [ladder[2]]
    assert approve(document, ladder[2]).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.parametrize("selection", ["hierarchy_up", "hierarchy_chain"])
def test_a_hierarchy_that_leads_nowhere_is_not_entered(selection: str, ladder: list[User]) -> None:
    approval = by_count(group_of(), selection, hierarchy_levels=1)
    document, template = DocumentFactory(created_by=ladder[3]), template_for(3, [[approval]])
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(document, template)


@override_settings(APPROVAL_ROLE_MODEL="testapp.Desk", APPROVAL_ROLE_FIELD="profile__desk")
@pytest.mark.parametrize(
    ("selection", "levels", "expected"), [("hierarchy_up", 2, ["c"]), ("hierarchy_chain", 2, ["b", "c"])]
)
def test_a_role_model_with_parents_is_the_hierarchy(selection: str, levels: int, expected: list[str]) -> None:
    users, parent = {}, None
    for code in ("c", "b", "a"):
        parent = Desk.objects.create(code=code, parent=parent)
        users[code] = UserFactory(username=code)
        Profile.objects.create(user=users[code], desk=parent)
    approval = {
        "approval_type": "role",
        "user_role": "a",
        "role_selection_strategy": selection,
        "hierarchy_levels": levels,
    }
    document = running(3, approval)
    for code in expected:
        assert asked(document) == [users[code]]
        approve(document, users[code])
    assert asked(document) == []


@pytest.mark.parametrize("selection", ["hierarchy_up", "hierarchy_chain"])
def test_a_role_above_asks_a_member_who_may_decide(selection: str, settings: Any) -> None:
    settings.APPROVAL_ROLE_MODEL, settings.APPROVAL_ROLE_FIELD = "testapp.Desk", "profile__desk"
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "FORBID_SELF_APPROVAL": True}
    above = Desk.objects.create(code="above")
    below = Desk.objects.create(code="below", parent=above)
    own, other = UserFactory.create_batch(2)
    for user in (own, other):
        Profile.objects.create(user=user, desk=above)
    assert asked(running(3, by_count(below, selection), owner=own)) == [other]


def test_a_person_of_two_roles_stands_for_one_where_the_other_has_somebody_else(settings: Any) -> None:
    settings.APPROVAL_ROLE_MODEL, settings.APPROVAL_ROLE_FIELD = "testapp.Desk", "seats__desk"
    top = Desk.objects.create(code="top")
    middle = Desk.objects.create(code="middle", parent=top)
    below = Desk.objects.create(code="below", parent=middle)
    both, other = UserFactory.create_batch(2)
    for user, desk in ((both, middle), (both, top), (other, top)):
        Seat.objects.create(user=user, desk=desk)
    document = running(3, by_count(below, "hierarchy_chain", hierarchy_levels=2))
    for user in (both, other):
        assert asked(document) == [user]
        approve(document, user)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_team_head_is_the_requester_s_manager(strategy: int, ladder: list[User]) -> None:
    document = running(strategy, {"approval_type": "team_head"}, owner=ladder[1])
    assert asked(document) == [ladder[2]]
    top, template = DocumentFactory(created_by=ladder[3]), template_for(strategy, [[{"approval_type": "team_head"}]])
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(top, template)


@pytest.mark.parametrize("strategy", [1, 2])
@pytest.mark.parametrize("state", ["active", "inactive", "none", "gone"])
def test_the_department_head_comes_from_the_pipeline(strategy: int, state: str) -> None:
    head = UserFactory(is_active=state != "inactive")
    department = Department.objects.create(name="Finance", head=None if state == "none" else head)
    template = template_for(strategy, [[{"approval_type": "department_head"}]])
    template.pipelines.update(department_id=str(department.pk), department_content_type=_type_of(department))
    if state == "gone":
        department.delete()
    document = DocumentFactory()
    if state == "active":
        attach_workflow_to_object(document, template)
        assert asked(document) == [head]
        return
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(document, template)


def _type_of(row: Any) -> Any:
    return ContentType.objects.get_for_model(row)
