"""What becomes of templates when the user that stands for their company is deleted: they become nobody else's."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, clone_workflow, update_workflow
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def left(boss) -> WorkFlow:
    """A template whose company was deleted."""
    company = UserFactory()
    template = template_for(3, [[by_user(boss)]], company_id=company.pk)
    company.delete()
    template.refresh_from_db()
    return template


def shared() -> list[WorkFlow]:
    return list(WorkFlow.objects.shared())


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("at_once", [False, True])
def test_they_lose_their_company_and_are_left_to_administrators(strategy, at_once, boss):
    companies = UserFactory.create_batch(2)
    templates = [template_for(strategy, [[by_user(boss)]], company_id=company.pk) for company in companies]
    everybodys = template_for(strategy, [[by_user(boss)]])
    assert shared() == [everybodys]
    if at_once:
        User.objects.filter(pk__in=[company.pk for company in companies]).delete()
    else:
        for company in companies:
            company.delete()
    for template in templates:
        template.refresh_from_db()
        assert (template.company, template.company_deleted, template.is_active) == (None, True, True)
    assert shared() == [everybodys]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_runs_on_them_runs_on(strategy, boss):
    company, document = UserFactory(), DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]], company_id=company.pk))
    company.delete()
    version = attachment_of(document).workflow
    assert (version.company, version.company_deleted) == (None, True)
    approve(document, boss)
    assert attachment_of(document).status == "completed"


def test_other_people_and_their_templates_are_left_alone(boss):
    company = UserFactory()
    template = template_for(3, [[by_user(boss)]], company_id=company.pk)
    UserFactory().delete()
    template.refresh_from_db()
    assert (template.company, template.company_deleted) == (company, False)


def test_deleting_a_company_costs_the_same_for_every_number_of_templates(boss):
    few, many = UserFactory(), UserFactory()
    template_for(3, [[by_user(boss)]], company_id=few.pk)
    for _ in range(10):
        template_for(3, [[by_user(boss)]], company_id=many.pk)
    with CaptureQueriesContext(connection) as first:
        few.delete()
    with CaptureQueriesContext(connection) as second:
        many.delete()
    assert len(first) == len(second)


def test_a_clone_of_one_that_was_left_is_left_too_unless_it_gets_an_owner(left):
    assert clone_workflow(id=left.pk).company_deleted
    company = UserFactory()
    given = clone_workflow(id=left.pk, overrides=WorkflowChanges(company_id=company.pk))
    assert (given.company, given.company_deleted) == (company, False)
    assert shared() == []


@pytest.mark.parametrize("to_a_company", [True, False])
def test_an_administrator_says_whose_it_is_from_now_on(to_a_company, left):
    company = UserFactory() if to_a_company else None
    changed = update_workflow(id=left.pk, changes=WorkflowChanges(company_id=company and company.pk))
    assert (changed.company, changed.company_deleted) == (company, False)
    assert shared() == ([] if to_a_company else [left])


def test_other_changes_leave_the_mark(left):
    update_workflow(id=left.pk, changes=WorkflowChanges(name_en="Renamed"))
    left.refresh_from_db()
    assert (left.name_en, left.company_deleted) == ("Renamed", True)
