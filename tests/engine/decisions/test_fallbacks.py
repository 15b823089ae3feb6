"""The fallback of an approval is asked when nobody else can be, and is refused like anybody who must not decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import DutyRule, ErrorCode, ProblemCode, ProblemSeverity, WorkflowStrategy
from django_workflow_engine.definitions.approvals import parse_approval_list
from django_workflow_engine.errors import DutyRuleBroken, Fault, NoApprover
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import (
    attach_workflow_to_object,
    delegate_step,
    preview_approvers,
    reassign_step,
    template_problems,
)
from tests.engine.approvers.test_permissions import permitted
from tests.engine.stuck.finding import deactivate
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, seat
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile

pytestmark = pytest.mark.django_db
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
Lost = Callable[[User], dict[str, Any]]


def inactive(user: User) -> dict[str, Any]:
    deactivate(user)
    return by_user(user)


def in_no_role(user: User) -> dict[str, Any]:
    return by_role(group_of(name="Nobody"))


def too_few(user: User) -> dict[str, Any]:
    return {**by_role(group_of(user, name="Board"), "quorum"), "quorum_count": 2}


def falling_back(approval: dict[str, Any], user: User) -> dict[str, Any]:
    return approval | {"fallback_user": user.pk}


def start(strategy: WorkflowStrategy, *positions: Any, by: User | None = None, **fields: Any) -> Document:
    document: Document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, positions, **fields), by or UserFactory())
    return document


def told(document: Document) -> list[Any]:
    """What the history says of fallbacks: the details, and who did it."""
    lines = WorkflowEvent.objects.filter(attachment=attachment_of(document), kind="fallback_asked").order_by("pk")
    return list(lines.values_list("details", "actor_name"))


@EVERY_STRATEGY
@pytest.mark.parametrize(
    ("lost", "because"),
    [
        (inactive, "the user it names is gone or inactive"),
        (in_no_role, "the role “Nobody” has no active member"),
        (too_few, "the role “Board” has 1 active members and needs 2"),
    ],
)
def test_it_is_asked_where_nobody_else_can_be(strategy: Any, lost: Lost, because: str) -> None:
    boss = UserFactory()
    approval = falling_back(lost(UserFactory()), boss)
    document = start(strategy, [approval])
    assert asked(document) == [boss]
    ((details, _actor),) = told(document)
    assert details == {"approval": 0, "because": because}
    approve(document, boss)
    assert attachment_of(document).status == "completed"


@EVERY_STRATEGY
def test_of_a_role_anyone_may_decide(strategy: Any) -> None:
    first, second = UserFactory.create_batch(2)
    approval = inactive(UserFactory()) | {"fallback_role": group_of(first, second).pk}
    document = start(strategy, [approval])
    assert asked(document) == [first, second]
    approve(document, second)
    assert attachment_of(document).status == "completed"


@EVERY_STRATEGY
def test_it_is_not_asked_where_somebody_can_be(strategy: Any) -> None:
    ann, boss = UserFactory.create_batch(2)
    document = start(strategy, [falling_back(by_user(ann), boss)])
    assert asked(document) == [ann]
    assert told(document) == []
    assert "fallback" not in open_steps(document)[0].extra_fields


@EVERY_STRATEGY
def test_it_has_the_time_that_the_approval_gives(strategy: Any) -> None:
    boss = UserFactory()
    document = start(strategy, [falling_back(inactive(UserFactory()), boss) | {"deadline": {"after": "P2D"}}])
    assert open_steps(document)[0].due_date is not None


@EVERY_STRATEGY
def test_whom_the_deadline_names_is_the_same_fallback(strategy: Any) -> None:
    boss = UserFactory()
    deadline = {"after": "P2D", "on_timeout": "fallback", "fallback_user": boss.pk}
    document = start(strategy, [inactive(UserFactory()) | {"deadline": deadline}])
    assert asked(document) == [boss]


@EVERY_STRATEGY
def test_a_later_approval_of_the_position_falls_back_when_it_is_asked(strategy: Any) -> None:
    ann, ben, boss = UserFactory.create_batch(3)
    document = start(strategy, [by_user(ann), falling_back(by_user(ben), boss)])
    deactivate(ben)
    approve(document, ann)
    assert asked(document) == [boss]
    assert told(document) == [({"approval": 1, "because": "the user it names is gone or inactive"}, ann.username)]
    assert history(document)[-2:] == ["approved", "fallback_asked"]


@EVERY_STRATEGY
def test_whoever_lost_the_permission_is_not_asked(strategy: Any, settings: Any) -> None:
    needed = {"REQUIRE_PERMISSION_TO_APPROVE": True}
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "PERMISSIONS": needed}
    boss = permitted()
    assert asked(start(strategy, [falling_back(by_user(UserFactory()), boss)])) == [boss]
    with pytest.raises(NoApprover):
        start(strategy, [falling_back(by_user(UserFactory()), UserFactory())])


@EVERY_STRATEGY
class TestDutyRules:
    def test_whoever_is_barred_is_not_asked(self, strategy: Any) -> None:
        ann, boss = UserFactory.create_batch(2)
        rules = [DutyRule.REQUESTER_NEVER_DECIDES]
        document = start(strategy, [falling_back(by_user(ann), boss)], by=ann, duty_rules=rules)
        assert asked(document) == [boss]

    def test_nor_is_a_fallback_that_is_barred(self, strategy: Any) -> None:
        boss = UserFactory()
        template = template_for(
            strategy,
            [[falling_back(inactive(UserFactory()), boss)]],
            duty_rules=[DutyRule.REQUESTER_NEVER_DECIDES],
        )
        document = DocumentFactory()
        with unchanged(), pytest.raises(NoApprover) as refused:
            attach_workflow_to_object(document, template, boss)
        assert refused.value.message.endswith(
            ": the user it names is gone or inactive; and of its fallback, whoever it asks has created or started this."
        )

    def test_the_requester_may_not_have_back_what_a_fallback_was_asked(self, strategy: Any) -> None:
        """A SELF approval bars nobody; its fallback is asked in its place and bars as any other."""
        own, boss = UserFactory.create_batch(2)
        document = Document.objects.create(title="Chair", created_by=own)
        deactivate(own)
        template = template_for(
            strategy, [[falling_back(by_self(), boss)]], duty_rules=[DutyRule.REQUESTER_NEVER_DECIDES]
        )
        attach_workflow_to_object(document, template, UserFactory())
        assert asked(document) == [boss]
        User.objects.filter(pk=own.pk).update(is_active=True)
        step = seat(document, boss)
        with unchanged(), pytest.raises(DutyRuleBroken):
            delegate_step(step_id=step.pk, actor=boss, user_id=own.pk)
        root = UserFactory(is_staff=True, is_superuser=True)
        with unchanged(), pytest.raises(DutyRuleBroken):
            reassign_step(step_id=step.pk, actor=root, user_id=own.pk, reason="Back again")


@EVERY_STRATEGY
def test_it_ends_a_chain_whose_next_manager_is_gone(strategy: Any, settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    own, manager, above, boss = UserFactory.create_batch(4)
    Profile.objects.create(user=own, manager=manager)
    Profile.objects.create(user=manager, manager=above)
    role = by_role(group_of(UserFactory()), "hierarchy_chain") | {"hierarchy_levels": 2}
    document = Document.objects.create(title="Chair", created_by=own)
    attach_workflow_to_object(document, template_for(strategy, [[falling_back(role, boss)]]), own)
    deactivate(above)
    approve(document, manager)
    assert asked(document) == [boss]
    approve(document, boss)
    assert attachment_of(document).status == "completed"


@EVERY_STRATEGY
def test_a_preview_tells_of_it(strategy: Any) -> None:
    boss = UserFactory()
    template = template_for(strategy, [[falling_back(inactive(UserFactory()), boss), by_user(boss)]])
    first, second = preview_approvers(DocumentFactory(), template)
    assert (first.user_ids, first.problem) == ([boss.pk], None)
    assert first.asked_instead == "the user it names is gone or inactive"
    assert (second.user_ids, second.asked_instead) == ([boss.pk], None)
    deactivate(boss)
    first, _second = preview_approvers(DocumentFactory(), template)
    assert first.problem is not None
    assert first.user_ids == ()
    assert first.asked_instead is None


@EVERY_STRATEGY
def test_a_template_warns_of_what_its_fallback_has_to_do(strategy: Any) -> None:
    ann, boss = UserFactory.create_batch(2)
    template = template_for(strategy, [[falling_back(by_user(ann), boss)]])
    assert template_problems(template) == []
    deactivate(ann)
    (warning,) = template_problems(template)
    assert (warning.code, warning.severity) == (ProblemCode.USER_UNAVAILABLE, ProblemSeverity.WARNING)
    assert warning.path[-1] == "approval_user"
    assert warning.message.endswith("is asked: the user it names is gone or inactive.")
    deactivate(boss)
    found = [(one.severity, one.path[-1]) for one in template_problems(template)]
    assert found == [(ProblemSeverity.ERROR, "approval_user"), (ProblemSeverity.WARNING, "fallback_user")]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"fallback_user": 1, "fallback_role": 1}, (ErrorCode.INVALID, ("0", "fallback_role"))),
        ({"fallback_user": 1.5}, (ErrorCode.INVALID, ("0", "fallback_user"))),
        (
            {"fallback_user": 1, "deadline": {"after": "P1D", "on_timeout": "fallback", "fallback_role": 2}},
            (ErrorCode.INVALID, ("0", "deadline", "fallback_role")),
        ),
    ],
)
def test_what_cannot_work_is_told_at_its_place(said: dict[str, Any], fault: Any) -> None:
    faults: list[Fault] = []
    parse_approval_list([{"approval_type": "self-approved", **said}], path=(), faults=faults)
    assert [(one.code, one.path) for one in faults] == [fault]


def test_a_deadline_asks_the_fallback_of_its_approval() -> None:
    said = {
        "approval_type": "self-approved",
        "fallback_role": 3,
        "deadline": {"after": "P1D", "on_timeout": "fallback"},
    }
    faults: list[Fault] = []
    (read,) = parse_approval_list([said], path=(), faults=faults)
    assert faults == []
    assert read.fallback is not None
    assert (read.fallback.user, read.fallback.role, read.fallback.path) == (None, 3, ("fallback_role",))
    assert read.as_json() == said
