"""Orderings: a list of one-column inputs, first column first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry
from django.utils.translation import gettext as _

from gql_workflows.errors import BadUserInput
from gql_workflows.pagination import NEWEST_FIRST, Key, Order
from gql_workflows.scalars.absent import given
from gql_workflows.types.ordering import Ordering


@strawberry.input(one_of=True, description="One column to order workflows by.")
class WorkflowOrder:
    """A column and its direction."""

    name_en: strawberry.Maybe[Ordering] = strawberry.field(description="By the English name.")
    created_at: strawberry.Maybe[Ordering] = strawberry.field(description="By the moment of creation.")
    modified_at: strawberry.Maybe[Ordering] = strawberry.field(description="By the moment of the last change.")


@strawberry.input(one_of=True, description="One column to order attachments by.")
class AttachmentOrder:
    """A column and its direction."""

    started_at: strawberry.Maybe[Ordering] = strawberry.field(description="By the start of the run.")
    completed_at: strawberry.Maybe[Ordering] = strawberry.field(description="By the end of the run.")
    created_at: strawberry.Maybe[Ordering] = strawberry.field(description="By the moment of attaching.")


@strawberry.input(one_of=True, description="One column to order steps by.")
class ApprovalStepOrder:
    """A column, under the name that the step has for it, and its direction."""

    started_at: strawberry.Maybe[Ordering] = strawberry.field(name="createdAt", description="By the moment of asking.")
    due_date: strawberry.Maybe[Ordering] = strawberry.field(
        name="dueAt",
        description="By the moment until which they are to be decided; with ASC, what is overdue comes first.",
    )


_MOST = 5


def order_of(ordering: Any, *, nullable: Sequence[str] = (), usual: Order = NEWEST_FIRST) -> Order:
    """The order that these inputs ask for, made total by the last key of the usual one, which null and [] mean."""
    if not given(ordering):
        return usual
    if len(ordering) > _MOST:
        raise BadUserInput(_("At most %d orderings are allowed.") % _MOST)
    keys = [_key(entry, nullable) for entry in ordering]
    return [*keys, usual[-1]]


def _key(entry: Any, nullable: Sequence[str]) -> Key:
    field, some = next((name, value) for name, value in vars(entry).items() if value is not None)
    direction = some.value
    descending = direction.value.startswith("DESC")
    if field not in nullable:
        return Key(field=field, descending=descending)
    # as PostgreSQL has it where nothing is said: rows without a value are the largest
    nulls_last = direction.value.endswith("NULLS_LAST") or direction == Ordering.ASC
    return Key(field=field, descending=descending, nulls_last=nulls_last)
