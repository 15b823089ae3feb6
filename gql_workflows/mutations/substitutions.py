"""Arranging and ending substitutions."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from django.contrib.auth import get_user_model

from django_workflow_engine import services
from django_workflow_engine.services.substituting import no_substitution
from gql_workflows.access.targets import enabled_model
from gql_workflows.context import Info
from gql_workflows.ids import key_in, row_key
from gql_workflows.inputs.references import NO_ROW
from gql_workflows.inputs.substitutions import CreateSubstitutionInput
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.nodes.lookup import find_nodes, find_part
from gql_workflows.scalars.absent import given
from gql_workflows.scalars.moments import given_moment
from gql_workflows.types.arguments import NodeId
from gql_workflows.types.payloads import SubstitutionPayload

New = Annotated[CreateSubstitutionInput, strawberry.argument(description="Who stands in for whom, and how long.")]


@workflow_mutation(
    SubstitutionPayload,
    description="Let somebody decide on your seats for a while, beside you: nothing is moved, and nothing has to be "
    "moved back. Two who would stand in for each other, were it through others, are a CONFLICT.",
)
def create_substitution(info: Info, input: New) -> SubstitutionPayload:
    """Arrange a substitute."""
    user, policy = info.context.user, info.context.policy
    label, workflow_id = given(input.model), given(input.workflow_id)
    part = None if workflow_id is None else find_part(info.context, "Workflow", workflow_id, "workflow_id")
    person_id = None if given(input.user_id) is None else _user_key(input.user_id)
    row: Any = services.create_substitution(
        actor=user,
        user_id=person_id,
        substitute_id=_user_key(input.substitute_id),
        starts_at=given_moment(input.starts_at, "starts_at"),
        ends_at=given_moment(input.ends_at, "ends_at"),
        model=None if label is None else enabled_model(label, "model"),
        workflow_id=None if part is None else part.key,
        reason=given(input.reason, ""),
        among=policy.delegates(user),
        is_allowed=policy.may_arrange_substitutes(user, user.pk if person_id is None else person_id),
    )
    return SubstitutionPayload(substitution=row)


@workflow_mutation(
    SubstitutionPayload,
    description="End a substitution now; one that has not begun never will. For its two people and administrators.",
)
def end_substitution(info: Info, id: NodeId) -> SubstitutionPayload:
    """End a substitution that the caller sees."""
    found = find_nodes(info.context, [id])[0] if key_in(id, "Substitution") is not None else None
    if found is None:
        raise no_substitution()
    user = info.context.user
    allowed = info.context.policy.may_arrange_substitutes(user, found.user_id)
    row: Any = services.end_substitution(id=found.pk, actor=user, is_allowed=allowed)
    return SubstitutionPayload(substitution=row)


def _user_key(value: Any) -> Any:
    key = row_key(value, "User", get_user_model())
    return NO_ROW if key is None else key
