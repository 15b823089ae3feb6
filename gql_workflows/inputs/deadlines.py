"""Inputs for deadlines."""

from __future__ import annotations

from typing import Any

import strawberry

from django_workflow_engine.definitions.deadlines import Deadline
from gql_workflows.inputs.declared import creates, to_create
from gql_workflows.inputs.references import References


@strawberry.input(description="Until when an approval has to be decided, and what happens where nobody does.")
@creates(Deadline)
class DeadlineInput:
    """The time of one approval."""

    def to_service(self, references: References) -> dict[str, Any]:
        """The deadline in the form that the engine stores."""
        return to_create(self, references)
