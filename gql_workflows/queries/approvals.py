"""The inbox: what waits for the caller."""

from __future__ import annotations

from typing import Annotated, Final, cast

import strawberry
from django.db.models import QuerySet

from django_workflow_engine.models.reading import rows_to_show
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import InboxSummary
from django_workflow_engine.services.inbox import waits_for
from gql_workflows.context import Info
from gql_workflows.filters import bridge
from gql_workflows.filters.attachments import ApprovalStepFilter, ApprovalStepFilterSet
from gql_workflows.filters.ordering import ApprovalStepOrder, order_of
from gql_workflows.pagination import OLDEST_FIRST, page_args, page_of
from gql_workflows.rules import Rule, query
from gql_workflows.scalars.absent import given
from gql_workflows.types import arguments
from gql_workflows.types.connections import Connection
from gql_workflows.types.inboxes import ApprovalsSummary
from gql_workflows.types.steps import ApprovalStep

Filters = Annotated[
    ApprovalStepFilter | None, strawberry.argument(description="Which steps; those that wait for you if left out.")
]
Narrowing = Annotated[
    ApprovalStepFilter | None,
    strawberry.argument(
        description="Which of the steps that wait for you are counted; all if left out. filters.status narrows them, "
        "too: a step that waits is CURRENT, and no other is counted."
    ),
]
Orderings = Annotated[
    list[ApprovalStepOrder] | None,
    strawberry.argument(description="The order, first column first; null and [] mean oldest first."),
]

_RUN: Final = "flow__workflow_attachment__workflow"


@query(
    Rule.SIGNED_IN,
    description="The steps that wait for you, and for those for whom you stand in, oldest first; with filters.status, "
    "those that you, or they now, were or are asked to decide.",
)
def my_approvals(
    info: Info,
    filters: Filters = strawberry.UNSET,
    ordering: Orderings = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[ApprovalStep]:
    """A page of the inbox."""
    args = page_args(first, after, last, before)
    asked = bool(given(getattr(given(filters), "status", None)))
    rows = (_asked(info) if asked else waiting(info)).select_related(_RUN)  # what an inbox shows of each step
    filtered = bridge.apply(ApprovalStepFilterSet, rows, filters, request=info.context)
    order = order_of(ordering, nullable=["due_date"], usual=OLDEST_FIRST)
    return cast("Connection[ApprovalStep]", page_of(filtered, order, args, read=rows_to_show))


@query(
    Rule.SIGNED_IN,
    description="How many steps wait for you, and for those for whom you stand in: what myApprovals lists without "
    "filters.status, in numbers for a page beside it.",
)
def my_approvals_summary(info: Info, filters: Narrowing = strawberry.UNSET) -> ApprovalsSummary:
    """The inbox, counted by the database."""
    steps = bridge.apply(ApprovalStepFilterSet, waiting(info), filters, request=info.context)
    workflows = info.context.policy.workflows(info.context.user)
    return ApprovalsSummary(found=InboxSummary(steps, workflows=workflows))


def _asked(info: Info) -> QuerySet[Step]:
    """Every step of a workflow that the caller was or is asked to decide."""
    return info.context.policy.asked(info.context.user)


def waiting(info: Info) -> QuerySet[Step]:
    """The open steps whose seat is the caller's, or of somebody for whom the caller stands in.

    One of a role that its holder has left counts no more.
    """
    user, policy = info.context.user, info.context.policy
    return _asked(info).filter(waits_for(user.pk, policy.stands_in_for(user)))
