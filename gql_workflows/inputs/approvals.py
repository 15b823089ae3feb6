"""Inputs for approvals."""

from __future__ import annotations

from typing import Any

import strawberry

from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from gql_workflows.inputs.declared import creates, to_create
from gql_workflows.inputs.references import References


@strawberry.input(description="One approval of a position.")
@creates(ApprovalConfiguration)
class ApprovalInput:
    """Who decides one approval, and what it asks of them."""

    def to_service(self, references: References) -> dict[str, Any]:
        """The approval in the form that the engine stores."""
        return to_create(self, references)
