"""Start rules, and which of them an object falls under."""

from __future__ import annotations

from typing import Any, cast

import strawberry
import strawberry_django
from strawberry import relay

from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.models import StartRule as Rule
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types.conditions import Condition
from gql_workflows.types.targets import model_label
from gql_workflows.types.workflows import Workflow


@strawberry_django.type(
    Rule,
    name="StartRule",
    description="Which workflow an object takes: of the active rules of its model whose condition holds, the one with "
    "the greatest weight. For administrators only.",
)
class StartRule(relay.Node):
    """A start rule's row."""

    weight: int = strawberry_django.field(
        description="Which of several rules counts: the greatest; no two active rules of a model have the same."
    )
    is_active: bool = strawberry_django.field(description="False: no object falls under it.")
    auto_start: bool = strawberry_django.field(description="Whether a new object takes the workflow by itself.")

    @planned(description="The model, as app_label.ModelName.")
    def model(self, root: strawberry.Parent[Rule]) -> str:
        return model_label(root.content_type_id)

    @planned(description="The template that the object takes.")
    async def workflow(self, root: strawberry.Parent[Rule], info: Info) -> Workflow:
        return cast(Workflow, await info.context.loaders.workflows.load(root.workflow_id))

    @planned(description="When an object falls under it; null: always.")
    def condition(self, root: strawberry.Parent[Rule]) -> Condition | None:
        expression = read_condition(root.condition, (), [])
        return None if expression is None else Condition(node=expression)


@strawberry.type(description="The workflow that the start rules give an object.")
class WorkflowMatch:
    """What was found, and why."""

    workflow: Workflow | None = strawberry.field(description="The template; null: none, or you may not see it.")
    rule: StartRule | None = strawberry.field(description="The rule, for administrators; null for others.")
    because: str = strawberry.field(
        description="Why, in the language of the request; without a workflow, why none was found."
    )

    @classmethod
    def of(cls, workflow: Any, rule: Any, because: str) -> WorkflowMatch:
        """The match as a client sees it."""
        return cls(workflow=workflow, rule=rule, because=because)
