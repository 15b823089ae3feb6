"""Workflows as pictures."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import strawberry
from django.db.models import Model

from django_workflow_engine.conditions.names import field_name
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.strategies import Position, route_of_tree
from django_workflow_engine.strategies.diagram import diagram_of
from gql_workflows.ids import global_id


@strawberry.type(description="One position in the picture of a workflow.")
class DiagramNode:
    """A box."""

    id: strawberry.ID = strawberry.field(
        description="A global id of the box, which edges name it by; no id that node takes."
    )
    label: str = strawberry.field(description="The position's name, in the language of the request.")
    color: str | None = strawberry.field(description="The stage's colour as #rrggbb.")
    conditions: list[str] = strawberry.field(
        description="When the position, or one of its approvals, is asked, each as a sentence in the language of the "
        "request; empty: always."
    )
    is_skipped: bool = strawberry.field(description="Whether the run of the attachment has passed it over.")
    approvals: int = strawberry.field(description="How many approvals are asked for here.")
    pipeline: str | None = strawberry.field(description="The name of the pipeline that the position is in.")
    is_current: bool = strawberry.field(
        description="Whether the run of the attachment stands here now: one that has ended stands nowhere."
    )


@strawberry.type(description="A step from one position to the next.")
class DiagramEdge:
    """An arrow."""

    source: strawberry.ID = strawberry.field(name="from", description="The id of the node that is left.")
    target: strawberry.ID = strawberry.field(name="to", description="The id of the node that is entered.")


@strawberry.type(description="The positions of a workflow as a picture.")
class WorkflowDiagram:
    """Boxes and arrows."""

    nodes: list[DiagramNode] = strawberry.field(description="The positions, in order.")
    edges: list[DiagramEdge] = strawberry.field(description="From each position to the next.")
    mermaid: str = strawberry.field(
        description="The same picture as a Mermaid flowchart; the position of the run has the class current, those "
        "that it has passed over have the class skipped."
    )


def diagram_for(
    tree: WorkflowTree, owner: Model, current: Position | None = None, skipped: Collection[int] = ()
) -> WorkflowDiagram:
    """The picture of the tree of `owner`, a workflow or an attachment, which stands at `current` and has `skipped`."""
    route = route_of_tree(tree)
    diagram = diagram_of(route, current, skipped=skipped, named=field_name)
    # one position is a box of several pictures, and the run of each stands elsewhere
    ids = {node.id: global_id("DiagramNode", f"{owner._meta.label}:{owner.pk}:{node.id}") for node in diagram.nodes}
    return WorkflowDiagram(
        nodes=[_box(node, ids[node.id], is_current=node.id == diagram.current) for node in diagram.nodes],
        edges=[
            DiagramEdge(source=strawberry.ID(ids[source]), target=strawberry.ID(ids[target]))
            for source, target in diagram.edges
        ],
        mermaid=diagram.mermaid,
    )


def _box(node: Any, identifier: str, *, is_current: bool) -> DiagramNode:
    return DiagramNode(
        id=strawberry.ID(identifier),
        label=node.label,
        color=node.color,
        conditions=list(node.conditions),
        is_skipped=node.is_skipped,
        approvals=node.approvals,
        pipeline=node.pipeline,
        is_current=is_current,
    )
