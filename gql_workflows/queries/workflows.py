"""Reading templates and their frozen versions."""

from __future__ import annotations

from typing import Annotated, cast

import strawberry

from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.reading import rows_to_show
from gql_workflows.context import Info
from gql_workflows.filters import bridge
from gql_workflows.filters.ordering import WorkflowOrder, order_of
from gql_workflows.filters.workflows import WorkflowFilter, WorkflowFilterSet
from gql_workflows.ids import row_key
from gql_workflows.pagination import page_args, page_of
from gql_workflows.rules import Rule, query
from gql_workflows.types import arguments
from gql_workflows.types.connections import Connection
from gql_workflows.types.workflows import Workflow

Filters = Annotated[WorkflowFilter | None, strawberry.argument(description="Which workflows; all you see if left out.")]
Orderings = Annotated[
    list[WorkflowOrder] | None,
    strawberry.argument(description="The order, first column first; null and [] mean newest first."),
]


@query(Rule.SIGNED_IN, description="One workflow; null where there is none or you may not see it.")
def workflow(info: Info, id: arguments.NodeId) -> Workflow | None:
    """One template or frozen version."""
    key = row_key(id, "Workflow", WorkFlow)
    found = None if key is None else info.context.policy.workflow(info.context.user, key)
    return cast("Workflow | None", found)


@query(Rule.SIGNED_IN, description="The workflows that you may see.")
def workflows(
    info: Info,
    filters: Filters = strawberry.UNSET,
    ordering: Orderings = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[Workflow]:
    """A page of templates."""
    args = page_args(first, after, last, before)
    rows = info.context.policy.workflows(info.context.user)
    filtered = bridge.apply(WorkflowFilterSet, rows, filters, request=info.context)
    return cast("Connection[Workflow]", page_of(filtered, order_of(ordering), args, read=rows_to_show))
