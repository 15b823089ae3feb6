"""A run is about one object: not about another one that has its key later, and not about one that was never stored."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from approval_workflow.models import ApprovalInstance
from django.core.exceptions import ValidationError
from django.db import connection

from django_workflow_engine.errors import InvalidInput, NotFound, NotInProgress
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    get_workflow_attachment,
    get_workflow_progress,
    register_model_for_workflow,
)
from django_workflow_engine.signals import attachment_changed
from tests.engine.faults.broken_tables import refusing
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps
from tests.snapshot import unchanged
from tests.testapp.models import Document, Invoice, LateInvoice, UuidDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Any:
    return UserFactory()


def delete(invoice: Invoice) -> None:
    invoice.delete()


def delete_many(invoice: Invoice) -> None:
    Invoice.objects.filter(pk=invoice.pk).delete()


def delete_by_proxy(invoice: Invoice) -> None:
    LateInvoice.objects.get(pk=invoice.pk).delete()


def delete_by_sql(invoice: Invoice) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM testapp_invoice WHERE number = %s", [invoice.pk])


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("goes", [delete, delete_many, delete_by_proxy, delete_by_sql])
@pytest.mark.parametrize("approved_before", [True, False])
@pytest.mark.parametrize("model", [Invoice, LateInvoice])
def test_another_object_with_the_same_key_inherits_nothing(
    strategy: int, goes: Any, approved_before: bool, model: type[Invoice], boss: Any
) -> None:
    template = template_for(strategy, [[by_user(boss)]])
    first = Invoice.objects.create(number="INV-7")
    old = attach_workflow_to_object(first, template, boss)
    step = open_steps(first)[0]
    if approved_before:
        approve(first, boss)
    goes(first)
    second = model.objects.create(number="INV-7")
    assert get_workflow_attachment(second) is None
    assert get_workflow_progress(template, second)["progress_percentage"] == 0
    if not approved_before:
        with unchanged(), pytest.raises(NotInProgress):
            approve_step(step_id=step.pk, actor=boss)
    attachment = attach_workflow_to_object(second, template, boss)
    assert (attachment.pk != old.pk, attachment.run_number, asked(second)) == (True, 1, [boss])
    assert history(second) == ["attached", "started"]
    approve(second, boss)
    assert attachment_of(second).status == "completed"
    old.refresh_from_db()
    assert (old.object_id, old.target, old.status) == (
        "INV-7",
        None,
        "completed" if approved_before else "in_progress",
    )


def test_the_run_of_a_deleted_object_can_be_cancelled_beside_its_successor_s(boss: Any) -> None:
    template = template_for(3, [[by_user(boss)]])
    first = Invoice.objects.create(number="INV-7")
    old = attach_workflow_to_object(first, template, boss)
    first.delete()
    second = Invoice.objects.create(number="INV-7")
    attach_workflow_to_object(second, template, boss)
    cancelled = cancel_workflow(attachment_id=old.pk, actor=boss, reason="It is gone")
    assert (cancelled.status, attachment_of(second).status, asked(second)) == ("cancelled", "in_progress", [boss])


@pytest.mark.parametrize("spelled", ["{key.hex}", "{{{key}}}", "urn:uuid:{key}", "KEY"])
def test_an_object_that_was_not_read_again_is_found_and_followed_however_its_key_is_spelled(
    spelled: str, boss: Any
) -> None:
    key = uuid4()
    document = UuidDocument.objects.create(id=spelled.format(key=key).replace("KEY", str(key).upper()), title="new")
    attachment = attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), boss)
    assert get_workflow_attachment(document) == attachment
    document.delete()
    attachment.refresh_from_db()
    assert (attachment.object_id, attachment.target, attachment.tombstone) == (str(key), None, attachment.pk)


def test_an_object_that_was_never_stored_or_is_gone_is_not_attached(boss: Any) -> None:
    template, gone = template_for(3, [[by_user(boss)]]), DocumentFactory()
    key = gone.pk
    gone.delete()
    gone.pk = key
    for obj, error in (
        (Document(title="new"), InvalidInput),
        (Document(pk=4711, title="new"), InvalidInput),
        (UuidDocument(title="its key is made beforehand"), InvalidInput),
        (gone, NotFound),
        (None, InvalidInput),
        ("testapp.Document", InvalidInput),
    ):
        with unchanged(), pytest.raises(error) as refused:
            attach_workflow_to_object(obj, template, boss)  # type: ignore[arg-type]
        assert refused.value.path == ("target",)


def test_the_caller_s_next_save_keeps_the_stage_that_attaching_wrote(boss: Any) -> None:
    register_model_for_workflow(Invoice, stage_field="stage")
    invoice = Invoice.objects.create(number="INV-8")
    attach_workflow_to_object(invoice, template_for(1, [[by_user(boss)]]), boss)
    assert invoice.stage == "Stage 1"
    invoice.status = "sent"
    invoice.save()
    invoice.refresh_from_db()
    assert (invoice.stage, invoice.status) == ("Stage 1", "sent")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_attachment_in_progress_is_not_deleted(strategy: int, boss: Any) -> None:
    document = DocumentFactory()
    attachment = attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]]), boss)
    with unchanged(), pytest.raises(ValidationError):
        attachment.delete()
    cancel_workflow(attachment_id=attachment.pk, actor=boss, reason="Enough")
    attachment.delete()
    assert get_workflow_attachment(document) is None


def test_attachments_that_are_deleted_together_leave_no_open_step(boss: Any) -> None:
    template = template_for(3, [[by_user(boss)]])
    for document in (DocumentFactory(), DocumentFactory()):
        attach_workflow_to_object(document, template, boss)
    WorkflowAttachment.objects.all().delete()
    assert set(ApprovalInstance.objects.values_list("status", flat=True)) == {"cancelled"}


def test_whom_a_deleted_object_waited_for_is_told(boss: Any, django_capture_on_commit_callbacks: Any) -> None:
    document, told = DocumentFactory(), []
    attachment = attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), UserFactory())

    def listen(sender: Any, attachment_id: Any, user_ids: Any, **kwargs: Any) -> None:
        told.append((attachment_id, set(user_ids)))

    attachment_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            document.delete()
    finally:
        attachment_changed.disconnect(listen)
    assert told == [(attachment.pk, {boss.pk})]


def test_an_object_goes_although_the_engine_s_tables_are_broken(boss: Any, caplog: Any) -> None:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), boss)
    with refusing(WorkflowAttachment, "UPDATE"):
        document.delete()
    assert not Document.objects.filter(title=document.title).exists()
    assert "was not let go of" in caplog.text
