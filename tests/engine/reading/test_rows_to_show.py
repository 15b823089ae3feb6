"""Rows that are only shown are what Django's own reading gives, with what is related, in one statement."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.reading import rows_to_show
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory, UserFactory, by_user, template_for

pytestmark = pytest.mark.django_db

RUN = "flow__workflow_attachment"
QUERYSETS: dict[str, Any] = {
    "plain": lambda: WorkflowAttachment.objects.order_by("pk"),
    "with a workflow": lambda: WorkflowAttachment.objects.select_related("workflow").order_by("pk"),
    "with a chain": lambda: ApprovalInstance.objects.select_related("flow__workflow_attachment__workflow").order_by(
        "pk"
    ),
    "with two": lambda: ApprovalInstance.objects.select_related("assigned_to", "flow").order_by("pk"),
    "with nobody": lambda: WorkflowAttachment.objects.select_related("started_by", "approval_flow").order_by("pk"),
    "sliced": lambda: WorkFlow.objects.select_related("cloned_from").order_by("-pk")[:2],
}


@pytest.fixture(autouse=True)
def runs():
    boss = UserFactory()
    template = template_for(1, [[by_user(boss)]])
    attach_workflow_to_object(DocumentFactory(), template, user=boss, metadata={"a": 1})
    attach_workflow_to_object(DocumentFactory(), template, auto_start=False)
    flow = ApprovalFlow.objects.get()
    ApprovalInstance.objects.create(flow=flow, step_number=2)  # nobody is asked
    ApprovalFlow.objects.create(content_type=flow.content_type, object_id="0")  # no attachment


def content(row: Model) -> dict[str, Any]:
    """What a row holds, and below it what it holds of others."""
    related = {name: other and values(other) for name, other in row._state.fields_cache.items()}
    return {"values": values(row), "state": (row._state.adding, row._state.db), "related": related}


def values(row: Model) -> dict[str, Any]:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {"class": type(row), **fields}


def chain(row: Any) -> list[Model | None]:
    """A step, its flow, the attachment, its workflow, and the way back."""
    attachment = row.flow.workflow_attachment
    return [row, row.flow, attachment, attachment.workflow, attachment.approval_flow]


@pytest.mark.parametrize("name", QUERYSETS)
def test_they_are_the_rows_that_django_reads(name: str) -> None:
    expected = [content(row) for row in QUERYSETS[name]()]
    with CaptureQueriesContext(connection) as captured:
        shown = [content(row) for row in rows_to_show(QUERYSETS[name]())]
    assert shown == expected
    assert len(shown) >= 2
    assert len(captured) == 1


def test_what_is_related_is_there_in_both_directions() -> None:
    rows = list(rows_to_show(QUERYSETS["with a chain"]()))
    expected = [chain(row) for row in QUERYSETS["with a chain"]()]
    with CaptureQueriesContext(connection) as captured:
        assert [chain(row) for row in rows] == expected
    assert len(captured) == 0
    assert all(row.flow.workflow_attachment.approval_flow is row.flow for row in rows)


def test_a_flow_that_no_attachment_has_has_none() -> None:
    flows = list(rows_to_show(ApprovalFlow.objects.select_related("workflow_attachment").order_by("pk")))
    assert [hasattr(flow, "workflow_attachment") for flow in flows] == [True, False]


AS_EVER: dict[str, Any] = {
    "annotated": lambda: WorkflowAttachment.objects.annotate(twice=F("pk") * 2),
    "deferred": lambda: WorkflowAttachment.objects.defer("metadata"),
    "prefetched": lambda: WorkflowAttachment.objects.prefetch_related("workflow"),
    "with everything": lambda: WorkflowAttachment.objects.select_related(),
    "values": lambda: WorkflowAttachment.objects.values("pk"),
}


@pytest.mark.parametrize("name", AS_EVER)
def test_a_queryset_that_says_more_is_read_as_ever(name: str) -> None:
    def facts(queryset: QuerySet[Any]) -> list[Any]:
        return [row if isinstance(row, dict) else {**vars(row), "_state": vars(row._state)["db"]} for row in queryset]

    assert [*map(str, facts(rows_to_show(AS_EVER[name]())))] == [*map(str, facts(AS_EVER[name]()))]  # type: ignore[arg-type]


def test_a_model_whose_instances_somebody_hears_of_is_read_as_ever() -> None:
    heard = []

    def listen(sender: type[Model], instance: Model, **kwargs: Any) -> None:
        heard.append(instance.pk)

    post_init.connect(listen, sender=WorkFlow)
    try:
        rows = list(rows_to_show(WorkflowAttachment.objects.select_related("workflow").order_by("pk")))
    finally:
        post_init.disconnect(listen, sender=WorkFlow)
    assert heard == [row.workflow_id for row in rows]
