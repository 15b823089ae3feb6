"""Actions: what templates configure, and which functions they may name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import strawberry
from strawberry import relay

from django_workflow_engine.definitions.parts import ActionFields
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.registry import RegisteredAction as Registered
from gql_workflows.context import Info
from gql_workflows.types.declared import shows


@strawberry.type(description="A function that an event calls.")
@shows(ActionFields, ActionNode)
class WorkflowAction(relay.Node):
    """A view on an action of a tree."""

    id: relay.NodeID[int]
    node: strawberry.Private[ActionNode]

    @classmethod
    def of(cls, node: ActionNode) -> WorkflowAction:
        """The action of this node."""
        return cls(id=cast(int, node.id), node=node)


@strawberry.type(description="A function that a template's actions may name.")
class RegisteredAction:
    """A line of the registry."""

    function_path: str = strawberry.field(description="The dotted path, as an action names it.")
    label: str = strawberry.field(description="A name for people.")
    description: str = strawberry.field(description="What it does, in a sentence; may be empty.")

    @classmethod
    def of(cls, found: Registered) -> RegisteredAction:
        """The entry as clients see it."""
        return cls(function_path=found.path, label=found.label, description=found.description)


def actions_in(tree: WorkflowTree) -> Iterator[ActionNode]:
    """Every action of a workflow, at whatever level it stands."""
    owners: list[WorkflowTree | PipelineNode | StageNode] = [tree, *tree.pipelines, *tree.stages]
    for owner in owners:
        yield from owner.actions


async def actions_of(owner: tuple[str, int | None], row: WorkFlow, info: Info) -> list[WorkflowAction]:
    """The actions of one node of a workflow, which is named by its level and id.

    None for a viewer who may neither change the company's templates nor see all actions.
    """
    if not await info.context.loaders.action_rights.load(row.company_id):
        return []
    found = await info.context.loaders.actions.load(row)
    return [WorkflowAction.of(node) for node in found.get(owner, ())]
