"""Runs that nobody can bring on."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gql_workflows.types.problem_enums import StuckProblem

if TYPE_CHECKING:
    from gql_workflows.types.attachments import WorkflowAttachment


@strawberry.type(description="A run that nobody can bring on, and why.")
class StuckAttachment:
    """What `explain_stuck` says of a run."""

    attachment: Annotated[WorkflowAttachment, strawberry.lazy("gql_workflows.types.attachments")] = strawberry.field(
        description="The run; its currentSteps are those that reassignStep can give to somebody else."
    )
    problem: StuckProblem = strawberry.field(description="Why: what helps depends on it.")
    message: str = strawberry.field(
        description="A sentence for people, in the language of the request, with the names of those who are gone."
    )
    since: datetime.datetime = strawberry.field(
        description="Since when it has waited: when the newest of its open steps was asked for, or where none is open, "
        "when the last event happened."
    )
