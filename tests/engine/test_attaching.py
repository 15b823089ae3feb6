"""Attaching a template to an object and starting its run."""

from __future__ import annotations

import uuid

import pytest

from django_workflow_engine.choices import ErrorCode, WorkflowStrategy
from django_workflow_engine.errors import (
    AlreadyAttached,
    Frozen,
    InvalidInput,
    NotFound,
    NotInProgress,
    WorkflowInactive,
    WorkflowIncomplete,
)
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, start_workflow
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self, by_user, template_for
from tests.runs import asked, attachment_of, history, open_steps, place, progress, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Document, UuidDocument

pytestmark = pytest.mark.django_db

FLAT = WorkflowStrategy.WORKFLOW_ONLY
FIRST_PLACE = {1: ("Pipeline 1", "Stage 1"), 2: ("Pipeline 1", None), 3: (None, None)}


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(FLAT, [[by_user(boss)]])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_attaching_starts_the_run_on_the_first_position(strategy, boss):
    document, starter = DocumentFactory(), UserFactory()
    attachment = attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]]), user=starter)
    assert attachment == attachment_of(document)
    stored = attachment_of(document)
    assert (stored.target, stored.status, stored.started_by) == (document, "in_progress", starter)
    assert (stored.run_number, stored.first_step_number, stored.metadata) == (1, 1, {})
    assert stored.started_at is not None
    assert stored.completed_at is None
    assert place(document) == FIRST_PLACE[strategy]
    assert [(step.step_number, step.assigned_to) for step in open_steps(document)] == [(1, boss)]
    assert history(document, "actor_name", "actor_id") == [
        ("attached", starter.username, str(starter.pk)),
        ("started", starter.username, str(starter.pk)),
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_auto_start_the_run_waits_to_be_started(strategy, boss):
    document, attacher, starter = DocumentFactory(), UserFactory(), UserFactory()
    workflow = template_for(strategy, [[by_user(boss)]])
    attachment = attach_workflow_to_object(document, workflow, user=attacher, auto_start=False)
    assert (attachment_of(document).status, attachment_of(document).started_at) == ("not_started", None)
    assert (place(document), steps_of(document), history(document)) == ((None, None), [], ["attached"])
    assert progress(document)[:3] == (0, 0, 1)
    start_workflow(attachment_id=attachment.pk, actor=starter)
    stored = attachment_of(document)
    assert (stored.status, stored.started_by, place(document)) == ("in_progress", starter, FIRST_PLACE[strategy])
    assert asked(document) == [boss]
    assert history(document, "actor_name") == [("attached", attacher.username), ("started", starter.username)]


def test_the_system_itself_attaches_without_a_user(template):
    document = DocumentFactory()
    attach_workflow_to_object(document, template)
    assert attachment_of(document).started_by is None
    assert history(document, "actor_name", "actor_id") == [("attached", "", ""), ("started", "", "")]


def test_whoever_attached_stays_the_starter_when_the_system_starts(template):
    document, attacher = DocumentFactory(), UserFactory()
    attachment = attach_workflow_to_object(document, template, user=attacher, auto_start=False)
    start_workflow(attachment_id=attachment.pk)
    assert attachment_of(document).started_by == attacher


def test_a_run_is_started_once(template):
    attachment = attach_workflow_to_object(DocumentFactory(), template)
    with unchanged(), pytest.raises(NotInProgress) as refused:
        start_workflow(attachment_id=attachment.pk)
    assert (refused.value.code, refused.value.status) == (ErrorCode.NOT_IN_PROGRESS, "in_progress")


@pytest.mark.parametrize("key", [987654, "987654", "no-key", None, 10**30])
def test_an_attachment_that_does_not_exist_is_not_found(key):
    with unchanged(), pytest.raises(NotFound) as refused:
        start_workflow(attachment_id=key)
    assert (refused.value.code, refused.value.path) == (ErrorCode.NOT_FOUND, ("attachment_id",))


@pytest.mark.parametrize("auto_start", [True, False])
def test_an_object_with_a_run_takes_no_second_one(template, auto_start):
    document = DocumentFactory()
    attachment = attach_workflow_to_object(document, template, auto_start=auto_start)
    with unchanged(), pytest.raises(AlreadyAttached) as refused:
        attach_workflow_to_object(document, template)
    assert (refused.value.code, refused.value.path) == (ErrorCode.ALREADY_ATTACHED, ("target",))
    assert refused.value.attachment == attachment
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize("fields", [{"status": "inactive"}, {"status": "draft"}, {"is_active": False}])
def test_a_template_that_is_not_active_is_not_attached(template, fields):
    document = DocumentFactory()
    WorkFlow.objects.filter(pk=template.pk).update(**fields)
    with unchanged(), pytest.raises(WorkflowInactive) as refused:
        attach_workflow_to_object(document, template)
    assert (refused.value.code, refused.value.path) == (ErrorCode.WORKFLOW_INACTIVE, ("workflow_id",))


def test_the_state_that_is_stored_decides_and_not_the_instance_given(template):
    WorkFlow.objects.filter(pk=template.pk).update(status="inactive", is_active=False)
    assert template.is_active
    with pytest.raises(WorkflowInactive):
        attach_workflow_to_object(DocumentFactory(), template)


def test_a_frozen_version_is_not_attached(template):
    version = attach_workflow_to_object(DocumentFactory(), template).workflow
    document = DocumentFactory()
    with unchanged(), pytest.raises(Frozen):
        attach_workflow_to_object(document, version)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_incomplete_template_is_not_attached(strategy):
    workflow, document = WorkFlow.objects.create(name_en="W", strategy=strategy), DocumentFactory()
    with unchanged(), pytest.raises(WorkflowIncomplete) as refused:
        attach_workflow_to_object(document, workflow)
    assert (refused.value.code, refused.value.path) == (ErrorCode.WORKFLOW_INCOMPLETE, ("workflow_id",))
    assert str(refused.value).startswith(f"Strategy {strategy.value} workflow must have at least one ")


def test_a_template_with_approvals_that_cannot_work_is_not_attached(template):
    WorkFlow.objects.filter(pk=template.pk).update(workflow_info={"approvals": [{"approval_type": "role"}]})
    document = DocumentFactory()
    with unchanged(), pytest.raises(WorkflowIncomplete, match="must name the role") as refused:
        attach_workflow_to_object(document, template)
    assert refused.value.path == ("workflow_id",)


def test_a_template_that_was_deleted_is_not_found(template):
    document = DocumentFactory()
    WorkFlow.objects.filter(pk=template.pk).delete()
    with unchanged(), pytest.raises(NotFound) as refused:
        attach_workflow_to_object(document, template)
    assert refused.value.path == ("workflow_id",)


@pytest.mark.parametrize("document", [Document(title="New"), UuidDocument(title="New", id=None)])
def test_an_object_that_is_not_saved_takes_no_workflow(template, document):
    with unchanged(), pytest.raises(InvalidInput) as refused:
        attach_workflow_to_object(document, template)
    assert refused.value.path == ("target",)


def test_an_object_whose_key_is_no_number_takes_a_workflow(template, boss):
    document = UuidDocument.objects.create(title="Plan")
    attach_workflow_to_object(document, template)
    assert attachment_of(document).object_id == str(document.pk)
    assert attachment_of(document).target == document
    assert asked(document) == [boss]


def test_objects_of_two_models_with_the_same_key_have_runs_of_their_own(template):
    document = DocumentFactory()
    other = UuidDocument.objects.create(id=uuid.UUID(int=document.pk), title="Plan")
    attach_workflow_to_object(document, template)
    attach_workflow_to_object(other, template)
    assert WorkflowAttachment.objects.count() == 2


@pytest.mark.parametrize("metadata", [{}, {"note": "x" * 90_000}, {"deep": [{"ع": [None, 1.5, True]}]}])
def test_metadata_is_any_json_object(template, metadata):
    document = DocumentFactory()
    attach_workflow_to_object(document, template, metadata=metadata)
    assert attachment_of(document).metadata == metadata


@pytest.mark.parametrize(
    "metadata",
    [{"who": object()}, {"when": {1, 2}}, {"n": float("nan")}, {("a",): 1}, {"text": "a\x00b"}, ["a"], "text", 7],
)
def test_what_is_no_json_object_is_refused_as_metadata(template, metadata):
    document = DocumentFactory()
    with unchanged(), pytest.raises(InvalidInput) as refused:
        attach_workflow_to_object(document, template, metadata=metadata)
    assert (refused.value.code, refused.value.path) == (ErrorCode.INVALID, ("metadata",))


def test_a_self_approval_asks_the_creator_of_the_object():
    creator, starter = UserFactory(), UserFactory()
    document = DocumentFactory(created_by=creator)
    attach_workflow_to_object(document, template_for(FLAT, [[by_self()]]), user=starter)
    assert asked(document) == [creator]
