"""Keys that differ in case, an accent or a blank are different keys, whatever the database takes for equal."""

from __future__ import annotations

import pytest
from approval_workflow.models import ApprovalFlow
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import WorkflowAttachment
from gql_workflows.models import IdempotentRequest
from tests.factories import UserFactory, by_user, template_for
from tests.testapp.models import Document

ALIKE = ["key", "Key", "kéy", "key ", "KEY"]


@pytest.fixture
def content_type(db: None) -> ContentType:
    return ContentType.objects.get_for_model(Document)


def test_objects_keep_their_own_runs(content_type: ContentType) -> None:
    template = template_for(1, [[by_user(UserFactory())]])
    for key in ALIKE:
        WorkflowAttachment.objects.create(content_type=content_type, object_id=key, workflow=template)
    assert [WorkflowAttachment.objects.get(object_id=key).object_id for key in ALIKE] == ALIKE


def test_objects_keep_their_own_flows(content_type: ContentType) -> None:
    for key in ALIKE:
        ApprovalFlow.objects.create(content_type=content_type, object_id=key)
    assert [ApprovalFlow.objects.get(object_id=key).object_id for key in ALIKE] == ALIKE


def test_requests_keep_their_own_answers(db: None) -> None:
    user = UserFactory()
    for key in ALIKE:
        IdempotentRequest.objects.create(user=user, mutation="m", key=key, fingerprint="x")
    assert [IdempotentRequest.objects.get(key=key).key for key in ALIKE] == ALIKE
