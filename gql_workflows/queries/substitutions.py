"""Who stands in for whom."""

from __future__ import annotations

from typing import Annotated, cast

import strawberry
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from django_workflow_engine.errors import Forbidden
from gql_workflows.context import Info
from gql_workflows.ids import row_key
from gql_workflows.pagination import NEWEST_FIRST, page_args, page_of
from gql_workflows.rules import Rule, query
from gql_workflows.scalars.absent import given
from gql_workflows.types import arguments
from gql_workflows.types.connections import Connection
from gql_workflows.types.substitutions import Substitution

OfUser = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Another person's instead of your own, for administrators; else FORBIDDEN."),
]


@query(
    Rule.SIGNED_IN,
    description="Who stands in for you, and for whom you do, newest first, past and future ones too; with userId "
    "another person's.",
)
def substitutions(
    info: Info,
    user_id: OfUser = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[Substitution]:
    """A page of substitutions of one person, on either side."""
    args, policy, viewer = page_args(first, after, last, before), info.context.policy, info.context.user
    named = given(user_id)
    key = viewer.pk if named is None else row_key(named, "User", get_user_model())
    if named is not None and not policy.may_arrange_substitutes(viewer, key):
        raise Forbidden(_("Only an administrator may see another person's substitutes."), path=("userId",))
    rows = policy.substitutions(viewer).filter(Q(user=key) | Q(substitute=key))
    return cast("Connection[Substitution]", page_of(rows, NEWEST_FIRST, args))
