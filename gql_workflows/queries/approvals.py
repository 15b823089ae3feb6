"""The inbox: what waits for the caller."""

from __future__ import annotations

from typing import Annotated, Final, cast

import strawberry
from approval_workflow.choices import ApprovalStatus
from django.db.models import Q, QuerySet

from django_workflow_engine.approvals.eligibility import held_by
from django_workflow_engine.approvals.roles import roles_held_by
from django_workflow_engine.choices import RUNNING
from django_workflow_engine.models.reading import rows_to_show
from django_workflow_engine.models.steps import Step
from gql_workflows.context import Info
from gql_workflows.filters import bridge
from gql_workflows.filters.attachments import ApprovalStepFilter, ApprovalStepFilterSet
from gql_workflows.filters.ordering import ApprovalStepOrder, order_of
from gql_workflows.pagination import OLDEST_FIRST, page_args, page_of
from gql_workflows.rules import Rule, query
from gql_workflows.scalars.absent import given
from gql_workflows.types import arguments
from gql_workflows.types.connections import Connection
from gql_workflows.types.steps import ApprovalStep

Filters = Annotated[
    ApprovalStepFilter | None, strawberry.argument(description="Which steps; those that wait for you if left out.")
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


def _asked(info: Info) -> QuerySet[Step]:
    """Every step of a workflow that the caller was or is asked to decide."""
    return info.context.policy.asked(info.context.user)


def waiting(info: Info) -> QuerySet[Step]:
    """The open steps whose seat is the caller's, or of somebody for whom the caller stands in.

    One of a role that its holder has left counts no more.
    """
    user, stand_ins = info.context.user, info.context.policy.stands_in_for(info.context.user)
    roles = roles_held_by({user.pk, *(one.person_id for one in stand_ins)})
    mine = held_by(user.pk, roles_held=roles[user.pk])
    for one in stand_ins:
        scope = one.scope.of_attachments("flow__workflow_attachment__")
        mine |= held_by(one.person_id, roles_held=roles[one.person_id]) & scope
    running = Q(flow__workflow_attachment__status__in=RUNNING, flow__workflow_attachment__tombstone=0)
    return _asked(info).filter(mine, running, status=ApprovalStatus.CURRENT)
