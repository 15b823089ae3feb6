"""Templates to edit, and how a refused edit is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.choices import ErrorCode, WorkflowStrategy
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import Stage, WorkFlow
from tests.factories import by_self, template_for
from tests.snapshot import unchanged

STAGED, PIPED, FLAT = WorkflowStrategy
NOTIFY = "tests.testapp.workflow_actions.notify"
NO_ROW = 10**9

INVALID, REQUIRED, NOT_FOUND = ErrorCode.INVALID, ErrorCode.REQUIRED, ErrorCode.NOT_FOUND
CONFLICT, IN_USE, FROZEN = ErrorCode.CONFLICT, ErrorCode.IN_USE, ErrorCode.FROZEN
STRATEGY, INCOMPLETE, UNREGISTERED = (
    ErrorCode.STRATEGY_VIOLATION,
    ErrorCode.WORKFLOW_INCOMPLETE,
    ErrorCode.ACTION_NOT_REGISTERED,
)


def notify(**fields: Any) -> ActionSpec:
    return ActionSpec(**{"action_type": "after_approve", "function_path": NOTIFY} | fields)


def complete(strategy: int, positions: int = 1, **fields: Any) -> WorkFlow:
    """An active template with this many positions."""
    return template_for(WorkflowStrategy(strategy), [[by_self()]] * positions, **fields)


def stage_of(workflow: WorkFlow, number: int = 0) -> Stage:
    return Stage.objects.filter(pipeline__workflow=workflow).order_by("pipeline__order", "order")[number]


def stored(workflow: Model) -> tuple[str, bool]:
    return WorkFlow.objects.values_list("status", "is_active").get(pk=workflow.pk)


def refused(verb: Callable[..., Any], **arguments: Any) -> list[tuple[ErrorCode, tuple[str, ...]]]:
    """The faults of a call that must be refused and must change nothing."""
    with unchanged(), pytest.raises(WorkflowError) as caught:
        verb(**arguments)
    return [(fault.code, fault.path) for fault in caught.value.faults]


def statements(verb: Callable[..., Any], **arguments: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        verb(**arguments)
    return len(captured)
