"""What a run would ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from django_workflow_engine.approvals.preview import PlannedApproval
from django_workflow_engine.conditions.names import field_name
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types import enums
from gql_workflows.types.people import User


@strawberry.type(description="A step that would be asked for, and of whom, before anything is attached.")
class PlannedStep:
    """One approval of a route."""

    user_ids: strawberry.Private[Sequence[Any]]
    pipeline: str | None = strawberry.field(description="The name of the position's pipeline.")
    stage: str | None = strawberry.field(
        description="The name of the position: the stage's, else the pipeline's, else the workflow's."
    )
    step_type: enums.StepType = strawberry.field(description="What the decision would ask.")
    is_skipped: bool = strawberry.field(
        description="Whether a run would pass it over, for its condition, or its position's, does not hold."
    )
    because: str | None = strawberry.field(
        description="The conditions in words, with the values that they saw, in the language of the request; null "
        "where there are none."
    )
    problem: str | None = strawberry.field(
        description="Why nobody could decide it, so that attaching or moving here is refused; null when somebody can."
    )

    asked_instead: str | None = strawberry.field(
        description="Why the approval's fallback would be asked, a clause in the language of the request; null where "
        "whoever it asks first can be."
    )

    @classmethod
    def of(cls, planned: PlannedApproval) -> PlannedStep:
        """The approval as clients see it."""
        return cls(
            user_ids=planned.user_ids,
            pipeline=planned.position.pipeline_name,
            stage=planned.position.name,
            step_type=planned.approval.step_approval_type,
            is_skipped=planned.is_skipped,
            because=" ".join(one.because(field_name) for one in planned.judgements) or None,
            problem=planned.problem,
            asked_instead=planned.asked_instead,
        )

    @planned(description="Who would be asked now; a round robin may ask somebody else when it comes to it.")
    async def approvers(self, info: Info) -> list[User]:
        found = await info.context.loaders.users.load_many(self.user_ids)
        return [user for user in found if user is not None]
