"""When a template may be attached, and how an edit keeps that true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.utils import timezone

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.arguments import check_workflow
from django_workflow_engine.models.verbs import method_of_a_model
from django_workflow_engine.services.actors import check_editor
from django_workflow_engine.services.templates.locking import locked_workflow
from django_workflow_engine.services.templates.writing import write
from django_workflow_engine.transactions import verb

# By (complete, status): what is not listed stays. INACTIVE was switched off by somebody, who switches it on again.
_FOLLOWS: Final = {
    (True, WorkflowStatus.DRAFT): WorkflowStatus.ACTIVE,
    (False, WorkflowStatus.ACTIVE): WorkflowStatus.DRAFT,
}


@method_of_a_model
@verb
def update_active_status(workflow: WorkFlow) -> bool:
    """Make the template's status follow its completeness, and say whether it may be attached now.

    A complete draft becomes active, an active template that is not complete becomes a draft, an inactive one stays.
    The verbs call it when an edit takes an active template's completeness away, and then only: a template that was
    made active before it was complete (`is_active=True` in Python) stays so and can be attached once it is complete,
    and a draft waits for whoever publishes it.
    """
    check_workflow(workflow, "workflow")
    stored = locked_workflow(workflow.pk, path=("workflow",))
    complete, _message = stored.validate_completeness()
    status = _FOLLOWS.get((complete, WorkflowStatus(stored.status)))
    if status is not None:
        write(stored, {"status": status})
    workflow.refresh_from_db(fields=["status", "is_active"])
    return complete and stored.is_active


@contextmanager
def edited(workflow: WorkFlow, actor: Any) -> Iterator[None]:
    """Around an edit of a locked template's content: its status follows, and it says who changed it and when."""
    could_run = workflow.status == WorkflowStatus.ACTIVE and workflow.validate_completeness()[0]
    yield
    touch(workflow, actor)
    if could_run and workflow.status == WorkflowStatus.ACTIVE:
        update_active_status(workflow)


def touch(workflow: WorkFlow, actor: Any) -> None:
    """Note on the template that something of it was changed now; `actor` None is the system itself."""
    check_editor(actor)
    values: dict[str, Any] = {"modified_at": timezone.now()}
    if actor is not None:
        values["modified_by"] = actor
    WorkFlow.objects.filter(pk=workflow.pk).update(**values)
    workflow.refresh_from_db(fields=[*values])
