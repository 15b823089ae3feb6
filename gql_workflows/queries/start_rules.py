"""Which workflow an object takes."""

from __future__ import annotations

from typing import Annotated, Final, cast

import strawberry
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.errors import NotFound
from gql_workflows.access.targets import configurable_model, content_type_of, find_target
from gql_workflows.context import Info
from gql_workflows.inputs.attachments import TargetInput
from gql_workflows.pagination import Key, Order, page_args, page_of
from gql_workflows.rules import Rule, Staff, query
from gql_workflows.scalars.absent import given
from gql_workflows.types import arguments
from gql_workflows.types.connections import Connection
from gql_workflows.types.start_rules import StartRule, WorkflowMatch

BY_WEIGHT: Final[Order] = (Key(field="content_type_id"), Key(field="weight", descending=True), Key(field="pk"))
OfModel = Annotated[
    str | None,
    strawberry.argument(description="Only the rules of this model (app_label.ModelName); all if left out."),
]
Target = Annotated[TargetInput, strawberry.argument(description="The object.")]


@query(
    Staff("django_workflow_engine.view_startrule"),
    description="The start rules, by model, those with the greatest weight first; for administrators.",
)
def start_rules(
    info: Info,
    model: OfModel = strawberry.UNSET,
    first: arguments.First = strawberry.UNSET,
    after: arguments.After = strawberry.UNSET,
    last: arguments.Last = strawberry.UNSET,
    before: arguments.Before = strawberry.UNSET,
) -> Connection[StartRule]:
    """A page of rules."""
    args, rows = page_args(first, after, last, before), info.context.policy.start_rules(info.context.user)
    label = given(model)
    if label is not None:
        configurable_model(label, "model")
        rows = rows.filter(content_type=content_type_of(label))
    return cast("Connection[StartRule]", page_of(rows, BY_WEIGHT, args))


@query(
    Rule.SIGNED_IN,
    description="Which workflow attachWorkflow without workflowId would attach to the object, and why.",
)
def matching_workflow(info: Info, target: Target) -> WorkflowMatch:
    """What the start rules say of an object that the caller may know of."""
    policy, user = info.context.policy, info.context.user
    found = find_target(target.model, target.id, "target")
    if not policy.sees_target(user, found):
        raise NotFound(_("There is no such object."), path=("target", "id"))
    with_rules = policy.workflows(user).filter(start_rules__content_type=content_type_of(found._meta.label))
    visible = set(with_rules.values_list("pk", flat=True))
    match = services.matching_workflow(found, naming=visible)
    shown = match.rule is not None and policy.start_rules(user).filter(pk=match.rule.pk).exists()
    return WorkflowMatch.of(
        workflow=match.workflow if match.workflow is not None and match.workflow.pk in visible else None,
        rule=match.rule if shown else None,
        because=match.because,
    )
