"""Reading running workflows."""

from __future__ import annotations

from typing import Annotated, Any, cast

import strawberry
from django.db.models import QuerySet

from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.models.querysets import is_of
from django_workflow_engine.models.reading import rows_to_show
from gql_workflows.access.seen import SeenRuns
from gql_workflows.access.targets import find_target
from gql_workflows.context import Info
from gql_workflows.filters import bridge
from gql_workflows.filters.attachments import AttachmentFilter, AttachmentFilterSet
from gql_workflows.filters.ordering import AttachmentOrder, order_of
from gql_workflows.ids import row_key
from gql_workflows.inputs.attachments import TargetInput
from gql_workflows.pagination import PageArgs, page_args, page_of
from gql_workflows.rules import Rule, query
from gql_workflows.types import arguments
from gql_workflows.types.attachments import WorkflowAttachment
from gql_workflows.types.connections import Connection

Filters = Annotated[
    AttachmentFilter | None, strawberry.argument(description="Which attachments; all you see if left out.")
]
OwnFilters = Annotated[
    AttachmentFilter | None, strawberry.argument(description="Which of your runs; all of them if left out.")
]
Orderings = Annotated[
    list[AttachmentOrder] | None,
    strawberry.argument(description="The order, first column first; null and [] mean newest first."),
]
_NULLABLE = ("started_at", "completed_at")


@query(Rule.SIGNED_IN, description="One attachment; null where there is none or you may not see it.")
def attachment(info: Info, id: arguments.NodeId) -> WorkflowAttachment | None:
    """One attachment by id."""
    key = row_key(id, "WorkflowAttachment", Attachment)
    found = None if key is None else _visible(info).filter(pk=key).first()
    return cast("WorkflowAttachment | None", found)


@query(
    Rule.SIGNED_IN,
    description="The attachment of one object; null where there is none or you may not see it.",
)
def attachment_for_target(
    info: Info, target: Annotated[TargetInput, strawberry.argument(description="The object.")]
) -> WorkflowAttachment | None:
    """One attachment by its object."""
    try:
        obj = find_target(target.model, target.id)
    except WorkflowError:
        return None  # what one may not see does not exist
    return cast("WorkflowAttachment | None", _visible(info).filter(is_of(obj)).first())


@query(Rule.SIGNED_IN, description="The attachments that you may see.")
def attachments(
    info: Info,
    filters: Filters = strawberry.UNSET,
    ordering: Orderings = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[WorkflowAttachment]:
    """A page of attachments."""
    args = page_args(first, after, last, before)
    return _page(info, info.context.policy.seen_runs(info.context.user), filters, ordering, args)


@query(
    Rule.SIGNED_IN,
    description="Your own runs: those that you started, and those of objects whose own person you are.",
)
def my_requests(
    info: Info,
    filters: OwnFilters = strawberry.UNSET,
    ordering: Orderings = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[WorkflowAttachment]:
    """A page of the caller's own attachments."""
    args = page_args(first, after, last, before)
    return _page(info, info.context.policy.own_runs(info.context.user), filters, ordering, args)


def _page(info: Info, runs: SeenRuns, filters: Any, ordering: Any, args: PageArgs) -> Connection[WorkflowAttachment]:
    """A page of these runs."""
    order = order_of(ordering, nullable=_NULLABLE)
    seen = runs.narrowed(
        lambda rows: bridge.apply(AttachmentFilterSet, rows.select_related("workflow"), filters, request=info.context)
    )
    page = page_of(seen.queryset(), order, args, ranges=seen.ranges(), read=rows_to_show)
    return cast("Connection[WorkflowAttachment]", page)


def _visible(info: Info) -> QuerySet[Attachment]:
    return info.context.policy.attachments(info.context.user).select_related("workflow")
