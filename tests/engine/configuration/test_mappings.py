"""MODEL_WORKFLOW_MAPPINGS: which workflows a mapped model takes."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services.configuration.reading import (
    WorkflowNotAllowed,
    available_workflows,
    ensure_workflow_allowed,
)
from tests.testapp.models import Deal, Document, Invoice, LateInvoice

NAME = "Purchase  approval (big)"


def mapped(*slugs: str, model: str = "testapp.Deal"):
    return override_settings(DJANGO_WORKFLOW_ENGINE={"MODEL_WORKFLOW_MAPPINGS": {model: list(slugs)}})


@pytest.mark.parametrize("slug", ["purchase_approval_big", "purchase-approval-big", "purchase_approval-big", NAME])
@pytest.mark.parametrize("label", ["testapp.Deal", "testapp.deal", "TESTAPP.DEAL"])
def test_a_mapped_model_takes_the_workflow_that_a_slug_means(slug, label):
    with mapped("another", slug, model=label):
        ensure_workflow_allowed(Deal, WorkFlow(name_en=NAME))


def test_a_proxy_takes_what_the_model_whose_rows_it_shows_takes_unless_it_is_named_itself():
    both = {"testapp.Invoice": ["another"], "testapp.LateInvoice": [NAME]}
    with mapped("another", model="testapp.Invoice"), pytest.raises(WorkflowNotAllowed):
        ensure_workflow_allowed(LateInvoice, WorkFlow(name_en=NAME))
    with override_settings(DJANGO_WORKFLOW_ENGINE={"MODEL_WORKFLOW_MAPPINGS": both}):
        ensure_workflow_allowed(LateInvoice, WorkFlow(name_en=NAME))
        with pytest.raises(WorkflowNotAllowed):
            ensure_workflow_allowed(Invoice, WorkFlow(name_en=NAME))


@pytest.mark.parametrize("slug", ["purchase", "purchase_approval", "purchase approval (big)", "", "-", "_"])
def test_a_mapped_model_takes_no_other_workflow(slug):
    workflow = WorkFlow(name_en=NAME)
    with mapped(slug), pytest.raises(WorkflowNotAllowed) as refused:
        ensure_workflow_allowed(Deal, workflow)
    error = refused.value
    assert (error.code, error.path) == (ErrorCode.MODEL_NOT_ENABLED, ("workflow_id",))
    assert (error.model, error.workflow) == (Deal, workflow)
    assert error.message == f"testapp.Deal does not take the workflow “{NAME}”."


@pytest.mark.parametrize("name", ["موافقة الشراء", "---", "Prüfung groß"])
@pytest.mark.parametrize("slug", ["", "-", "--"])
def test_an_empty_slug_means_no_workflow_whatever_its_name(name, slug):
    with mapped(slug), pytest.raises(WorkflowNotAllowed):
        ensure_workflow_allowed(Deal, WorkFlow(name_en=name))


@pytest.mark.parametrize("slug", ["موافقة_الشراء", "موافقة-الشراء", "موافقة الشراء"])
def test_a_slug_may_be_arabic(slug):
    with mapped(slug):
        ensure_workflow_allowed(Deal, WorkFlow(name_en="موافقة الشراء"))


def test_a_model_that_is_not_mapped_takes_every_workflow():
    with mapped("purchase_approval"):
        ensure_workflow_allowed(Document, WorkFlow(name_en="Anything"))


def test_a_model_that_is_mapped_to_nothing_takes_none():
    with mapped(), pytest.raises(WorkflowNotAllowed):
        ensure_workflow_allowed(Deal, WorkFlow(name_en="Anything"))


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 20])
def test_the_workflows_that_a_model_may_choose_from_cost_two_statements(rows, django_assert_num_queries):
    for number in range(rows):
        WorkFlow.objects.create(name_en=f"Other {number}")
    for name in ("Purchase approval", "Purchase-Approval", "Sales"):
        WorkFlow.objects.create(name_en=name)
    with mapped("purchase_approval"), django_assert_num_queries(2):
        found = {workflow.name_en for workflow in available_workflows(Deal, WorkFlow.objects.active())}
    assert found == {"Purchase approval", "Purchase-Approval"}


@pytest.mark.django_db
def test_the_choice_keeps_what_the_queryset_says():
    WorkFlow.objects.create(name_en="Sales", status="inactive")
    kept = WorkFlow.objects.create(name_en="sales")
    with mapped("sales"):
        assert list(available_workflows(Deal, WorkFlow.objects.active())) == [kept]
        assert available_workflows(Document, WorkFlow.objects.all()).count() == 2
    with mapped():
        assert not available_workflows(Deal, WorkFlow.objects.all()).exists()
