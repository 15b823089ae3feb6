"""A row that somebody makes beside a verb, which did not see it: the verb is tried again, and finds it."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.models import ApprovalFlow
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.approvals import flows
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.querysets import WorkflowAttachmentQuerySet
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory, by_user, template_for
from tests.runs import asked
from tests.testapp.models import Document

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


def key_of(document: Document) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(Document), "object_id": str(document.pk)}


def test_a_flow_of_the_package(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    document, looked = DocumentFactory(), []
    look = flows._locked_flows

    def first_too_early(attachments: Any) -> Any:
        looked.append(look(attachments))
        if len(looked) == 1:
            ApprovalFlow.objects.create(**key_of(document))
        return looked[-1]

    monkeypatch.setattr(flows, "_locked_flows", first_too_early)
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]))
    assert len(looked) == 2
    assert asked(document) == [boss]


def test_an_attachment_of_an_object_that_cannot_be_locked(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    document, template, looked = DocumentFactory(), template_for(3, [[by_user(boss)]]), []
    look = WorkflowAttachmentQuerySet.locked_all

    def first_too_early(self: Any, **lookup: Any) -> Any:
        looked.append(look(self, **lookup))
        if len(looked) == 1:
            WorkflowAttachment.objects.create(workflow=template, **key_of(document))
        return looked[-1]

    monkeypatch.setattr(WorkflowAttachmentQuerySet, "locked_all", first_too_early)
    attach_workflow_to_object(document, template)
    assert looked == [[], []]  # what was made in the first attempt went with it
    assert asked(document) == [boss]
