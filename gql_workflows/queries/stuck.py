"""The runs that nobody can bring on."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import strawberry

from django_workflow_engine import services
from django_workflow_engine.models.reading import rows_to_show
from gql_workflows.context import Info
from gql_workflows.limits.prices import EVERY_OPEN_SEAT, PRICE
from gql_workflows.pagination import NEWEST_FIRST, page_args, page_of
from gql_workflows.rules import Rule, query
from gql_workflows.types import arguments
from gql_workflows.types.connections import Connection
from gql_workflows.types.stuck import StuckAttachment


@query(
    Rule.SIGNED_IN,
    description="The runs that nobody can bring on, newest first: of those that you may mend, which are all for "
    "administrators and for who may change every workflow, else those on the workflows of your companies.",
    metadata={PRICE: EVERY_OPEN_SEAT},
)
def stuck_attachments(
    info: Info,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[StuckAttachment]:
    """A page of them; who was mended between finding and explaining is left out."""
    args, policy, user = page_args(first, after, last, before), info.context.policy, info.context.user
    rows = policy.mendable(user, services.stuck_runs(policy.attachments(user)))
    page = page_of(rows.select_related("workflow"), NEWEST_FIRST, args, read=rows_to_show)
    explained = {stuck.attachment.pk: stuck for stuck in services.explain_stuck([edge.node for edge in page.edges])}
    edges = [replace(edge, node=explained[edge.row.pk]) for edge in page.edges if edge.row.pk in explained]
    return cast("Connection[StuckAttachment]", replace(page, edges=edges))
