"""Where deciding needs a permission, whoever lacks it is not asked, and takes no seat over."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Group, Permission, User

from django_workflow_engine.errors import Forbidden, NoApprover
from django_workflow_engine.services import (
    attach_workflow_to_object,
    delegate_step,
    preview_approvers,
    reassign_step,
    template_problems,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, seat
from tests.snapshot import unchanged
from tests.testapp.models import Profile

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture(autouse=True)
def needed(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    settings.DJANGO_WORKFLOW_ENGINE = {
        **settings.DJANGO_WORKFLOW_ENGINE,
        "PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True},
    }


def permitted() -> User:
    """Somebody who may approve, by a group of theirs."""
    user, group = UserFactory(), Group.objects.create(name=f"May approve {User.objects.count()}")
    group.permissions.add(*Permission.objects.filter(codename__in=["approve_workflow", "delegate_workflow"]))
    user.groups.add(group)
    return user


def test_a_chain_does_not_go_on_to_a_manager_who_has_lost_it(strategy: int) -> None:
    owner, lead, chief = UserFactory(), permitted(), permitted()
    Profile.objects.create(user=owner, manager=lead)
    Profile.objects.create(user=lead, manager=chief)
    document = DocumentFactory(created_by=owner)
    chain = by_role(group_of(lead), "hierarchy_chain") | {"hierarchy_levels": 2}
    attach_workflow_to_object(document, template_for(strategy, [[chain]]), owner)
    groups = [*chief.groups.all()]
    chief.groups.clear()
    with unchanged(), pytest.raises(NoApprover, match="without the permission to approve"):
        approve(document, lead)
    chief.groups.set(groups)
    approve(document, lead)
    assert asked(document) == [chief]


def test_members_who_lack_it_are_left_out(strategy: int) -> None:
    able, unable, root = permitted(), UserFactory(), UserFactory(is_superuser=True)
    document = DocumentFactory()
    role = by_role(group_of(able, unable, root), "consensus")
    attach_workflow_to_object(document, template_for(strategy, [[role]]), UserFactory())
    assert asked(document) == [able, root]
    approve(document, able)
    assert approve(document, root).outcome == "workflow_completed"


WITHOUT: dict[str, tuple[Any, str]] = {
    "user": (lambda user: by_user(user), "the user it names is gone, inactive, or lacks the permission to approve"),
    "role": (
        lambda user: by_role(group_of(user, name="Board")),
        "the role “Board” has no active member with the permission to approve",
    ),
    "quorum": (
        lambda user: by_role(group_of(user, permitted(), name="Board"), "quorum") | {"quorum_count": 2},
        "the role “Board” has 1 active members and needs 2",
    ),
    "self": (lambda user: by_self(), "whoever it asks lacks the permission to approve"),
    "team head": (lambda user: {"approval_type": "team_head"}, "whoever it asks lacks the permission to approve"),
    "managers": (
        lambda user: by_role(group_of(user), "hierarchy_up"),
        "whoever it asks lacks the permission to approve",
    ),
}


@pytest.mark.parametrize(("approval", "reason"), WITHOUT.values(), ids=WITHOUT)
def test_a_position_that_asks_nobody_else_is_not_entered(strategy: int, approval: Any, reason: str) -> None:
    own, unable = UserFactory.create_batch(2)
    Profile.objects.create(user=own, manager=unable)
    template, document = template_for(strategy, [[approval(unable)]]), DocumentFactory(created_by=own)
    with unchanged(), pytest.raises(NoApprover) as refused:
        attach_workflow_to_object(document, template, own)
    assert refused.value.message.endswith(f": {reason}.")
    (planned,) = preview_approvers(document, template, actor=own)
    assert (planned.problem or "").endswith(f": {reason}.")


def test_a_template_s_page_tells_it(strategy: int) -> None:
    template = template_for(strategy, [[by_user(UserFactory())]])
    (problem,) = template_problems(template)
    assert (problem.code, "lacks the permission" in problem.message) == ("user_unavailable", True)


def test_a_seat_is_not_passed_to_who_lacks_it(strategy: int) -> None:
    able, unable, root = permitted(), UserFactory(), UserFactory(is_superuser=True, is_staff=True)
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_user(able)]]), UserFactory())
    step = seat(document, able)
    with unchanged(), pytest.raises(Forbidden, match="lacks the permission to approve"):
        delegate_step(step_id=step.pk, actor=able, user_id=unable.pk)
    with unchanged(), pytest.raises(Forbidden, match="lacks the permission to approve") as refused:
        reassign_step(step_id=step.pk, actor=root, user_id=unable.pk, reason="Left")
    assert refused.value.path == ("user_id",)


class Directory(BaseBackend):
    """A backend of a project's own, which only knows one user at a time."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.last_name == "Approver" and perm == "django_workflow_engine.approve_workflow")


def test_a_backend_of_the_project_s_own_is_asked(strategy: int, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        f"{__name__}.Directory",
    ]
    able, known, unable = permitted(), UserFactory(last_name="Approver"), UserFactory()
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_role(group_of(able, known, unable))]]))
    assert asked(document) == [able, known]
    other, alone = DocumentFactory(), template_for(strategy, [[by_user(unable)]])
    with unchanged(), pytest.raises(NoApprover, match="lacks the permission to approve"):
        attach_workflow_to_object(other, alone)
