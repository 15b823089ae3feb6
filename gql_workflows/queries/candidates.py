"""What a template may name: people, roles, departments and forms, searchable and paged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, cast

import strawberry
from django.db.models import QuerySet

from django_workflow_engine.models.objects import text_of
from gql_workflows.context import Info
from gql_workflows.dataloaders.forms import found_form
from gql_workflows.filters import bridge
from gql_workflows.filters.candidates import PickFilter, PickFilterSet, name_columns
from gql_workflows.pagination import Key, Order, empty_page, page_args, page_of
from gql_workflows.rules import Rule, query
from gql_workflows.types import arguments
from gql_workflows.types.connections import Connection, NodeType
from gql_workflows.types.forms import Form
from gql_workflows.types.people import Department, Role, User

Filters = Annotated[PickFilter | None, strawberry.argument(description="Which rows; all you may name if left out.")]


@query(Rule.SIGNED_IN, description="The people that you may name as approvers, by username.")
def users(
    info: Info,
    filters: Filters = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[User]:
    """A page of people."""
    rows = info.context.policy.people_to_name(info.context.user)
    return _page(rows, filters, (first, after, last, before), lambda row: row)


@query(Rule.SIGNED_IN, description="The roles that you may name as approvers, by name.")
def roles(
    info: Info,
    filters: Filters = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[Role]:
    """A page of roles."""
    rows = info.context.policy.roles_to_name(info.context.user)
    return _page(rows, filters, (first, after, last, before), lambda row: Role.of((str(row.pk), text_of(row))))


@query(Rule.SIGNED_IN, description="The departments that you may give to pipelines, by name.")
def departments(
    info: Info,
    filters: Filters = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[Department]:
    """A page of departments."""
    rows = info.context.policy.departments_to_name(info.context.user)
    return _page(rows, filters, (first, after, last, before), Department.of)


@query(Rule.SIGNED_IN, description="The forms that you may require in approvals, by name.")
def forms(
    info: Info,
    filters: Filters = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[Form]:
    """A page of forms."""
    rows = info.context.policy.forms_to_name(info.context.user)
    return _page(rows, filters, (first, after, last, before), lambda row: Form.of(found_form(row)))


async def _none() -> int:
    return 0


def _page(
    rows: QuerySet[Any] | None, filters: Any, paging: Any, view: Callable[[Any], NodeType | None]
) -> Connection[NodeType]:
    """A page of the project's rows as clients see them; an empty one where the project has no such model."""
    args = page_args(*paging)
    if rows is None:
        return cast("Connection[NodeType]", empty_page(args, _none))
    found = page_of(bridge.apply(PickFilterSet, rows, filters), _by_name(rows), args)
    shown = replace(found, edges=[replace(edge, node=view(edge.node)) for edge in found.edges])
    return cast("Connection[NodeType]", shown)


def _by_name(rows: QuerySet[Any]) -> Order:
    """By the first name column that every row has, then by key."""
    columns = (
        name for name in name_columns(rows.model) if "__" not in name and not rows.model._meta.get_field(name).null
    )
    return [*(Key(field=name) for name in list(columns)[:1]), Key(field="pk")]
