"""Runs for the tests of stuck runs, and what is said of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from django_workflow_engine.choices import StuckProblem
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, explain_stuck, stuck_runs
from tests.factories import DocumentFactory, UserFactory, template_for
from tests.runs import attachment_of
from tests.testapp.models import Document


def started(strategy: int, *approvals: dict[str, Any], by: User | None = None) -> Document:
    """A document whose run stands at a position with these approvals."""
    document: Document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [list(approvals)]), by or UserFactory())
    return document


def deactivate(*users: User) -> None:
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)


def problems() -> dict[int, StuckProblem]:
    """What is wrong with every stuck run, by the attachment's id: the list and the explanations agree."""
    rows = list(stuck_runs().order_by("pk"))
    found = {stuck.attachment.pk: stuck.problem for stuck in explain_stuck(rows)}
    assert found.keys() == {row.pk for row in rows}
    assert [stuck.attachment.pk for stuck in explain_stuck(list(WorkflowAttachment.objects.order_by("pk")))] == [*found]
    return found


def problem_of(document: Model) -> StuckProblem | None:
    """What is wrong with the document's run; None where it can go on."""
    return problems().get(attachment_of(document).pk)


def message_of(document: Model) -> str:
    """The sentence that says it."""
    (stuck,) = explain_stuck([attachment_of(document)])
    return stuck.message
