"""A user stands for a company."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.models import WorkFlow

pytestmark = pytest.mark.django_db


def test_workflows_are_created_for_and_found_by_a_company(user):
    company_user = User.objects.create(username="company_123", email="admin@company123.com")
    WorkFlow.objects.create(company=user, name_en="Another company's")
    workflow = WorkFlow.objects.create(company=company_user, name_en="Company Workflow")
    request = SimpleNamespace(user=company_user)
    assert list(WorkFlow.objects.filter(company=company_user)) == [workflow]
    assert list(WorkFlow.objects.filter(company=request.user)) == [workflow]
    assert list(company_user.workflow_company.all()) == [workflow]


def test_a_workflow_outlives_its_company(user):
    workflow = WorkFlow.objects.create(company=user, name_en="Company Workflow")
    user.delete()
    workflow.refresh_from_db()
    assert workflow.company is None
