"""A stuck run whose approval has a fallback has one way out: `manage.py doctor --mend` asks it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import DutyRule
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import (
    approve_step,
    ask_fallback,
    attach_workflow_to_object,
    cancel_workflow,
    explain_stuck,
)
from tests.engine.stuck.finding import deactivate, message_of, problem_of, started
from tests.engine.stuck.test_doctor import doctor
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, open_steps
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
EVERY_STRATEGY = pytest.mark.parametrize("strategy", STRATEGIES)
HINT = "Its fallback can be asked: manage.py doctor --mend."


@pytest.fixture
def ann() -> User:
    return UserFactory(username="ann")


@pytest.fixture
def boss() -> User:
    return UserFactory(username="boss")


def falling_back(approval: dict[str, Any], user: User) -> dict[str, Any]:
    return approval | {"fallback_user": user.pk}


def helps(document: Any) -> list[bool]:
    return [stuck.fallback_helps for stuck in explain_stuck([attachment_of(document)])]


@EVERY_STRATEGY
def test_the_doctor_asks_the_fallback(strategy: Any, ann: User, boss: User) -> None:
    document = started(strategy, falling_back(by_user(ann), boss))
    deactivate(ann)
    assert helps(document) == [True]
    assert message_of(document) == f"Nobody can complete what is asked: ann is inactive. {HINT}"
    told = doctor("--mend", status=0).splitlines()
    assert told[0].endswith(f"{HINT} Asked.")
    assert told[1] == "1 stuck, 1 of them mended"
    assert asked(document) == [boss]
    assert problem_of(document) is None
    lines = WorkflowEvent.objects.filter(attachment=attachment_of(document)).order_by("pk")
    assert list(lines.values_list("kind", "actor_name", "details"))[2:] == [
        ("seat_closed", "", {}),
        ("fallback_asked", "", {"approval": 0, "because": "ann is inactive"}),
    ]
    approve(document, boss)
    assert attachment_of(document).status == "completed"


def test_it_helps_where_the_role_is_gone(ann: User, boss: User) -> None:
    role = group_of(ann)
    document = started(3, falling_back(by_role(role), boss))
    role.delete()
    assert ask_fallback(attachment_id=attachment_of(document).pk) is True
    assert asked(document) == [boss]


def test_nobody_who_may_decide_loses_a_seat(ann: User, boss: User) -> None:
    """Of a consensus one is gone: the other is waited for, and then the fallback decides for whoever is left."""
    ben = UserFactory()
    document = started(3, falling_back(by_role(group_of(ann, ben), "consensus"), boss))
    deactivate(ann)
    assert helps(document) == [False]
    with unchanged():
        assert ask_fallback(attachment_id=attachment_of(document).pk) is False
    approve(document, ben)
    assert ask_fallback(attachment_id=attachment_of(document).pk) is True
    assert asked(document) == [boss]
    approve(document, boss)
    assert attachment_of(document).status == "completed"


@pytest.mark.parametrize("at_once", [True, False])
def test_of_several_approvals_the_one_that_is_stuck(ann: User, boss: User, at_once: bool) -> None:
    ben = UserFactory()
    approvals = [falling_back(by_user(ann), boss), by_user(ben)]
    template = template_for(3, [approvals], **({"approval_mode": "PARALLEL"} if at_once else {}))
    document = DocumentFactory()
    attach_workflow_to_object(document, template, UserFactory())
    deactivate(ann)
    assert ask_fallback(attachment_id=attachment_of(document).pk) is True
    assert sorted(user.username for user in asked(document) if user) == sorted(
        [boss.username, ben.username] if at_once else [boss.username]
    )
    approve(document, boss)
    approve(document, ben)
    assert attachment_of(document).status == "completed"


def test_a_fallback_that_cannot_be_asked_helps_nobody(ann: User, boss: User) -> None:
    document = started(3, falling_back(by_user(ann), boss))
    deactivate(ann, boss)
    assert helps(document) == [False]
    assert message_of(document) == "Nobody can complete what is asked: ann is inactive."
    with unchanged():
        assert doctor("--mend", status=1).endswith("1 stuck, 0 of them mended\n")
    with unchanged(), pytest.raises(NoApprover):
        ask_fallback(attachment_id=attachment_of(document).pk)


def test_a_fallback_that_left_in_its_turn_is_not_asked_again(ann: User, boss: User) -> None:
    role = group_of(boss)
    document = started(3, by_user(ann) | {"fallback_role": role.pk})
    deactivate(ann)
    key = attachment_of(document).pk
    assert ask_fallback(attachment_id=key) is True
    role.user_set.set([UserFactory()])
    assert helps(document) == [False]
    with unchanged(), pytest.raises(NoApprover) as refused:
        ask_fallback(attachment_id=key)
    assert refused.value.message.endswith("its fallback is asked already.")


def test_a_fallback_that_is_barred_is_told_of_and_the_run_is_left(ann: User, boss: User) -> None:
    rules = [DutyRule.REQUESTER_NEVER_DECIDES]
    template = template_for(3, [[falling_back(by_user(ann), boss)]], duty_rules=rules)
    document = DocumentFactory()
    attach_workflow_to_object(document, template, boss)
    deactivate(ann)
    with unchanged():
        assert doctor("--mend", status=1).endswith("1 stuck, 0 of them mended\n")
    assert open_steps(document)[0].assigned_to == ann


def test_what_is_not_stuck_is_left_as_it_is(ann: User, boss: User) -> None:
    document, other = (started(3, falling_back(by_user(ann), boss)) for _number in range(2))
    root = UserFactory(is_staff=True, is_superuser=True)
    cancel_workflow(attachment_id=attachment_of(other).pk, actor=root, reason="No use")
    with unchanged():
        assert ask_fallback(attachment_id=attachment_of(document).pk) is False
        assert ask_fallback(attachment_id=attachment_of(other).pk) is False
        assert ask_fallback(attachment_id=None) is False
    approve_step(step_id=open_steps(document)[0].pk, actor=ann)
    deactivate(ann)
    with unchanged():
        assert ask_fallback(attachment_id=attachment_of(document).pk) is False
