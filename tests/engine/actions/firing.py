"""Configuring actions in tests, and firing events as a verb does."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.test import override_settings

from django_workflow_engine.actions import outbox
from django_workflow_engine.actions.events import Fired
from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import ActionRun, Pipeline, Stage, WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.models.content import route_of
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory, UserFactory, by_self, template_for

PATH = "tests.testapp.workflow_actions"
_OWNERS = {WorkFlow: "workflow", Pipeline: "pipeline", Stage: "stage"}


def template(strategy: int = 1) -> WorkFlow:
    """A template that asks the object's own person, with two stages in one pipeline where there are stages."""
    return template_for(strategy, [[by_self()]] if strategy == 3 else [[by_self()], [by_self()]])


def configure(owner: Any, function: str, event: str = ActionType.AFTER_APPROVE, **fields: Any) -> WorkflowAction:
    """An action of a workflow, a pipeline or a stage that calls a function of the test app."""
    return WorkflowAction.objects.create(
        **{_OWNERS[type(owner)]: owner}, action_type=event, function_path=f"{PATH}.{function}", **fields
    )


def answered_by(*functions: str, module: str) -> override_settings:
    """Settings in which functions of this module, in this order, answer each approval that nothing else answers."""
    return override_settings(
        WORKFLOW_ACTIONS_CONFIG=[
            {"action_type": "after_approve", "function_path": f"{module}.{name}", "order": order}
            for order, name in enumerate(functions, start=1)
        ]
    )


def attach(workflow: WorkFlow, **fields: Any) -> WorkflowAttachment:
    """A document that has just started on the workflow."""
    user = UserFactory()
    return attach_workflow_to_object(DocumentFactory(created_by=user, **fields), workflow, user=user)


def running(*functions: str, **fields: Any) -> WorkflowAttachment:
    """An attachment whose workflow calls these functions, in this order, after an approval."""
    workflow = template()
    for order, function in enumerate(functions):
        configure(workflow, function, order=order, **fields)
    return attach(workflow)


def event(attachment: WorkflowAttachment, action_type: str = ActionType.AFTER_APPROVE, **context: Any) -> Fired:
    """An event at the place where the attachment stands."""
    position = route_of(attachment.workflow).at(
        pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id
    )
    return Fired(action_type=ActionType(action_type), position=position, context=context)


def enqueue(attachment: WorkflowAttachment, *events: Fired) -> list[ActionRun]:
    """Write the runs that answer these events, by default one approval, in a transaction."""
    with transaction.atomic():
        return outbox.enqueue(attachment, events or [event(attachment, user=attachment.started_by)])


def kept(*fields: str) -> list[Any]:
    """These fields of all runs, in order; bare values for one field."""
    return list(ActionRun.objects.order_by("pk").values_list(*fields, flat=len(fields) == 1))
