"""A template's problems tell of whom a deadline asks in the end and cannot any more."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from django_workflow_engine.choices import ProblemCode as Code
from django_workflow_engine.choices import ProblemSeverity as Severity
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, template_problems
from tests.engine.deadlines.deadlines import within
from tests.engine.templates.trees import statements
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, group_of, template_for
from tests.runs import attachment_of

pytestmark = pytest.mark.django_db
HOLDERS = {1: ("pipelines", "0", "stages", "0"), 2: ("pipelines", "0"), 3: ()}


def falling_back(strategy: Any, **named: Any) -> WorkFlow:
    approval = within(by_user(UserFactory()), "P1D", on_timeout="fallback", **named)
    return template_for(strategy, [[by_user(UserFactory()), approval]])


def told(template: WorkFlow) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.code, one.severity, one.path) for one in template_problems(template)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_person_who_is_inactive_or_gone(strategy: Any) -> None:
    user = UserFactory()
    template = falling_back(strategy, fallback_user=user.pk)
    place = (*HOLDERS[strategy], "approvals", "1", "deadline", "fallback_user")
    assert told(template) == []
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert told(template) == [(Code.USER_UNAVAILABLE, Severity.WARNING, place)]
    User.objects.filter(pk=user.pk).delete()
    assert told(template) == [(Code.USER_UNAVAILABLE, Severity.WARNING, place)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_role_that_is_empty_or_gone(strategy: Any) -> None:
    member = UserFactory()
    role = group_of(member, name="Board")
    template = falling_back(strategy, fallback_role=role.pk)
    place = (*HOLDERS[strategy], "approvals", "1", "deadline", "fallback_role")
    assert told(template) == []
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert told(template) == [(Code.ROLE_EMPTY, Severity.WARNING, place)]
    position = {1: "Stage 1", 2: "Pipeline 1", 3: "Purchase approval"}[strategy]
    assert template_problems(template)[0].message == (
        f"Nobody can be asked instead for “{position}”: the role “Board” has no active member."
    )
    Group.objects.filter(pk=role.pk).delete()
    assert told(template) == [(Code.ROLE_MISSING, Severity.WARNING, place)]


def test_a_run_whose_fallback_is_gone_goes_on() -> None:
    user, document = UserFactory(), DocumentFactory()
    template = falling_back(STRATEGIES[2], fallback_user=user.pk)
    User.objects.filter(pk=user.pk).delete()
    attach_workflow_to_object(document, template, UserFactory())
    assert attachment_of(document).status == "in_progress"


def test_the_problems_of_many_fallbacks_cost_as_much_as_those_of_one() -> None:
    def template(count: int) -> WorkFlow:
        users = UserFactory.create_batch(count)
        people = [within(by_user(one), "P1D", on_timeout="fallback", fallback_user=one.pk) for one in users]
        roles = [
            within(by_user(one), "P1D", on_timeout="fallback", fallback_role=group_of(one, name=one.username).pk)
            for one in users
        ]
        return template_for(STRATEGIES[2], [[*people, *roles]])

    one, several = template(1), template(9)
    template_problems(one)
    assert statements(template_problems, workflow=several) == statements(template_problems, workflow=one)
