"""What waits for the viewer, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import strawberry
from asgiref.sync import sync_to_async

from django_workflow_engine.services import InboxSummary
from gql_workflows.execution.fields import resolved
from gql_workflows.types.workflows import Workflow

WAITING = "The number of steps that wait."
OVERDUE = "How many of these are overdue: their dueAt is past."


@strawberry.type(description="How many steps of one workflow wait for you.")
class WorkflowApprovalsCount:
    """A line of a breakdown."""

    workflow: Workflow = strawberry.field(
        description="The template, whichever of its versions run; the frozen version where you may not see the "
        "template. Its id as filters.workflowId of myApprovals lists these steps."
    )
    waiting: int = strawberry.field(description=WAITING)
    overdue: int = strawberry.field(description=OVERDUE)


@strawberry.type(description="How many steps of one model's objects wait for you.")
class ModelApprovalsCount:
    """A line of a breakdown."""

    model: str = strawberry.field(
        description="The model, as app_label.ModelName; as filters.model of myApprovals it lists these steps."
    )
    waiting: int = strawberry.field(description=WAITING)
    overdue: int = strawberry.field(description=OVERDUE)


@strawberry.type(description="What waits for you, in numbers; each is read at this moment.")
class ApprovalsSummary:
    """The numbers, each counted when it is asked for."""

    found: strawberry.Private[InboxSummary]

    @resolved(description=WAITING)
    async def waiting(self) -> int:
        return cast(int, await self._counted("waiting"))

    @resolved(description=OVERDUE)
    async def overdue(self) -> int:
        return cast(int, await self._counted("overdue"))

    @resolved(description="By workflow: the 50 of which the most wait, these first.")
    async def by_workflow(self) -> list[WorkflowApprovalsCount]:
        lines: Sequence[Any] = await self._counted("by_workflow")
        return [
            WorkflowApprovalsCount(workflow=line.workflow, waiting=line.waiting, overdue=line.overdue) for line in lines
        ]

    @resolved(description="By the model of the object: the 50 of which the most wait, these first.")
    async def by_model(self) -> list[ModelApprovalsCount]:
        lines: Sequence[Any] = await self._counted("by_model")
        return [ModelApprovalsCount(model=line.model, waiting=line.waiting, overdue=line.overdue) for line in lines]

    @sync_to_async
    def _counted(self, name: str) -> Any:
        """One part of the numbers, counted when it is asked for."""
        return getattr(self.found, name)
