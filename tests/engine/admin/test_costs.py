"""What the admin's pages cost in SQL statements: the same for few rows and for many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.models import (
    ActionRun,
    Pipeline,
    Stage,
    StartRule,
    Substitution,
    WorkFlow,
    WorkflowAction,
    WorkflowAttachment,
    WorkflowConfiguration,
    WorkflowEvent,
)
from django_workflow_engine.services import attach_workflow_to_object, create_start_rule, create_substitution
from tests.engine.configuration import hooks
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
OF_TEMPLATES = [WorkFlow, Pipeline, Stage, WorkflowAction]
LISTS = [
    *OF_TEMPLATES,
    StartRule,
    Substitution,
    WorkflowAttachment,
    WorkflowEvent,
    ActionRun,
    ApprovalFlow,
    ApprovalInstance,
]
HAVING = {Pipeline: STRATEGIES[:2], Stage: STRATEGIES[:1]}  # what not every strategy has
NOTE = f"{hooks.HERE}.note"


def run(strategy=1) -> WorkflowAttachment:
    """One more of everything: a template of a company with actions, a run with all that it leaves, a substitution."""
    first, second = UserFactory(), UserFactory()
    template = template_for(strategy, [[by_user(first), by_user(second)]], company_id=UserFactory().pk)
    for owner in (template, template.pipelines.first(), Stage.objects.filter(pipeline__workflow=template).first()):
        if owner is not None:
            owner.actions.create(action_type="after_approve", function_path=NOTE)
    create_start_rule(model=Document, workflow_id=template.pk, weight=template.pk)
    create_substitution(actor=first, substitute_id=second.pk, workflow_id=template.pk, model=Document)
    document = DocumentFactory(created_by=UserFactory())
    attachment = attach_workflow_to_object(document, template, user=UserFactory())
    approve(document, first)
    return attachment


def statements(visit: Callable[[], object]) -> int:
    visit()  # the first visit fills Django's own caches
    with CaptureQueriesContext(connection) as captured:
        page = visit()
    assert page.status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("model", "strategy"),
    [(model, strategy) for model in LISTS for strategy in STRATEGIES if strategy in HAVING.get(model, STRATEGIES)],
)
def test_a_list_page_costs_the_same_for_one_row_and_for_eight(model, strategy, admin):
    run(strategy)
    shown = {"frozen": "all"} if model in OF_TEMPLATES else {}
    few = statements(lambda: admin.list(model, **shown))
    for _ in range(7):
        run(strategy)
    assert model.objects.count() >= 8
    assert statements(lambda: admin.list(model, **shown)) == few


def test_the_list_of_configurations_costs_the_same_for_one_row_and_for_twenty(admin):
    template = template_for(3, [[by_user(UserFactory())]])
    taken = [found for found in ContentType.objects.all() if len(found.model_class()._meta.pk_fields) == 1]
    types = taken[:20]
    WorkflowConfiguration.objects.create(content_type=types[0], default_workflow=template)
    few = statements(lambda: admin.list(WorkflowConfiguration))
    for content_type in types[1:]:
        WorkflowConfiguration.objects.create(content_type=content_type, default_workflow=template)
    assert statements(lambda: admin.list(WorkflowConfiguration)) == few


def grown(row, number: int) -> None:
    """Give the row as many more children of each kind as its page shows inline."""
    for index in range(number):
        if isinstance(row, WorkFlow):
            row.pipelines.create(name_en=f"More {index}")
        if isinstance(row, Pipeline):
            row.stages.create(name_en=f"More {index}")
        row.actions.create(action_type="after_reject", function_path=NOTE)


@pytest.mark.parametrize("model", [WorkFlow, Pipeline, Stage])
def test_a_page_with_inlines_costs_the_same_for_one_row_and_for_twenty(model, admin):
    run()
    row = model.objects.filter(is_hidden=False).first()
    few = statements(lambda: admin.open(row))
    grown(row, 19)
    assert statements(lambda: admin.open(row)) == few


def test_the_page_of_an_attachment_costs_the_same_for_a_short_history_and_a_long_one(admin):
    attachment = run()
    few = statements(lambda: admin.open(attachment))
    step = ApprovalInstance.objects.filter(flow=attachment.approval_flow).last()
    for _ in range(20):
        WorkflowEvent.objects.create(attachment=attachment, kind="approved", actor_name="somebody")
    ApprovalInstance.objects.bulk_create(
        ApprovalInstance(
            flow=step.flow, step_number=number, status="cancelled", assigned_to=UserFactory(), action_user=UserFactory()
        )
        for number in range(10, 30)
    )
    assert statements(lambda: admin.open(attachment)) == few
