"""What administrators look at: configurations, the registry, and calls of actions."""

from __future__ import annotations

from typing import Annotated, cast

import strawberry

from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.registry import registered_actions as registered
from gql_workflows.context import Info
from gql_workflows.filters import bridge
from gql_workflows.filters.action_runs import ActionRunFilter, ActionRunFilterSet
from gql_workflows.pagination import NEWEST_FIRST, page_args, page_of
from gql_workflows.rules import Staff, query
from gql_workflows.types import arguments
from gql_workflows.types.action_runs import ActionRun
from gql_workflows.types.actions import RegisteredAction
from gql_workflows.types.configurations import ModelConfiguration
from gql_workflows.types.connections import Connection

RunFilters = Annotated[ActionRunFilter | None, strawberry.argument(description="Which calls; all if left out.")]


@query(
    Staff("django_workflow_engine.view_workflowaction"),
    description="The functions that a template's actions may name, by path; for administrators.",
)
def registered_actions(info: Info) -> list[RegisteredAction]:
    """The registry."""
    return [RegisteredAction.of(entry) for entry in registered()]


@query(
    Staff("django_workflow_engine.view_workflowconfiguration"),
    description="How each configured model takes workflows; for administrators.",
)
def model_configurations(info: Info) -> list[ModelConfiguration]:
    """The configuration of every model that has one."""
    rows = WorkflowConfiguration.objects.order_by("content_type__app_label", "content_type__model")
    return cast("list[ModelConfiguration]", list(rows))


@query(
    Staff("django_workflow_engine.view_actionrun"),
    description="The calls of actions, newest first; for administrators. filters.status INCIDENT gives those that wait "
    "for somebody.",
)
def action_runs(
    info: Info,
    filters: RunFilters = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[ActionRun]:
    """A page of calls."""
    args = page_args(first, after, last, before)
    rows = info.context.policy.action_runs(info.context.user)
    filtered = bridge.apply(ActionRunFilterSet, rows, filters, request=info.context)
    return cast("Connection[ActionRun]", page_of(filtered, NEWEST_FIRST, args))
