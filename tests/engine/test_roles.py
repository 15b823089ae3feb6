"""Who holds a role: groups, a custom role model with users, a key on what the project keeps beside its users."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from django_workflow_engine.approvals.roles import role_lookup
from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import NotYourStep
from django_workflow_engine.services import approve_step, attach_workflow_to_object, each_stuck_run
from tests.factories import DocumentFactory, UserFactory, by_role, group_of, template_for
from tests.runs import approve, asked, attachment_of, open_steps, seat
from tests.snapshot import unchanged
from tests.testapp.models import Desk, Profile, Team

pytestmark = pytest.mark.django_db


def group_role(*users):
    return group_of(*users)


def team_role(*users):
    team = Team.objects.create(name="Board")
    team.users.add(*users)
    return team


def desk_role(*users):
    desk = Desk.objects.create(code="front-desk")
    Profile.objects.bulk_create([Profile(user=user, desk=desk) for user in users])
    return desk


def leave_group(role, user):
    role.user_set.remove(user)


def leave_team(role, user):
    role.users.remove(user)


def leave_desk(role, user):
    Profile.objects.filter(user=user).update(desk=None)


@pytest.fixture(params=["group", "team", "team by field", "desk"])
def kind(request):
    """How to make a role of this kind and how to leave it, with the settings that name it."""
    settings, make, leave = {
        "group": ({"APPROVAL_ROLE_MODEL": "auth.Group"}, group_role, leave_group),
        "team": ({"APPROVAL_ROLE_MODEL": "testapp.Team"}, team_role, leave_team),
        "team by field": (
            {"APPROVAL_ROLE_MODEL": "testapp.Team", "APPROVAL_ROLE_FIELD": "teams"},
            team_role,
            leave_team,
        ),
        "desk": (
            {"APPROVAL_ROLE_MODEL": "testapp.Desk", "APPROVAL_ROLE_FIELD": "profile__desk"},
            desk_role,
            leave_desk,
        ),
    }[request.param]
    with override_settings(**settings):
        yield make, leave


def start(*approvals):
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [list(approvals)]))
    return document


def test_the_active_members_are_asked_and_decide(kind):
    make, _leave = kind
    members = UserFactory.create_batch(3)
    UserFactory()
    role = make(*members, UserFactory(is_active=False))
    document = start(by_role(role, "consensus"))
    assert asked(document) == members
    assert {step.assigned_role for step in open_steps(document)} == {role}
    assert [approve(document, member).outcome for member in members] == [
        StepOutcome.STEP_APPROVED,
        StepOutcome.STEP_APPROVED,
        StepOutcome.WORKFLOW_COMPLETED,
    ]


def test_whoever_left_the_role_decides_nothing(kind):
    make, leave = kind
    one, two = UserFactory.create_batch(2)
    role = make(one, two)
    document = start(by_role(role))
    leave(role, one)
    step = seat(document, one)
    with unchanged(), pytest.raises(NotYourStep):
        approve_step(step_id=step.pk, actor=one)
    assert approve(document, two).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_a_run_is_stuck_once_everybody_whom_it_asks_has_left_the_role_or_the_role_is_gone(kind):
    make, leave = kind
    one, two = UserFactory.create_batch(2)
    role = make(one, two)
    attachment = attachment_of(start(by_role(role)))
    leave(role, one)
    assert list(each_stuck_run()) == []
    leave(role, two)
    assert [(stuck.attachment, stuck.problem.name) for stuck in each_stuck_run()] == [
        (attachment, "NO_ACTIVE_APPROVER")
    ]
    role.delete()
    assert [(stuck.attachment, stuck.problem.name) for stuck in each_stuck_run()] == [(attachment, "ROLE_GONE")]


def test_the_group_of_a_user_is_found_without_a_setting_for_the_field():
    assert role_lookup() == "groups"


@override_settings(APPROVAL_ROLE_MODEL="testapp.Team")
def test_the_users_of_a_custom_role_are_found_without_a_setting_for_the_field():
    assert role_lookup() == "teams"


@override_settings(APPROVAL_ROLE_MODEL="testapp.Desk")
def test_a_role_that_is_not_connected_with_users_is_a_mistake_of_the_project():
    with pytest.raises(ImproperlyConfigured, match="connected with the user model"):
        role_lookup()


def test_each_role_of_a_position_asks_its_own_members():
    shared, one, two = UserFactory.create_batch(3)
    first, second = group_of(shared, one), group_of(two, shared)
    Group.objects.create(name="Nobody").user_set.add(UserFactory())
    document = start(by_role(first), by_role(second))
    assert asked(document) == [shared, one]
    approve(document, one)
    assert asked(document) == [shared, two]


def test_a_role_may_be_named_by_its_key_as_text():
    member = UserFactory()
    role = group_of(member)
    document = start({"approval_type": "role", "user_role": str(role.pk)})
    assert asked(document) == [member]
    assert approve(document, member).outcome == StepOutcome.WORKFLOW_COMPLETED
